package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// header: the response has this field and one of these members in it.
func header(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if len(k.Header.When) > 0 && !hasStatus(c, k.Header.When) {
			return skipped(reports.SkipUnused, "%s was answered with %d; the field %s belongs to %s", c.Name, c.Status, k.Header.Name, strings.Join(k.Header.When, " and "))
		}
		values := c.Values(k.Header.Name)
		if len(values) == 0 {
			return fmt.Errorf("the field %s was expected, there is none", k.Header.Name)
		}
		if len(k.Header.AnyOf) == 0 {
			return nil
		}
		have := members(values)
		for _, want := range k.Header.AnyOf {
			if slices.Contains(have, strings.ToLower(want)) {
				return nil
			}
		}
		return fmt.Errorf("%s with %s was expected, %q came", k.Header.Name, strings.Join(k.Header.AnyOf, " or "), strings.Join(values, ", "))
	})
}

// members are the names in comma-separated lists, in lower case and without
// their arguments.
func members(values []string) []string {
	var names []string
	for _, v := range values {
		for member := range strings.SplitSeq(v, ",") {
			name, _, _ := strings.Cut(member, "=")
			name, _, _ = strings.Cut(name, ";")
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// noHeader: the response has none of these fields.
func noHeader(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		for _, name := range k.NoHeader {
			if values := c.Values(name); len(values) > 0 {
				return fmt.Errorf("no field %s was expected, %q came over %s", name, values[0], c.Proto)
			}
		}
		return nil
	})
}

// headerOnce: each of these fields stands there at most once.
func headerOnce(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		for _, name := range k.HeaderOnce {
			if values := c.Values(name); len(values) > 1 {
				return fmt.Errorf("one field %s was expected, %d came: %q", name, len(values), values)
			}
		}
		return nil
	})
}

// sameHeader: the fields have the values of the other connection's.
func sameHeader(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		other, err := the(p, k.SameHeader.As)
		if err != nil {
			return err
		}
		if other.Status != c.Status {
			return skipped(reports.SkipUnused, "%s was answered with %d and %s with %d, so their fields are not those of one response",
				c.Name, c.Status, other.Name, other.Status)
		}
		for _, name := range k.SameHeader.Names {
			want, got := other.Values(name), c.Values(name)
			if len(want) > 0 && !slices.Equal(want, got) {
				return fmt.Errorf("%s: %q was expected, as in the response to %s; %q came", name, want, other.Request.Method, got)
			}
		}
		return nil
	})
}

// the is the one connection of a name; it has been answered.
func the(p *transcript.Probe, name string) (*transcript.Conn, error) {
	conns := p.Named(name)
	if len(conns) == 0 || !conns[0].Answered() {
		return nil, skipped(reports.SkipNotObserved, "%s got no response to compare with", name)
	}
	return conns[0], nil
}

// lowercaseNames: every field's name is in lower case.
func lowercaseNames(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		for _, f := range c.Header {
			if f.Name != strings.ToLower(f.Name) {
				return fmt.Errorf("names in lower case were expected, %q came", f.Name)
			}
		}
		return nil
	})
}

// cleanValues: no field value holds a control character but TAB
// (https://httpwg.org/specs/rfc9110.html#fields.values), nor, on HTTP/2, white
// space at its ends (https://httpwg.org/specs/rfc9113.html#rfc.section.8.2.1).
func cleanValues(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		for _, f := range c.Header {
			if i := strings.IndexFunc(f.Value, isControl); i >= 0 {
				return fmt.Errorf("field values without control characters were expected, %s: %q came", f.Name, f.Value)
			}
			if f.Value != strings.Trim(f.Value, " \t") {
				return fmt.Errorf("field values without white space at their ends were expected, %s: %q came", f.Name, f.Value)
			}
		}
		return nil
	})
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
