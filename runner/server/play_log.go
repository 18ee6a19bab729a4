package server

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// maxLogged bounds the bytes of a body that a connection puts into the log; the
// start is what explains a verdict.
const maxLogged = 32 << 10

// transcript closes the probe's record.
func (p *probe) transcript(found *transcript.Probe, broken string) *transcript.Transcript {
	found.Unmet = p.unmet
	t := &transcript.Transcript{Probe: found, Broken: broken}
	number := 1
	if slices.ContainsFunc(p.of.Check, func(k cases.Check) bool { return slices.Contains(k.Refers(), cases.Survey) }) {
		t.Entries = entries(found.Survey, number, nil)
		number++
	}
	var log []reports.Entry
	for _, v := range p.visits {
		c := v.frozen()
		c.Number = number
		number++
		found.Conns = append(found.Conns, c)
		log = append(log, entries(c, c.Number, v.raw)...)
	}
	for _, c := range p.crowds {
		if c.record == nil {
			continue // the case broke off
		}
		found.Crowds = append(found.Crowds, c.record)
		log = append(log, logged(c.record, number)...)
		number++
	}
	slices.SortStableFunc(log, func(a, b reports.Entry) int { return cmp.Compare(a.AtMS, b.AtMS) })
	t.Entries = append(t.Entries, log...)
	return t
}

// entries is one connection's part of the log.
func entries(c *transcript.Conn, number int, raw []byte) []reports.Entry {
	var log []reports.Entry
	add := func(at time.Duration, end, kind string, bytes []byte, text string) {
		log = append(log, reports.Entry{AtMS: float64(at.Microseconds()) / 1000, Conn: number, End: end, Kind: kind, Bytes: bytes, Text: text})
	}
	add(c.Request.At, "runner", "request", nil, requestText(c))
	if c.Err != "" {
		add(c.EndAt, "subject", "error", nil, c.Err)
		return log
	}
	if raw == nil {
		raw = []byte(headText(c))
	}
	add(c.HeadAt, "subject", "response", raw, "")
	event := 0
	for _, chunk := range c.Chunks {
		if chunk.Offset >= min(maxLogged, int64(len(c.Body))) {
			break
		}
		end := min(chunk.Offset+int64(chunk.Len), maxLogged, int64(len(c.Body)))
		add(chunk.At, "subject", "receive", c.Body[chunk.Offset:end], "")
		for ; event < min(chunk.Complete, len(c.Events)); event++ {
			e := c.Events[event]
			add(e.At, "runner", "event", nil, fmt.Sprintf("%s, lastEventId %q", e.Type, e.LastEventID))
		}
	}
	by := "subject"
	if !c.Ended() {
		by = "runner"
	}
	add(c.EndAt, by, "close", nil, strings.TrimSpace(string(c.End)+" "+c.EndDetail))
	return log
}

func requestText(c *transcript.Conn) string {
	text := c.Label() + ": " + c.Request.Method + " " + c.Request.URL
	for _, f := range c.Request.Header {
		text += "\r\n" + f.Name + ": " + f.Value
	}
	return text
}

// headText is the head of a response of which only the fields are left.
func headText(c *transcript.Conn) string {
	text := fmt.Sprintf("%s %d\r\n", c.Proto, c.Status)
	for _, f := range c.Header {
		text += f.Name + ": " + f.Value + "\r\n"
	}
	return text
}
