package cases

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ValidateProbe says what is wrong with a case of the kind probe: each step and
// each check alone, and the connections, templates and needs that they name.
func ValidateProbe(c *Case) []error {
	p := probeCheck{opened: map[string]bool{Survey: true}, crowds: map[string]bool{}, http1: slices.Contains(c.Needs, "http-1")}
	for i, s := range c.Probe {
		p.step(fmt.Sprintf("probe[%d]", i), s)
	}
	if len(c.Check) == 0 {
		p.errorf("check", "a probe without a check can only pass")
	}
	for i, k := range c.Check {
		p.check(fmt.Sprintf("check[%d]", i), k)
	}
	for i, n := range c.Needs {
		if !knownNeed(n) {
			p.errorf(fmt.Sprintf("needs[%d]", i), "there is no need %q", n)
		}
	}
	return p.errs
}

// A ProbeError is one fault of a probe and where it stands within its case.
type ProbeError struct {
	// Path is the place within the case, such as probe[2] or check[0].
	Path string
	Err  error
}

func (e *ProbeError) Error() string { return e.Path + ": " + e.Err.Error() }
func (e *ProbeError) Unwrap() error { return e.Err }

type probeCheck struct {
	opened map[string]bool
	crowds map[string]bool // those of the opened that are crowds
	http1  bool            // the case is played over HTTP/1 alone
	errs   []error
}

func (p *probeCheck) errorf(path, format string, args ...any) {
	p.errs = append(p.errs, &ProbeError{Path: path, Err: fmt.Errorf(format, args...)})
}

func (p *probeCheck) step(path string, s Step) {
	if err := s.Validate(); err != nil {
		p.errorf(path, "%w", err)
	}
	if name := s.Uses(); name != "" {
		p.known(path, name)
		if name == Survey && (s.Await == nil || !s.Await.End) {
			p.errorf(path, "%q belongs to all probes; a step can only await its end", name)
		}
	}
	for _, field := range sortedKeys(s.Header) {
		if text := s.Header[field].Text; text != nil {
			p.templates(path, *text, false)
		}
	}
	for _, text := range s.texts() {
		p.templates(path, text, true)
	}
	if s.Send != nil && !p.http1 {
		p.errorf(path, "send is written as HTTP/1 has it; the case needs: [http-1]")
	}
	if p.crowds[s.Uses()] {
		p.errorIf(path, s.onCrowd())
	}
	name := s.Opens()
	if s.Crowd != nil {
		name = s.Crowd.Conn
		p.crowds[name] = true
	}
	if name != "" {
		if p.opened[name] && name != Survey {
			p.errorf(path, "connection %q is opened twice", name)
		}
		p.opened[name] = true
	}
}

// onCrowd says why the step cannot be about a crowd.
func (s Step) onCrowd() error {
	switch {
	case s.HalfClose != "":
		return fmt.Errorf("%q is a crowd, which half-close does not take", s.HalfClose)
	case s.Await != nil && s.Await.Events == 0:
		return fmt.Errorf("%q is a crowd, which was answered when its step was over; await its events", s.Await.Conn)
	case s.Drop != nil && s.Drop.How == "mid-event":
		return fmt.Errorf("%q is a crowd, which is dropped with fin or reset", s.Drop.Conn)
	}
	return nil
}

func (p *probeCheck) check(path string, k Check) {
	if err := k.Validate(); err != nil {
		p.errorf(path, "%w", err)
	}
	if k.That != "" && k.That != Survey && (k.IDsWithoutGap || k.IDsForward || k.Steady) {
		p.errorf(path, "%s looks at the %s alone, which is watched for as long as --observe says", k.Name(), Survey)
	}
	for i, name := range k.Refers() {
		p.known(path, name)
		of := k.OfCrowd() && i == 0 // that
		switch {
		case p.crowds[name] && !of:
			p.errorf(path, "%q is a crowd, and %s looks at a connection", name, k.Name())
		case of && p.opened[name] && !p.crowds[name]:
			p.errorf(path, "%s looks at a crowd, and %q is a connection", k.Name(), name)
		}
	}
}

func (p *probeCheck) errorIf(path string, err error) {
	if err != nil {
		p.errorf(path, "%w", err)
	}
}

// known complains about a connection that no earlier step opens.
func (p *probeCheck) known(path, name string) {
	if !p.opened[name] {
		p.errorf(path, "no earlier step opens connection %q; open are %s", name, strings.Join(sortedKeys(p.opened), ", "))
	}
}

// templates complains about what Expand could never replace. Of the run's own request
// only a send has parts.
func (p *probeCheck) templates(path, text string, send bool) {
	for _, m := range templatePattern.FindAllStringSubmatch(text, -1) {
		ref, err := parseTemplate(m[1])
		switch {
		case err != nil:
			p.errorf(path, "%w", err)
			continue
		case ref.Own != "" && send:
			continue
		case ref.Own != "":
			p.errorf(path, "{{%s}} stands for a part of the run's own request, and in send alone", m[1])
			continue
		}
		p.known(path, ref.Conn)
		if p.crowds[ref.Conn] {
			p.errorf(path, "{{%s}} names the events of %q, which is a crowd; of crowds no events are kept", m[1], ref.Conn)
		}
	}
}

// A TemplateRef is what {{conn.events.N.member}} stands for.
type TemplateRef struct {
	Conn string
	// Index is the number of the event from 0; -1 is the last one so far.
	Index int
	// Member is lastEventId, event or data.
	Member string
	// Own, where it is not empty, says that it is a part of the run's own request instead:
	// [OwnTarget], [OwnHost], [OwnBody], or [OwnField] and a name.
	Own string
}

var templatePattern = regexp.MustCompile(`\{\{([^{}]*)\}\}`)

// Expand replaces every {{...}} of a text by what value says it stands for.
func Expand(text string, value func(TemplateRef) (string, error)) (string, error) {
	var failed error
	out := templatePattern.ReplaceAllStringFunc(text, func(m string) string {
		ref, err := parseTemplate(strings.Trim(m, "{}"))
		if err == nil {
			var v string
			if v, err = value(ref); err == nil {
				return v
			}
		}
		if failed == nil {
			failed = err
		}
		return m
	})
	return out, failed
}

func parseTemplate(inner string) (TemplateRef, error) {
	if own, ok := ownTemplate(inner); ok {
		return TemplateRef{Own: own}, nil
	}
	wrong := fmt.Errorf("{{%s}} is no template; one is {{CONN.events.N.lastEventId}}, N from 0 or last, and event or data in place of lastEventId; in send also {{target}}, {{host}}, {{body}} and {{field.NAME}}", inner)
	parts := strings.Split(strings.TrimSpace(inner), ".")
	if len(parts) != 4 || parts[1] != "events" || !slices.Contains([]string{"lastEventId", "event", "data"}, parts[3]) {
		return TemplateRef{}, wrong
	}
	ref := TemplateRef{Conn: parts[0], Index: -1, Member: parts[3]}
	if parts[2] != "last" {
		n, err := strconv.Atoi(parts[2])
		if err != nil || n < 0 {
			return TemplateRef{}, wrong
		}
		ref.Index = n
	}
	return ref, nil
}

func validDuration(name, value string) error {
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 {
		return fmt.Errorf("%s: %q is no duration; write it as 200ms or 2s", name, value)
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
