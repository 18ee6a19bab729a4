package mutants

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// eventTypeFaults lose or change event types.
func eventTypeFaults() []EncoderFault {
	event := func(f func(value string) string) func(*encoderRules) {
		return func(r *encoderRules) { r.event = func(value string) string { return f(without(value, "\r\n")) } }
	}
	const exact = "format.event.exact"
	return []EncoderFault{
		{"event-dropped", exact, "writes no event type", func(r *encoderRules) {
			r.begins = func(_ *writer, item *encoder.Item) { item.Event = nil }
		}},
		{"event-zero-dropped", exact, "takes the event type 0 for none", event(func(v string) string { return strings.TrimPrefix(v, "0") })},
		{"event-undefined-dropped", exact, "takes the event type undefined for none", event(func(v string) string { return strings.TrimPrefix(v, "undefined") })},
		{"event-undefined", exact, "names the type undefined where there is none", func(r *encoderRules) {
			r.begins = func(_ *writer, item *encoder.Item) {
				if item.Event == nil {
					word := "undefined"
					item.Event = &word
				}
			}
		}},
		{"event-empty-undefined", exact, "names the type null where it is empty", event(func(v string) string {
			if v == "" {
				return "null"
			}
			return v
		})},
		{"event-message-capitalised", exact, "writes the type message as Message", event(func(v string) string {
			if v == "message" {
				return "Message"
			}
			return v
		})},
		{"event-reserved-prefixed", exact, "puts a prefix before the types open and error", event(func(v string) string {
			if v == "open" || v == "error" {
				return "sse:" + v
			}
			return v
		})},
		{"event-field-names-prefixed", exact, "puts a prefix before a type that is called like a field", event(func(v string) string {
			if v == "data" || v == "id" || v == "retry" || v == "event" {
				return "_" + v
			}
			return v
		})},
		{"event-lower-cased", exact, "writes event types in lower case", event(strings.ToLower)},
		{"event-trimmed", exact, "trims space from event types", event(strings.TrimSpace)},
		{"event-trimmed-on-the-left", "format.value.leading-space", "trims space from the start of event types", event(func(v string) string { return strings.TrimLeft(v, " ") })},
		{"event-first-word", exact, "writes the first word of an event type", event(func(v string) string {
			if at := strings.IndexAny(v, " \t"); at > 0 {
				return v[:at]
			}
			return v
		})},
		{"event-cut-at-colon", exact, "cuts event types off at a colon", event(func(v string) string {
			v, _, _ = strings.Cut(v, ":")
			return v
		})},
		{"event-slug", exact, "leaves all but letters, digits and spaces out of event types", event(func(v string) string {
			return regexp.MustCompile(`[^\pL\pN\pS\pZ\pC:_-]`).ReplaceAllString(v, "")
		})},
		{"event-html-stripped", exact, "leaves angle brackets and ampersands out of event types", event(func(v string) string {
			return regexp.MustCompile(`[<>&]`).ReplaceAllString(v, "")
		})},
		{"event-controls-stripped", exact, "leaves control characters and line separators out of event types", event(func(v string) string {
			return regexp.MustCompile(`[\x00-\x1f\x{85}\x{2028}\x{2029}]`).ReplaceAllString(v, "")
		})},
		{"event-cut-at-255", exact, "cuts event types off at 255 bytes", event(func(v string) string { return wellFormed(v[:min(len(v), 255)]) })},
	}
}

