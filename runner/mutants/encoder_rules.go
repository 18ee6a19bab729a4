package mutants

import (
	"encoding/json"
	"strings"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// A writer is one play of a simple encoder. It knows the steps and their order; what
// is done at each step stands in its rules.
type writer struct {
	encoderRules
	out      []byte
	previous encoder.Item // the item before
	count    int          // of the items so far
}

// encoderRules are what a writer does at each step. A fault replaces one of them.
type encoderRules struct {
	// refuses is the reason why an item is refused; nil for one that is not.
	refuses func(item encoder.Item) error
	// begins may write before a block, and change what it is written from.
	begins func(w *writer, item *encoder.Item)
	// cut parts a value of several lines.
	cut func(value string) []string
	// event, id and comment make values fit for one line, data and comment by line.
	event, id, comment, data func(value string) string
	// digits is a retry as it is written; false leaves it out.
	digits func(retry json.RawMessage) (text string, ok bool)
	// line is a line without its end.
	line func(name, value string) string
	// eol ends a line, blank ends a block.
	eol, blank string
	// comments writes a comment, and dataFields data.
	comments, dataFields func(w *writer, value string)
	// ends may write behind a block.
	ends func(w *writer, item encoder.Item)
	// finish has the last word on the stream.
	finish func(stream []byte) []byte
	// order is that of the fields of a block, by their names, the comment's being "". It is
	// no fault: the standard leaves it to whoever writes.
	order []string
}

// usualOrder is the order of the fields unless a subject is known to have another.
var usualOrder = []string{"", "event", "id", "retry", "data"}

// soundEncoder are the rules of the standard.
func soundEncoder() encoderRules {
	return encoderRules{
		refuses: func(encoder.Item) error { return nil },
		begins:  func(*writer, *encoder.Item) {},
		cut:     func(value string) []string { return strings.Split(oneLineEnd(value), "\n") },
		event:   func(value string) string { return without(value, "\r\n") },
		id:      func(value string) string { return without(value, "\r\n\x00") },
		comment: wellFormed,
		data:    wellFormed,
		digits:  digitsOf,
		line:    func(name, value string) string { return name + ": " + value },
		eol:     "\n",
		blank:   "\n",
		comments: func(w *writer, value string) {
			for _, line := range w.cut(value) {
				w.put("", line)
			}
		},
		dataFields: func(w *writer, value string) {
			for _, line := range w.cut(value) {
				w.put("data", line)
			}
		},
		ends:   func(*writer, encoder.Item) {},
		finish: func(stream []byte) []byte { return stream },
		order:  usualOrder,
	}
}

// write writes all items, or none when one is refused.
func (w *writer) write(items []encoder.Item) ([]byte, error) {
	for _, item := range items {
		if err := w.refuses(item); err != nil {
			return nil, err
		}
	}
	for _, item := range items {
		w.block(item)
		w.previous = item
		w.count++
	}
	return w.finish(w.out), nil
}

func (w *writer) block(item encoder.Item) {
	w.begins(w, &item)
	for _, name := range w.order {
		w.field(name, item)
	}
	w.raw(w.blank)
	w.ends(w, item)
}

// field writes what an item has of one field.
func (w *writer) field(name string, item encoder.Item) {
	switch {
	case name == "" && item.Comment != nil:
		w.comments(w, w.comment(*item.Comment))
	case name == "event" && item.Event != nil:
		w.put("event", w.event(*item.Event))
	case name == "id" && item.ID != nil:
		w.put("id", w.id(*item.ID))
	case name == "retry" && item.Retry != nil:
		if text, ok := w.digits(item.Retry); ok {
			w.put("retry", text)
		}
	case name == "data" && item.Data != nil:
		w.dataFields(w, w.data(*item.Data))
	}
}

func (w *writer) put(name, value string) { w.raw(w.line(name, value) + w.eol) }

func (w *writer) raw(text string) { w.out = append(w.out, text...) }

// oneLineEnd makes every line end LF.
func oneLineEnd(value string) string {
	return strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\r", "\n")
}

// wellFormed replaces what is no UTF-8.
func wellFormed(value string) string { return strings.ToValidUTF8(value, "\uFFFD") }

// without leaves characters out.
func without(value, banned string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(banned, r) {
			return -1
		}
		return r
	}, wellFormed(value))
}

// digitsOf takes digits, in a number or a text, and nothing else.
func digitsOf(retry json.RawMessage) (string, bool) {
	text := printed(retry)
	return text, text != "" && strings.Trim(text, "0123456789") == ""
}

// printed is a retry as a language without types would print it.
func printed(retry json.RawMessage) string {
	text := string(retry)
	if strings.HasPrefix(text, `"`) {
		_ = json.Unmarshal(retry, &text) // a text that came from a case is one
	}
	return text
}
