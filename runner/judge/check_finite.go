package judge

import (
	"fmt"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// endMarkLast: nothing follows the event that says that the stream is complete.
func endMarkLast(_ cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		mark := marksEnd(c, p.Target.Asks)
		switch {
		case mark < 0:
			return skipped(reports.SkipUnused, "%s has no event that says that the stream is complete", c.Name)
		case mark < len(c.Events)-1:
			return fmt.Errorf("no event was expected after number %d, which says that the stream is complete; %d followed, the first with the data %q",
				mark, len(c.Events)-1-mark, clip(c.Events[mark+1].Data))
		}
		return nil
	})
}

// endsAfterMark: the response ends so long after that event at the latest.
func endsAfterMark(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		mark := marksEnd(c, p.Target.Asks)
		if mark < 0 {
			return skipped(reports.SkipUnused, "%s has no event that says that the stream is complete", c.Name)
		}
		most, took := duration(k.EndsAfterMark), c.EndAt-c.Events[mark].At
		switch {
		case took > most:
			return fmt.Errorf("the end of the response was expected within %s of event %d, which says that the stream is complete; after %s it %s",
				most, mark, took.Round(10*time.Millisecond), map[bool]string{true: "came", false: "had not come"}[c.Ended()])
		case !c.Ended():
			return skipped(reports.SkipNotObserved, "%s was watched for %s after the event that says that the stream is complete, too short a time", c.Name, took.Round(time.Millisecond))
		}
		return nil
	})
}

// finishesLike: a stream that says that it is complete says so each time.
func finishesLike(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		other, err := the(p, k.FinishesLike)
		if err != nil {
			return err
		}
		switch {
		case !saysEnd(other) || other.End != transcript.EndClean:
			return skipped(reports.SkipUnused, "%s did not end with an event that says that the stream is complete", other.Name)
		case !c.Ended():
			return skipped(reports.SkipNotObserved, "%s had not ended after %.1f s", c.Name, (c.EndAt - c.Request.At).Seconds())
		case c.End != transcript.EndClean || !saysEnd(c):
			return fmt.Errorf("an end with an event that says that the stream is complete was expected, as on %s; after %d events the response was over (%s)",
				other.Name, len(c.Events), c.End)
		}
		return nil
	})
}

// jsonRPCAnswered: the request that the run sends is answered on its stream
// (https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#sending-messages-to-the-server).
func jsonRPCAnswered(_ cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if p.Target.Asks == "" {
			return skipped(reports.SkipUnused, "the run's body is no JSON-RPC request")
		}
		others := ""
		for _, e := range c.Events {
			switch id := answerTo(e); id {
			case p.Target.Asks:
				return nil
			case "":
			default:
				others += fmt.Sprintf(", and one to the request %s", clip(id))
			}
		}
		if !c.Ended() {
			return skipped(reports.SkipNotObserved, "no answer to the request %s came in %.1f s, and the stream is still open", p.Target.Asks, (c.EndAt - c.Request.At).Seconds())
		}
		return fmt.Errorf("a JSON-RPC response to the request %s was expected before the end; %d events came%s", p.Target.Asks, len(c.Events), others)
	})
}

// clip keeps what a server sent short in a message.
func clip(s string) string {
	if len(s) > 60 {
		return s[:60]
	}
	return s
}
