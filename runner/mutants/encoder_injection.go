package mutants

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// A carelessness is a way to look for line breaks that misses some.
type carelessness struct {
	name, words string
	clean       func(value string) string
}

func carelessnesses() []carelessness {
	first := func(value string) string {
		at := strings.IndexAny(value, "\r\n")
		if at < 0 {
			return value
		}
		end := at + 1
		if strings.HasPrefix(value[at:], "\r\n") {
			end++
		}
		return value[:at] + value[end:]
	}
	return []carelessness{
		{"not-cleaned", "lets every line break through", func(v string) string { return v }},
		{"lf-let-through", "lets LF through and removes CR alone", func(v string) string { return strings.ReplaceAll(v, "\r", "") }},
		{"cr-let-through", "lets a lone CR through and removes LF and CRLF", func(v string) string {
			return strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", ""), "\n", "")
		}},
		{"crlf-let-through", "removes line breaks that stand alone and lets CRLF through", func(v string) string {
			parts := strings.Split(v, "\r\n")
			for i := range parts {
				parts[i] = strings.NewReplacer("\r", "", "\n", "").Replace(parts[i])
			}
			return strings.Join(parts, "\r\n")
		}},
		{"first-break-removed", "removes the first line break and lets the others through", first},
		{"ends-trimmed", "trims line breaks from both ends and lets the others through", func(v string) string { return strings.Trim(v, "\r\n") }},
		{"last-break-let-through", "removes line breaks but for one at the end", func(v string) string {
			clean := strings.NewReplacer("\r", "", "\n", "").Replace(v)
			if strings.HasSuffix(v, "\n") {
				clean += "\n"
			}
			return clean
		}},
		{"break-behind-nul", "looks for line breaks up to the first NUL", func(v string) string {
			before, after, nul := strings.Cut(v, "\x00")
			before = strings.NewReplacer("\r", "", "\n", "").Replace(before)
			if nul {
				return before + after
			}
			return before
		}},
		{"break-far-behind", "looks for line breaks in the first 1024 bytes", func(v string) string {
			n := min(len(v), 1024)
			return strings.NewReplacer("\r", "", "\n", "").Replace(v[:n]) + v[n:]
		}},
	}
}

// injectionFaults let line breaks out of values that have one line.
func injectionFaults() []EncoderFault {
	const injection = "secure.encoder.no-injection"
	var all []EncoderFault
	for _, c := range carelessnesses() {
		all = append(all,
			EncoderFault{"event-" + c.name, injection, "looks for line breaks in an event type carelessly: it " + c.words, func(r *encoderRules) {
				r.event = func(value string) string { return c.clean(wellFormed(value)) }
			}},
			EncoderFault{"id-" + c.name, injection, "looks for line breaks in an id carelessly: it " + c.words, func(r *encoderRules) {
				r.id = func(value string) string { return without(c.clean(wellFormed(value)), "\x00") }
			}})
		if c.name == "last-break-let-through" || strings.HasPrefix(c.name, "break-") {
			continue // of a comment alone it ends a block that is over, or there is no case
		}
		all = append(all, EncoderFault{"comment-" + c.name, injection, "looks for line breaks in a comment carelessly: it " + c.words, func(r *encoderRules) {
			r.comments = func(w *writer, value string) { w.put("", c.clean(value)) }
		}})
	}
	// As if these were data, whose lines are fields of their own.
	inFields := func(name string) func(value string) string {
		return func(value string) string { return strings.ReplaceAll(value, "\n", "\n"+name+": ") }
	}
	all = append(all,
		EncoderFault{"event-lines-in-fields", injection, "writes a field for each line of an event type, and lets CR through", func(r *encoderRules) {
			r.event = func(value string) string { return inFields("event")(wellFormed(value)) }
		}},
		EncoderFault{"id-lines-in-fields", injection, "writes a field for each line of an id, and lets CR through", func(r *encoderRules) {
			r.id = func(value string) string { return inFields("id")(without(value, "\x00")) }
		}})
	return append(all, EncoderFault{"retry-not-cleaned", injection, "writes a text for a retry with its line breaks", func(r *encoderRules) {
		r.digits = func(retry json.RawMessage) (string, bool) { return printed(retry), true }
	}})
}

// refusalFaults refuse what the format can carry.
func refusalFaults() []EncoderFault {
	refuse := func(holds func(item encoder.Item) bool) func(*encoderRules) {
		return func(r *encoderRules) {
			r.refuses = func(item encoder.Item) error {
				if holds(item) {
					return errors.New("this item is not supported")
				}
				return nil
			}
		}
	}
	has := func(text *string, chars string) bool { return text != nil && strings.ContainsAny(*text, chars) }
	return []EncoderFault{
		{"lines-refused", "format.data.split", "refuses data of several lines", refuse(func(i encoder.Item) bool { return has(i.Data, "\n") })},
		{"cr-in-data-refused", "format.data.split", "refuses data with CR", refuse(func(i encoder.Item) bool { return has(i.Data, "\r") })},
		{"empty-data-refused", "format.data.exact", "refuses empty data", refuse(func(i encoder.Item) bool { return i.Data != nil && *i.Data == "" })},
		{"colon-in-types-refused", "format.event.exact", "refuses an event type with a colon", refuse(func(i encoder.Item) bool { return has(i.Event, ":") })},
		{"space-in-ids-refused", "format.id.exact", "refuses an id with a space", refuse(func(i encoder.Item) bool { return has(i.ID, " ") })},
		{"zero-retry-refused", "format.retry.exact", "refuses a reconnection time of 0", refuse(func(i encoder.Item) bool { return string(i.Retry) == "0" })},
		{"all-hostile-refused-and-more", "secure.encoder.no-injection", "refuses whatever has an event type", refuse(func(i encoder.Item) bool { return i.Event != nil })},
	}
}
