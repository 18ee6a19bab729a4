package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// status: the response has one of these status codes.
func status(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if hasStatus(c, k.Status) {
			return nil
		}
		return fmt.Errorf("status %s was expected, %d came", strings.Join(k.Status, " or "), c.Status)
	})
}

// hasStatus tells whether the response has one of these codes or classes.
func hasStatus(c *transcript.Conn, statuses []string) bool {
	code := fmt.Sprint(c.Status)
	return slices.ContainsFunc(statuses, func(s string) bool { return s == code || strings.TrimSuffix(s, "xx") == code[:1] })
}

// errorNoStream: an error is not called an event stream.
func errorNoStream(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		switch {
		case c.Status < 400:
			return skipped(reports.SkipUnused, "%s was answered with %d, which is no error", c.Name, c.Status)
		case c.MediaType() == "text/event-stream":
			return fmt.Errorf("another media type than text/event-stream was expected with status %d", c.Status)
		}
		return nil
	})
}

// refusedByStatus: who has no place for a visitor says so by the status: a 200
// that ends at once makes every client come back in a few seconds
// (https://html.spec.whatwg.org/multipage/iana.html#text/event-stream).
func refusedByStatus(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		served := 0
		for _, other := range p.Named(k.That) {
			if other.Status == 200 && !other.Ended() {
				served++
			}
		}
		const atOnce = 500 * time.Millisecond
		switch {
		case hasStatus(c, []string{"429", "503"}) && !c.Ended() && c.EndAt-c.HeadAt > time.Second:
			return fmt.Errorf("a refusal that ends was expected; %d came, and the response is still open after %s", c.Status, (c.EndAt - c.HeadAt).Round(100*time.Millisecond))
		case c.Status >= 400 && !hasStatus(c, []string{"429", "503"}):
			return fmt.Errorf("the stream, or 429 or 503 from a server that has no place, was expected; %d came", c.Status)
		case c.Status == 200 && c.Ended() && c.EndAt-c.HeadAt < atOnce && served > 0 && !p.Survey.Ended():
			return fmt.Errorf("the stream, or a status that says that there is no place, was expected; 200 came, and the response was over %s later with %d events, while %d other streams are open",
				(c.EndAt - c.HeadAt).Round(time.Millisecond), len(c.Events), served)
		}
		return nil
	})
}