// idTextFaults lose or change ids.
func idTextFaults() []EncoderFault {
	id := func(f func(value string) string) func(*encoderRules) {
		return func(r *encoderRules) { r.id = func(value string) string { return f(without(value, "\r\n\x00")) } }
	}
	drop := func(banned string) func(*encoderRules) {
		return func(r *encoderRules) {
			r.begins = func(_ *writer, item *encoder.Item) {
				if item.ID != nil && *item.ID == banned {
					item.ID = nil
				}
			}
		}
	}
	const exact = "format.id.exact"
	return []EncoderFault{
		{"id-dropped", exact, "writes no id", func(r *encoderRules) {
			r.begins = func(_ *writer, item *encoder.Item) { item.ID = nil }
		}},
		{"id-zero-dropped", exact, "takes the id 0 for none", drop("0")},
		{"id-false-dropped", exact, "takes the id false for none", drop("false")},
		{"id-empty-dropped", "format.id.empty-resets", "takes an empty id for none", drop("")},
		{"id-empty-undefined", "format.id.empty-resets", "writes null for an empty id", id(func(v string) string {
			if v == "" {
				return "null"
			}
			return v
		})},
		{"id-as-a-number", exact, "writes an id of digits as a number", id(func(v string) string {
			return regexp.MustCompile(`^0+(\d)`).ReplaceAllString(v, "$1")
		})},
		{"id-as-a-float", exact, "writes an id of many digits with an exponent", id(func(v string) string {
			return regexp.MustCompile(`^(\d)\d{20,40}$`).ReplaceAllString(v, "${1}e+25")
		})},
		{"id-negative-clamped", exact, "writes 0 for a negative id", id(func(v string) string {
			if strings.HasPrefix(v, "-") {
				return "0"
			}
			return v
		})},
		{"id-fraction-cut", exact, "cuts the fraction off an id that is a number", id(func(v string) string { return strings.TrimSuffix(v, ".0") })},
		{"id-hyphens-stripped", exact, "leaves the hyphens of a UUID out", id(func(v string) string { return strings.ReplaceAll(v, "-", "") })},
		{"id-trimmed", exact, "trims space from ids", id(strings.TrimSpace)},
		{"id-first-word", exact, "writes the first word of an id", id(func(v string) string {
			if at := strings.Index(v, " "); at > 0 {
				return v[:at]
			}
			return v
		})},
		{"id-cut-at-colon", exact, "cuts ids off at a colon", id(func(v string) string {
			v, _, _ = strings.Cut(v, ":")
			return v
		})},
		{"id-escaped", exact, "escapes ids for a URL", id(url.QueryEscape)},
		{"id-controls-stripped", exact, "leaves line separators out of ids", id(func(v string) string {
			return regexp.MustCompile(`[\x{85}\x{2028}\x{2029}]`).ReplaceAllString(v, "")
		})},
		{"id-cut-at-255", exact, "cuts ids off at 255 bytes", id(func(v string) string { return wellFormed(v[:min(len(v), 255)]) })},
		{"id-nul-written", "format.id.no-nul", "writes an id with NUL, which readers ignore", func(r *encoderRules) {
			r.id = func(value string) string { return without(value, "\r\n") }
		}},
		{"id-twice-dropped", exact, "drops an item whose id was that of the one before", func(r *encoderRules) {
			r.begins = func(w *writer, item *encoder.Item) {
				if item.ID != nil && w.previous.ID != nil && *item.ID == *w.previous.ID {
					*item = encoder.Item{}
				}
			}
		}},
		{"id-only-growing", exact, "writes an id only where it is greater than the one before", func(r *encoderRules) {
			r.begins = func(w *writer, item *encoder.Item) {
				if item.ID != nil && w.previous.ID != nil && *item.ID < *w.previous.ID {
					item.ID = nil
				}
			}
		}},
	}
}

// commentTextFaults lose comments, or make something else of them.
func commentTextFaults() []EncoderFault {
	comment := func(f func(value string) string) func(*encoderRules) {
		return func(r *encoderRules) { r.comment = func(value string) string { return f(wellFormed(value)) } }
	}
	writes := func(f func(w *writer, value string)) func(*encoderRules) {
		return func(r *encoderRules) { r.comments = f }
	}
	const exact = "format.comment.exact"
	return []EncoderFault{
		{"comments-dropped", exact, "writes no comments", writes(func(*writer, string) {})},
		{"comments-dropped-beside-data", exact, "writes no comment beside data", func(r *encoderRules) {
			r.begins = func(_ *writer, item *encoder.Item) {
				if item.Data != nil {
					item.Comment = nil
				}
			}
		}},
		{"comment-empty-dropped", "format.comment", "takes an empty comment for none", writes(func(w *writer, value string) {
			if value != "" {
				soundEncoder().comments(w, value)
			}
		})},
		{"comment-as-a-field", "format.comment", "writes a field called comment", writes(func(w *writer, value string) { w.put("comment", without(value, "\r\n")) })},
		{"comment-as-data", exact, "writes a comment as data", writes(func(w *writer, value string) { w.put("data", without(value, "\r\n")) })},
		{"comment-with-a-hash", "format.comment", "begins a comment with a number sign", writes(func(w *writer, value string) { w.raw("# " + without(value, "\r\n") + w.eol) })},
		{"comment-first-line-alone", exact, "writes the first line of a comment", comment(func(v string) string {
			v, _, _ = strings.Cut(oneLineEnd(v), "\n")
			return v
		})},
		{"comment-trimmed", exact, "trims space from comments", comment(strings.TrimSpace)},
		{"comment-cut-at-colon", exact, "cuts comments off at a colon", comment(func(v string) string {
			v, _, _ = strings.Cut(v, ":")
			return v
		})},
		{"comment-cut-at-1024", exact, "cuts comments off at 1024 bytes", comment(func(v string) string { return wellFormed(v[:min(len(v), 1024)]) })},
		{"comment-controls-stripped", exact, "leaves control characters and line separators out of comments", comment(func(v string) string {
			return regexp.MustCompile(`[\x00\x{85}\x{2028}]`).ReplaceAllString(v, "")
		})},
		{"comment-last-alone", exact, "writes one comment of several in a row", func(r *encoderRules) {
			r.begins = func(w *writer, item *encoder.Item) {
				if w.previous.Comment != nil {
					item.Comment = nil
				}
			}
		}},
	}
}
