package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// blocksEnd: data fields that go on coming are followed by a blank line at some
// time. Without one nothing is ever dispatched
// (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream, event).
// One long event may come in several pieces; it does not come for seconds.
func blocksEnd(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	const pieces, enough = 3, time.Second
	return answered(func(c *transcript.Conn) error {
		if len(c.Events) > 0 {
			return nil
		}
		n := dataFields(c.Body)
		last := len(c.Chunks) - 1
		if n < pieces || last < pieces-1 || c.Chunks[last].At-c.Chunks[0].At < enough {
			return skipped(reports.SkipNotObserved, "%s saw no event, and %d data fields", c.Name, n)
		}
		return fmt.Errorf("a blank line was expected after the fields of each event; %d data fields came in %d pieces over %s, and no event",
			n, last+1, (c.Chunks[last].At - c.Chunks[0].At).Round(100*time.Millisecond))
	})
}

// dataFields counts the lines of the body that are data fields.
func dataFields(body []byte) int {
	n := 0
	for line := range strings.FieldsFuncSeq(string(body), func(r rune) bool { return r == '\r' || r == '\n' }) {
		if name, _, _ := strings.Cut(line, ":"); name == "data" {
			n++
		}
	}
	return n
}
