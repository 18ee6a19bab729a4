package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
)

// Bounds of what explain shows: bytes of a text, and events or items.
const (
	longestShown = 200
	mostShown    = 50
)

func (a *app) explainStream(c *cases.Case) {
	endings := ""
	if c.LineEndings == cases.LineEndingsAny {
		endings = "; every \\n may be \\r\\n or \\r"
	}
	a.section("Wire (" + sizeWords(c.Stream) + endings + ")")
	for i := range c.Stream {
		a.item(i+1, &c.Stream[i])
	}
	a.answers(c.Expect)
	switch f := c.Finally; {
	case f == nil:
	case f.NoReconnectionTime:
		a.section("Finally")
		a.indented("there is no reconnection time")
	case f.ReconnectionTime != nil:
		a.section("Finally")
		line(a.stdout, "  the reconnection time is %d ms", *f.ReconnectionTime)
	}
	variants := cases.ParserVariants(c)
	a.section("Variants")
	line(a.stdout, "  %d for a parser: %s", len(variants), variantWords(variants))
	variants = cases.ClientVariants(c)
	line(a.stdout, "  %d for a client: %s", len(variants), variantWords(variants))
}

// sizeWords is how many bytes a stream has, in how many writes.
func sizeWords(items []cases.Item) string {
	size, writes := 0, 0
	for i := range items {
		size += items[i].Size()
		if items[i].Writes() {
			writes++
		}
	}
	return count(size, "byte") + ", " + count(writes, "write")
}

// item shows one item of a stream, a line of the wire on a line.
func (a *app) item(number int, item *cases.Item) {
	switch {
	case item.Pause != "":
		line(a.stdout, "  %3d  (nothing for %s)", number, item.Pause)
	case item.Drop != "":
		line(a.stdout, "  %3d  (the connection ends: %s)", number, item.Drop)
	case item.Stall != "":
		line(a.stdout, "  %3d  (the connection stays open and silent for %s)", number, item.Stall)
	case item.Await != nil:
		line(a.stdout, "  %3d  (nothing until %s)", number, awaitWords(item.Await))
	case item.Frame != "":
		line(a.stdout, "  %3d  (the frame %s)", number, strings.ToUpper(item.Frame))
	case slices.ContainsFunc(item.Pieces, func(piece cases.Item) bool { return piece.Repeat != nil }):
		line(a.stdout, "  %3d  (one write of %s)", number, count(len(item.Pieces), "piece"))
		for i := range item.Pieces {
			a.written("   ", &item.Pieces[i])
		}
	default:
		a.written(fmt.Sprintf("%3d", number), item)
	}
}

// written shows what an item writes.
func (a *app) written(head string, item *cases.Item) {
	if item.Repeat == nil {
		a.wire(head, item.Append(nil))
		return
	}
	line(a.stdout, "  %s  %s:", head, count(item.Repeat.Times, "time"))
	a.wire("   ", []byte(item.Repeat.Repeat))
}

// wire shows bytes, each line of the stream on one of its own.
func (a *app) wire(head string, b []byte) {
	for _, text := range reports.Wire(b) {
		fmt.Fprintf(a.stdout, "  %s  %s\n", head, text)
		head = strings.Repeat(" ", len(head))
	}
}

func clip(b []byte) string { return reports.Clip(b) }

func (a *app) answers(e *cases.Expect) {
	answers := e.Answers()
	for i, answer := range answers {
		title := "Expect (" + count(len(answer.Events), "event") + ")"
		if len(answers) > 1 {
			title = fmt.Sprintf("Expect, answer %d of %d (%s, %s)", i+1, len(answers), answer.Grade, count(len(answer.Events), "event"))
		}
		a.section(title)
		if answer.Note != "" {
			a.indented(answer.Note)
		}
		a.events(answer.Events)
	}
}

func (a *app) events(events []cases.Event) {
	if len(events) == 0 {
		a.indented("none may come")
	}
	for i := range events {
		if i == mostShown {
			line(a.stdout, "       (%d more)", len(events)-i)
			return
		}
		e := events[i].Spec()
		text := fmt.Sprintf("  %3d  %s  data %s", i+1, clip([]byte(e.Type)), quoted(e.Data))
		if e.LastEventID != "" {
			text += "  lastEventId " + quoted(e.LastEventID)
		}
		fmt.Fprintln(a.stdout, text)
	}
}

func quoted(text string) string { return `"` + strings.ReplaceAll(clip([]byte(text)), `"`, `\"`) + `"` }

// variantWords says in which ways the stream is cut, the cuts in two counted,
// and with which line endings.
func variantWords(variants []cases.Variant) string {
	var ways, endings []string
	cuts := 0
	for _, v := range variants {
		way, ending, varied := strings.Cut(v.Name, ", ")
		switch {
		case varied:
			if !slices.Contains(endings, ending) {
				endings = append(endings, ending)
			}
			continue
		case strings.HasPrefix(way, "cut at "):
			if cuts++; cuts > 1 {
				continue
			}
			way = "cut in two"
		}
		ways = append(ways, way)
	}
	text := strings.Join(ways, ", ")
	text = strings.Replace(text, "cut in two", "cut in two at "+count(cuts, "place"), 1)
	if len(endings) > 0 {
		text += "; and again with " + strings.Join(endings, " and with ")
	}
	return text
}

func (a *app) explainProbe(c *cases.Case) {
	if len(c.Needs) > 0 {
		a.section("Needs (else the case is skipped)")
		for _, word := range words() {
			if word.Kind == "need" && slices.Contains(c.Needs, word.Name) {
				line(a.stdout, "  %s: %s", word.Name, word.Doc)
			}
		}
	}
	a.section("Steps")
	for i, step := range c.Probe {
		line(a.stdout, "  %3d  %s", i+1, flow(step))
	}
	a.section("Checks")
	for i, check := range c.Check {
		line(a.stdout, "  %3d  %s", i+1, flow(check))
		for _, word := range words() {
			if word.Kind == "check" && word.Name == check.Name() {
				line(a.stdout, "       %s", word.Doc)
			}
		}
	}
}

// flow is a value as a case file may write it on one line.
func flow(v any) string {
	text, err := yaml.MarshalWithOptions(v, yaml.Flow(true))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}

func count(n int, noun string) string { return reports.Number(n, noun) }
