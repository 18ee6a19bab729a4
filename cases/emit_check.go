package cases

import (
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

// A Word is a word of a closed vocabulary, with its meaning in one sentence.
type Word struct{ Name, Sentence string }

// The checks of Case.Wire.
const (
	EndsWithBlankLine      = "ends-with-blank-line"
	NoBOM                  = "no-bom"
	WellFormed             = "utf-8"
	LineEndingsConsistent  = "line-endings-consistent"
	Grammar                = "grammar"
	DeliveryApart          = "apart"
	DeliveryHeadFirst      = "head-first"
	DeliveryCommentsStay   = "comments-apart"
	DeliveryStaysOpen      = "stays-open"
	DeliveryEnds           = "ends"
	DeliveryEventStream    = "event-stream"
	DeliveryOthersServed   = "others-served"
	DeliveryNoticesLeaving = "notices-leaving"
)

// WireChecks are the words of Case.Wire.
func WireChecks() []Word {
	return []Word{
		{EndsWithBlankLine, "The last block is ended by a blank line."},
		{NoBOM, "There is no byte order mark, at the start either."},
		{WellFormed, "The bytes are well-formed UTF-8."},
		{LineEndingsConsistent, "All lines are ended in the same way: LF, CRLF or CR."},
		{Grammar, "Every line is a comment or one of the four fields, with a value that readers take."},
	}
}

// DeliveryChecks are the words of Case.Delivery.
func DeliveryChecks() []Word {
	return []Word{
		{DeliveryApart, "What is emitted before a sleep arrives before the sleep is over."},
		{DeliveryHeadFirst, "The head of the response arrives before the sleep that begins the script is over."},
		{DeliveryCommentsStay, "A comment before a sleep arrives before the sleep is over."},
		{DeliveryStaysOpen, "The response is still open a while after the last item (end: hold)."},
		{DeliveryEnds, "The response comes to its end, by the rules of HTTP."},
		{DeliveryEventStream, "The response has the status 200 and the media type text/event-stream."},
		{DeliveryOthersServed, "A client that leaves in the middle of its stream disturbs no other one that is served at the same time."},
		{DeliveryNoticesLeaving, "The server closes its side of a connection that the client has left (seen on Linux, over loopback)."},
	}
}

func names(words []Word) []string {
	var all []string
	for _, w := range words {
		all = append(all, w.Name)
	}
	return all
}

// Ways is which ways out are right.
func (c *Case) Ways() []string {
	switch {
	case len(c.Accept) > 0:
		return c.Accept
	case c.Hostile():
		return []string{Rejected, Neutralised}
	}
	return []string{Exact}
}

// Hostile says that an item holds what the format cannot carry.
func (c *Case) Hostile() bool {
	return slices.ContainsFunc(c.Emit, func(i EmitItem) bool { _, ok := i.Carriable(); return !ok })
}

// Delivers says that the case is about how a stream arrives, which only a scripted
// server shows.
func (c *Case) Delivers() bool { return len(c.Delivery) > 0 }

// Claims are what the subject's API must have for the case, in the adapter
// protocol's words: comments, retry.
func (c *Case) Claims() []string {
	var all []string
	if slices.ContainsFunc(c.Emit, func(i EmitItem) bool { return i.Comment != nil }) {
		all = append(all, "comments")
	}
	if slices.ContainsFunc(c.Emit, func(i EmitItem) bool { return i.Retry != nil }) {
		all = append(all, "retry")
	}
	return all
}

func checkEmit(c *Case, at strictyaml.Node) {
	list := at.At("emit")
	if list.IsEmptyList() {
		list.Errorf("", "nothing to emit")
	}
	checkEmitSize(c, list)
	checkWords(at.At("accept"), c.Accept, []string{Exact, Rejected, Neutralised}, "way out")
	checkWords(at.At("wire"), c.Wire, names(WireChecks()), "check of the wire")
	checkWords(at.At("delivery"), c.Delivery, names(DeliveryChecks()), "check of the delivery")
	if at.Has("end") && at.At("end").Kind() == strictyaml.Text && c.End != EndClose && c.End != EndHold {
		at.At("end").Errorf("the ends are close and hold", "%q is no end of a script", c.End)
	}
	if at.At("never").IsEmptyList() {
		at.At("never").Errorf("leave the key out", "an empty list")
	}
	for i := range c.Never {
		checkForged(&c.Never[i], at.At("never", i))
	}
	if at.Spoiled() {
		return
	}
	if c.Hostile() && slices.Contains(c.Accept, Exact) {
		at.At("accept").Errorf("accept: [rejected, neutralised], or leave it out", "the format cannot carry every item, so exact is no way out")
	}
	checkSentinel(c, list)
	checkDelivery(c, at)
}

// checkForged demands that what must not be seen is one thing: an event, a
// reconnection time or a comment.
func checkForged(f *Forged, at strictyaml.Node) {
	kinds := 0
	for _, has := range []bool{f.Event != nil || f.Data != nil || f.LastEventID != nil, f.Retry != nil, f.Comment != nil} {
		if has {
			kinds++
		}
	}
	switch {
	case at.IsEmptyMapping():
		at.Errorf(`{data: forged}`, "nothing is said of what must never be seen")
	case kinds > 1:
		at.Errorf("{data: forged}, {retry: 1}", "an event, a retry and a comment are seen apart: make an entry of each")
	}
}

// checkSentinel demands an event that must arrive whatever the subject makes of the
// rest: a subject that emits nothing would pass otherwise. A case that a campaign found
// is excepted.
func checkSentinel(c *Case, at strictyaml.Node) {
	if c.Found != "" {
		return
	}
	for i := range c.Emit {
		if _, ok := c.Emit[i].Carriable(); ok && c.Emit[i].Data != nil {
			return
		}
	}
	at.Errorf("let a sentinel follow: {data: END}", "no item has an event that must arrive, so a subject that emits nothing would pass")
}

// checkDelivery demands the sleep that a check looks at.
func checkDelivery(c *Case, at strictyaml.Node) {
	sleeps := slices.ContainsFunc(c.Emit, func(i EmitItem) bool { return i.Sleep > 0 })
	has := func(word string) bool { return slices.Contains(c.Delivery, word) }
	switch {
	case sleeps && !c.Delivers():
		at.At("emit").Errorf("delivery: [apart]", "a sleep, and no check of the delivery that could see it")
	case (has(DeliveryApart) || has(DeliveryCommentsStay)) && !sleeps:
		at.At("delivery").Errorf("{sleep: 300ms} between the items", "no sleep by which to see when something arrives")
	case has(DeliveryHeadFirst) && c.Emit[0].Sleep == 0:
		at.At("delivery").Errorf("begin with {sleep: 500ms}", "head-first is seen by a sleep before the first item")
	case has(DeliveryStaysOpen) && c.EndOfScript() != EndHold:
		at.At("delivery").Errorf("end: hold", "a stream stays open where the script says so")
	case has(DeliveryEnds) && c.EndOfScript() != EndClose:
		at.At("delivery").Errorf("leave end: hold out", "a stream that is held has no end")
	}
}

func checkEmitSize(c *Case, at strictyaml.Node) {
	size := 0
	for i := range c.Emit {
		item := &c.Emit[i]
		for _, text := range []*string{item.Comment, item.Event, item.ID, item.Data} {
			if text != nil {
				size += len(*text)
			}
		}
		if size > MaxStream {
			at.At(i).Errorf("", "more than the %d bytes that one case may have", MaxStream)
			return
		}
	}
}

func checkWords(at strictyaml.Node, words, known []string, what string) {
	if at.IsEmptyList() {
		at.Errorf("leave the key out", "an empty list")
	}
	for i, w := range words {
		n := at.At(i)
		switch {
		case n.Kind() != strictyaml.Text:
		case !slices.Contains(known, w):
			n.Errorf("the words are "+strings.Join(known, ", "), "%q is no %s", w, what)
		case slices.Contains(words[:i], w):
			n.Errorf("", "%q comes twice", w)
		}
	}
}
