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

// oneFraming: no Content-Length beside a Transfer-Encoding, and chunked at most
// once (https://httpwg.org/specs/rfc9112.html#body.content-length).
func oneFraming(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		coding, length := c.Values("Transfer-Encoding"), c.Values("Content-Length")
		switch {
		case len(coding) > 0 && len(length) > 0:
			return fmt.Errorf("one of Content-Length and Transfer-Encoding was expected, %q and %q came", length[0], coding[0])
		case strings.Count(strings.ToLower(strings.Join(coding, ",")), "chunked") > 1:
			return fmt.Errorf("chunked was expected once, Transfer-Encoding: %s came", strings.Join(coding, ", "))
		case len(length) > 1:
			return fmt.Errorf("one Content-Length was expected, %q came", length)
		}
		return nil
	})
}

// selfDelimited: the end of the response can be told from a lost connection,
// or the server says that it will close it
// (https://httpwg.org/specs/rfc9112.html#message.body.length).
func selfDelimited(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		chunked := strings.Contains(strings.ToLower(strings.Join(c.Values("Transfer-Encoding"), ",")), "chunked")
		if chunked || len(c.Values("Content-Length")) > 0 || c.Proto == "HTTP/2.0" {
			return nil
		}
		return fmt.Errorf("a chunked response was expected over %s, so that its end can be told from a lost connection; it has neither Transfer-Encoding nor Content-Length (Connection: %q)",
			c.Proto, c.Get("Connection"))
	})
}

// saysClose: a response whose end is the end of the connection says so
// (https://httpwg.org/specs/rfc9112.html#persistent.tear-down).
func saysClose(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if selfDelimited(cases.Check{}, nil).(holds)(c) == nil {
			return skipped(reports.SkipUnused, "the response ends by itself, so the connection need not")
		}
		connection := strings.ToLower(strings.Join(c.Values("Connection"), ","))
		if c.Proto == "HTTP/1.0" && !strings.Contains(connection, "keep-alive") || strings.Contains(connection, "close") {
			return nil
		}
		return fmt.Errorf("the field Connection: close was expected on a response that only the end of the connection ends, %q came", connection)
	})
}

// firstByteWithin: the head is complete so long after the request at the latest.
func firstByteWithin(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		took, most := c.HeadAt-c.Request.At, duration(k.FirstByteWithin)
		if took <= most {
			return nil
		}
		with := "before any event"
		if len(c.Events) > 0 && c.Events[0].At-c.HeadAt < 50*time.Millisecond {
			with = "together with the first event"
		}
		return fmt.Errorf("the head of the response was expected within %s, it came after %s, %s", most, took.Round(time.Millisecond), with)
	})
}

// endsWithin: the response is over so long after the request at the latest.
func endsWithin(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		took, most := c.EndAt-c.Request.At, duration(k.EndsWithin)
		if !c.Ended() {
			return fmt.Errorf("the end of the response was expected within %s; after %s the connection, which the request asked to close, is still open",
				most, took.Round(time.Millisecond))
		}
		if took > most {
			return fmt.Errorf("the end of the response was expected within %s, it came after %s", most, took.Round(time.Millisecond))
		}
		return nil
	})
}

// bodyEmpty: not one byte follows the head.
func bodyEmpty(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if c.BodyBytes == 0 {
			return nil
		}
		return fmt.Errorf("no byte was expected after the head of the response to %s, %d came, first %q",
			c.Request.Method, c.BodyBytes, c.Body[:min(len(c.Body), 40)])
	})
}

// noContent204: a 204 ends with its header
// (https://httpwg.org/specs/rfc9110.html#status.204).
func noContent204(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if c.Status != 204 {
			return nil
		}
		for _, name := range []string{"Content-Length", "Transfer-Encoding"} {
			if values := c.Values(name); len(values) > 0 {
				return fmt.Errorf("204 without %s was expected, %q came", name, values[0])
			}
		}
		if c.BodyBytes > 0 {
			return fmt.Errorf("204 without content was expected, %d bytes came", c.BodyBytes)
		}
		return nil
	})
}

// noServerError: the status is not 5xx.
func noServerError(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return holds(func(c *transcript.Conn) error {
		if c.Status >= 500 {
			return fmt.Errorf("an answer or a refusal was expected, the server error %d came", c.Status)
		}
		return nil
	})
}

// lengthAs: a Content-Length in the response to HEAD is that of GET, or is not
// there (https://httpwg.org/specs/rfc9110.html#field.content-length).
func lengthAs(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		other, err := the(p, k.LengthAs)
		if err != nil {
			return err
		}
		switch length := c.Get("Content-Length"); {
		case other.Status != c.Status:
			return skipped(reports.SkipUnused, "%s was answered with %d and %s with %d, so their lengths are not those of one response", c.Name, c.Status, other.Name, other.Status)
		case length != "" && length != other.Get("Content-Length"):
			return fmt.Errorf("the Content-Length of the response to %s, which is %q, or none was expected; %q came", other.Request.Method, other.Get("Content-Length"), length)
		}
		return nil
	})
}

// pingAcknowledged: https://httpwg.org/specs/rfc9113.html#PING
func pingAcknowledged(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if c.Pong == 0 {
			return fmt.Errorf("an acknowledgement of PING was expected, none came in %s", (c.EndAt - c.HeadAt).Round(time.Millisecond))
		}
		return nil
	})
}

// withinWindow: https://httpwg.org/specs/rfc9113.html#FlowControl
func withinWindow(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if c.Overrun > 0 {
			return fmt.Errorf("no more than the window of 65535 bytes was expected, %d bytes more came", c.Overrun)
		}
		return nil
	})
}

// endsCleanly: if the server ended the response, it did so as HTTP asks.
func endsCleanly(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		switch c.End {
		case transcript.EndTruncated, transcript.EndReset, transcript.EndBroken:
			return fmt.Errorf("an end of the response as HTTP asks was expected; after %d bytes and %d events: %s", c.BodyBytes, len(c.Events), c.EndDetail)
		}
		return nil
	})
}

// staysOpen: the server did not end the response while the probe went on.
func staysOpen(_ cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if !c.Ended() {
			return nil
		}
		if finite(p) && c.End == transcript.EndClean {
			return skipped(reports.SkipUnused, "the stream is an answer that comes to its end, and not meant to stay open")
		}
		return fmt.Errorf("a stream that stays open was expected; the server ended it after %s and %d events (%s)",
			(c.EndAt - c.Request.At).Round(time.Millisecond), len(c.Events), c.End)
	})
}

// duration reads what the loader has found to be one.
func duration(text string) time.Duration {
	d, _ := time.ParseDuration(text)
	return d
}
