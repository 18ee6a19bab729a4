package judge

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// delivery judges how a scripted server's stream arrived.
func delivery(c *cases.Case, e *transcript.Emitted) Judgement {
	if !c.Delivers() {
		return Judgement{Verdict: reports.Pass}
	}
	if e.Conn == nil {
		return Judgement{Verdict: reports.Skip, SkipKind: reports.SkipCapability,
			SkipReason: "an encoder hands over its bytes at once; how a stream arrives is seen of a scripted server"}
	}
	if slices.Contains(c.Delivery, cases.DeliveryNoticesLeaving) && !e.Watched {
		return Judgement{Verdict: reports.Skip, SkipKind: reports.SkipCapability,
			SkipReason: "the server's side of the connection cannot be seen from here: it is on another machine, or this system does not show it"}
	}
	for _, name := range c.Delivery {
		if wrong := delivered(name, c, e); wrong != "" {
			return Judgement{Verdict: reports.Fail, Message: wrong}
		}
	}
	return Judgement{Verdict: reports.Pass}
}

func delivered(name string, c *cases.Case, e *transcript.Emitted) string {
	conn := e.Conn
	switch name {
	case cases.DeliveryApart:
		return apart(c, conn)
	case cases.DeliveryHeadFirst:
		return headBefore(c, conn)
	case cases.DeliveryCommentsStay:
		return commentBefore(c, conn)
	case cases.DeliveryStaysOpen:
		if conn.End != transcript.EndOpen && conn.End != transcript.EndDropped {
			return fmt.Sprintf("the script says end: hold, and the response ended %s after its last event (%s)", since(lastAt(conn), conn.EndAt), conn.End)
		}
	case cases.DeliveryEnds:
		if conn.End != transcript.EndClean {
			return fmt.Sprintf("the script ends the stream, and the response did not come to a clean end: %s", endWords(conn))
		}
	case cases.DeliveryEventStream:
		return eventStream(conn)
	case cases.DeliveryNoticesLeaving:
		if e.Noticed == 0 {
			return fmt.Sprintf("the client closed the connection, and the server had not closed its side of it %s later: it never learns that a client has left",
				since(e.LeftAt, conn.EndAt))
		}
	}
	return "" // others-served is judged by what came back
}

func endWords(c *transcript.Conn) string {
	if c.EndDetail != "" {
		return fmt.Sprintf("%s (%s)", c.End, c.EndDetail)
	}
	return string(c.End)
}

// apart demands of each sleep between two events that it lies between their arrivals,
// at least a quarter of it: the rest is for a busy machine.
func apart(c *cases.Case, conn *transcript.Conn) string {
	before := 0
	for i := range c.Emit {
		item := &c.Emit[i]
		if item.Data != nil {
			before++
		}
		if item.Sleep == 0 || before == 0 || before >= len(conn.Events) {
			continue
		}
		if gap := conn.Events[before].At - conn.Events[before-1].At; gap < item.Sleep/4 {
			return fmt.Sprintf("event %d was emitted %s before event %d, and arrived %s before it: it is held back until something else pushes it out",
				before, item.Sleep, before+1, round(gap))
		}
	}
	return ""
}

// headBefore demands that the head arrives before the first sleep is over.
func headBefore(c *cases.Case, conn *transcript.Conn) string {
	if len(conn.Events) == 0 {
		return "no event arrived"
	}
	sleep := c.Emit[0].Sleep
	if gap := conn.Events[0].At - conn.HeadAt; gap < sleep/4 {
		return fmt.Sprintf("the first item was emitted %s after the request, and the head of the response arrived only %s before it: the head waits for the first item",
			sleep, round(gap))
	}
	return ""
}

// commentBefore demands that the comments before the first sleep were there before what
// follows it.
func commentBefore(c *cases.Case, conn *transcript.Conn) string {
	sleep := slices.IndexFunc(c.Emit, func(i cases.EmitItem) bool { return i.Sleep > 0 })
	before := 0
	for i := range c.Emit[:sleep] {
		if c.Emit[i].Data != nil {
			before++
		}
	}
	if before >= len(conn.Events) {
		return "no event arrived behind the sleep"
	}
	early := arrivedBefore(conn, conn.Events[before].At-c.Emit[sleep].Sleep/4)
	var got []string
	d := spec.NewDecoder(bytes.NewReader(early), spec.WithComments(func(text []byte) { got = append(got, string(text)) }))
	for _, err := range d.Events() {
		if err != nil {
			break
		}
	}
	for _, item := range c.Emit[:sleep] {
		if item.Comment != nil && !slices.ContainsFunc(got, func(text string) bool { return strings.TrimSpace(text) == strings.TrimSpace(*item.Comment) }) {
			return fmt.Sprintf("the comment %s was emitted %s before event %d, and did not arrive before it: it keeps no connection alive",
				around(*item.Comment, 0), c.Emit[sleep].Sleep, before+1)
		}
	}
	return ""
}

// arrivedBefore is the part of the body that had arrived by then.
func arrivedBefore(conn *transcript.Conn, until time.Duration) []byte {
	end := int64(0)
	for _, chunk := range conn.Chunks {
		if chunk.At <= until {
			end = max(end, chunk.Offset+int64(chunk.Len))
		}
	}
	return conn.Body[:min(end, int64(len(conn.Body)))]
}

func eventStream(conn *transcript.Conn) string {
	if conn.Status != 200 {
		return fmt.Sprintf("expected the status 200, got %d", conn.Status)
	}
	if conn.MediaType() != "text/event-stream" {
		return fmt.Sprintf("expected the media type text/event-stream, got %s", around(conn.Get("Content-Type"), 0))
	}
	return ""
}

func lastAt(conn *transcript.Conn) time.Duration {
	if n := len(conn.Events); n > 0 {
		return conn.Events[n-1].At
	}
	return conn.HeadAt
}

func since(from, to time.Duration) string { return round(to - from).String() }

func round(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
