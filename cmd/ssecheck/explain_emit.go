package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
)

// explainEmit shows the items that the subject is asked to emit, and what must be
// seen of them.
func (a *app) explainEmit(c *cases.Case) {
	a.section("Items (" + itemWords(c) + ")")
	for i := range c.Emit {
		if i == mostShown {
			line(a.stdout, "       (%d more)", len(c.Emit)-i)
			break
		}
		a.emitItem(i+1, &c.Emit[i], c)
	}
	a.section("Right ways out")
	for _, way := range c.Ways() {
		line(a.stdout, "  %-11s  %s", way, wayWords[way])
	}
	if slices.Contains(c.Ways(), cases.Rejected) {
		a.indented("a subject that refuses must still emit the same items without what it may refuse")
	}
	if len(c.Never) > 0 {
		a.section("Never")
		for i := range c.Never {
			a.indented(forgedWords(&c.Never[i]))
		}
	}
	a.emitChecks("Checks of the bytes", c.Wire, cases.WireChecks())
	a.emitChecks("Checks of the delivery (of a scripted server)", c.Delivery, cases.DeliveryChecks())
	if c.EndOfScript() == cases.EndHold {
		a.section("End")
		a.indented("a scripted server keeps the stream open until the client leaves")
	}
}

// emitFlags are the subjects that can play the case.
func emitFlags(c *cases.Case) []string {
	if c.Delivers() {
		return []string{"--target URL --scripted "}
	}
	return []string{"--encoder 'CMD' ", "--target URL --scripted "}
}

var wayWords = map[string]string{
	cases.Exact:       "what was handed over comes back",
	cases.Rejected:    "the item is refused, or left out",
	cases.Neutralised: "its event arrives, with what the format cannot carry removed or replaced, and nothing else does",
}

// itemWords says how many items there are, and how many of them are sleeps.
func itemWords(c *cases.Case) string {
	sleeps := 0
	for i := range c.Emit {
		if c.Emit[i].Sleep > 0 {
			sleeps++
		}
	}
	text := count(len(c.Emit)-sleeps, "item")
	if sleeps > 0 {
		text += ", " + count(sleeps, "sleep")
	}
	return text
}

// emitItem shows one item, a part on a line.
func (a *app) emitItem(number int, item *cases.EmitItem, c *cases.Case) {
	parts := partsOf(item)
	switch {
	case item.Sleep > 0:
		line(a.stdout, "  %3d  (nothing for %s)", number, item.Sleep)
		return
	case len(parts) == 0:
		parts = []string{"(no part at all)"}
	}
	head := fmt.Sprintf("%3d", number)
	for _, part := range parts {
		fmt.Fprintf(a.stdout, "  %s  %s\n", head, part)
		head = "   "
	}
	switch _, ok := item.Carriable(); {
	case !ok:
		line(a.stdout, "       (the format cannot carry this)")
	case c.MayRefuse(item):
		line(a.stdout, "       (not every library has this)")
	}
}

// partsOf are the item's parts, in the order in which they are mostly written.
func partsOf(item *cases.EmitItem) []string {
	var parts []string
	for _, part := range []struct {
		name  string
		value *string
	}{{"comment", item.Comment}, {"event", item.Event}, {"id", item.ID}} {
		if part.value != nil {
			parts = append(parts, part.name+" "+handed(*part.value))
		}
	}
	if item.Retry != nil {
		parts = append(parts, "retry "+retryText(item.Retry))
	}
	if item.Data != nil {
		parts = append(parts, "data "+handed(*item.Data))
	}
	return parts
}

// handed is a text as it is handed over; one with a lone surrogate is shown as JSON has
// it, which is ASCII.
func handed(text string) string {
	if cases.WithoutSurrogates(text, "") == text {
		return quoted(text)
	}
	shown := string(cases.JSONText(text))
	return shown[:min(len(shown), longestShown)]
}

// retryText shows a number as it is, and a text with its breaks visible.
func retryText(retry json.RawMessage) string {
	var text string
	if json.Unmarshal(retry, &text) == nil && retry[0] == '"' {
		return quoted(text) + " (a text)"
	}
	return clip(retry)
}

// forgedWords says what must never be seen.
func forgedWords(f *cases.Forged) string {
	switch {
	case f.Retry != nil:
		return fmt.Sprintf("a reconnection time of %d ms", *f.Retry)
	case f.Comment != nil:
		return "the comment " + quoted(*f.Comment)
	}
	var parts []string
	for _, part := range []struct {
		name  string
		value *string
	}{{"of the type", f.Event}, {"with the data", f.Data}, {"with the last event ID", f.LastEventID}} {
		if part.value != nil {
			parts = append(parts, part.name+" "+quoted(*part.value))
		}
	}
	return "an event " + strings.Join(parts, ", ")
}

func (a *app) emitChecks(title string, names []string, known []cases.Word) {
	if len(names) == 0 {
		return
	}
	a.section(title)
	for _, name := range names {
		for _, word := range known {
			if word.Name == name {
				line(a.stdout, "  %s: %s", name, word.Sentence)
			}
		}
	}
}
