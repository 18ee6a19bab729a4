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

// varies: where the response was chosen by a request field, Vary names it.
func varies(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		other, err := the(p, k.Varies.From)
		if err != nil {
			return err
		}
		got, before := c.Get(k.Varies.In), other.Get(k.Varies.In)
		if got == before || got == "*" {
			return skipped(reports.SkipUnused, "the response does not depend on %s: %s is %q either way", k.Varies.By, k.Varies.In, got)
		}
		vary := members(c.Values("Vary"))
		if slices.Contains(vary, strings.ToLower(k.Varies.By)) || slices.Contains(vary, "*") || neverStored(c) {
			return nil
		}
		return fmt.Errorf("the field Vary: %s was expected, since %s is %q with that field and %q without it; Vary is %q",
			k.Varies.By, k.Varies.In, got, before, strings.Join(c.Values("Vary"), ", "))
	})
}

// neverStored tells that no cache keeps the response, which is all that Vary
// is for: it forbids that, or has a status that is stored only where a
// directive says so (https://httpwg.org/specs/rfc9110.html#overview.of.status.codes).
func neverStored(c *transcript.Conn) bool {
	directives := members(c.Values("Cache-Control"))
	if slices.Contains(directives, "no-store") {
		return true
	}
	explicit := slices.ContainsFunc(directives, func(d string) bool {
		return d == "public" || d == "max-age" || d == "s-maxage"
	}) || len(c.Values("Expires")) > 0
	return !explicit && !slices.Contains([]int{200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501}, c.Status)
}

// allowLists: a 405 says in Allow which methods there are. No answer at all is
// the fault of another rule.
func allowLists(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return holds(func(c *transcript.Conn) error {
		if c.Status != 405 {
			return nil
		}
		values := c.Values("Allow")
		if len(values) == 0 {
			return fmt.Errorf("405 with a field Allow was expected, there is none")
		}
		have := members(values)
		for _, method := range k.AllowLists {
			if method == "GET" && p.Target.Method != "" {
				method = p.Target.Method
			}
			if !slices.Contains(have, strings.ToLower(method)) {
				return fmt.Errorf("an Allow with %s, which this server answers, was expected, %q came", method, strings.Join(values, ", "))
			}
		}
		return nil
	})
}

// decodable: the body is what Content-Encoding says, and the coding was offered.
func decodable(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		offered := codingsOffered(c.Request.Values("Accept-Encoding"))
		for _, coding := range members(c.Values("Content-Encoding")) {
			if coding != "identity" && !slices.Contains(offered, coding) {
				return fmt.Errorf("a coding that the request offers (%s) was expected, Content-Encoding: %s came", orNone(offered), coding)
			}
		}
		if c.Undecodable != "" {
			return fmt.Errorf("a body that can be decoded was expected; %s", c.Undecodable)
		}
		if len(c.Values("Content-Encoding")) == 0 && strings.HasPrefix(string(c.Body), "\x1f\x8b") {
			return fmt.Errorf("the field Content-Encoding: gzip was expected over a body that begins with the mark of gzip, there is none")
		}
		return nil
	})
}

// codingsOffered are the members of an Accept-Encoding, but for those with the weight
// 0, which are refused (https://httpwg.org/specs/rfc9110.html#field.accept-encoding).
func codingsOffered(values []string) []string {
	return slices.DeleteFunc(members(values), func(name string) bool {
		for member := range strings.SplitSeq(strings.ToLower(strings.Join(values, ",")), ",") {
			coding, weight, _ := strings.Cut(strings.ReplaceAll(member, " ", ""), ";")
			if coding == name && (weight == "q=0" || strings.HasPrefix(weight, "q=0.") && strings.Trim(weight[4:], "0") == "") {
				return true
			}
		}
		return false
	})
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
