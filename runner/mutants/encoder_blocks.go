package mutants

import (
	"bytes"
	"strings"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// blockFaults put blocks together wrongly.
func blockFaults() []EncoderFault {
	begins := func(f func(w *writer, item *encoder.Item)) func(*encoderRules) {
		return func(r *encoderRules) { r.begins = f }
	}
	const block, one, none = "format.block.blank-line", "format.item.one-block", "format.item.no-data"
	return []EncoderFault{
		{"final-blank-line-missing", block, "writes a blank line between blocks and none behind the last one", func(r *encoderRules) {
			r.finish = func(stream []byte) []byte { return bytes.TrimSuffix(stream, []byte("\n")) }
		}},
		{"blank-line-before", block, "writes the blank line before a block", func(r *encoderRules) {
			r.blank = ""
			r.begins = func(w *writer, _ *encoder.Item) { w.raw("\n") }
		}},
		{"final-line-end-missing", block, "does not end the last line", func(r *encoderRules) {
			r.finish = func(stream []byte) []byte { return bytes.TrimRight(stream, "\n") }
		}},
		{"blank-line-missing-behind-empty-data", block, "takes an empty data line for the blank line", func(r *encoderRules) {
			r.finish = func(stream []byte) []byte { return bytes.ReplaceAll(stream, []byte("data: \n\n"), []byte("data: \n")) }
		}},
		{"two-items-glued", one, "writes two items of data alone as one block", func(r *encoderRules) {
			r.finish = func(stream []byte) []byte { return bytes.Replace(stream, []byte("\n\ndata"), []byte("\ndata"), 1) }
		}},
		{"equal-items-dropped", one, "drops an item whose data was that of the one before", begins(func(w *writer, item *encoder.Item) {
			if item.Data != nil && w.previous.Data != nil && *item.Data == *w.previous.Data {
				*item = encoder.Item{}
			}
		})},
		{"blocks-reversed", one, "writes the last item first", func(r *encoderRules) {
			r.finish = func(stream []byte) []byte {
				blocks := strings.SplitAfter(string(stream), "\n\n")
				out := ""
				for _, b := range blocks {
					out = b + out
				}
				return []byte(out)
			}
		}},
		{"items-beyond-16-dropped", one, "writes 16 items and drops the others", begins(func(w *writer, item *encoder.Item) {
			if w.count >= 16 {
				*item = encoder.Item{}
			}
		})},
		{"id-behind-the-blank-line", one, "writes the id behind the blank line of its block", func(r *encoderRules) {
			var late *string
			r.begins = func(_ *writer, item *encoder.Item) { late, item.ID = item.ID, nil }
			r.ends = func(w *writer, _ encoder.Item) {
				if late != nil {
					w.put("id", w.id(*late))
				}
			}
		}},
		{"event-in-a-block-of-its-own", one, "ends the block behind the event type", func(r *encoderRules) {
			r.line = func(name, value string) string {
				if name == "event" {
					value += "\n"
				}
				return name + ": " + value
			}
		}},
		{"comment-ends-the-block", one, "ends the block behind a comment, and writes an empty event there", func(r *encoderRules) {
			r.line = func(name, value string) string {
				if name == "" {
					value += "\ndata:\n"
				}
				return name + ": " + value
			}
		}},
		{"data-beside-nothing", none, "writes an empty data field where there is none", begins(func(_ *writer, item *encoder.Item) {
			if item.Data == nil {
				item.Data = new(string)
			}
		})},
		{"null-beside-a-type", none, "writes null as data where an item has an event type and no data", begins(func(_ *writer, item *encoder.Item) {
			if null := "null"; item.Data == nil && item.Event != nil {
				item.Data = &null
			}
		})},
		{"undefined-for-nothing", none, "writes undefined as data for an item of nothing at all", begins(func(_ *writer, item *encoder.Item) {
			if word := "undefined"; item.Comment == nil && item.Event == nil && item.ID == nil && item.Retry == nil && item.Data == nil {
				item.Data = &word
			}
		})},
		{"nothing-panics", none, "panics on an item of nothing at all", begins(func(_ *writer, item *encoder.Item) {
			if item.Comment == nil && item.Event == nil && item.ID == nil && item.Retry == nil && item.Data == nil {
				panic("no data")
			}
		})},
	}
}

// lineFormFaults write lines that are none of the format.
func lineFormFaults() []EncoderFault {
	line := func(f func(name, value string) string) func(*encoderRules) {
		return func(r *encoderRules) { r.line = f }
	}
	const field, known, consistent = "format.field", "format.field.known", "format.line.consistent"
	return []EncoderFault{
		{"blank-before-colon", field, "writes a space before the colon", line(func(name, value string) string { return name + " : " + value })},
		{"equals-sign-for-colon", field, "writes an equals sign for the colon", line(func(name, value string) string { return name + "=" + value })},
		{"names-in-quotes", field, "writes the names of fields in quotation marks", line(func(name, value string) string { return `"` + name + `": ` + value })},
		{"names-indented", field, "indents all fields but data", line(func(name, value string) string {
			if name != "data" && name != "" {
				name = " " + name
			}
			return name + ": " + value
		})},
		{"names-in-upper-case", known, "writes the names of fields in upper case", line(func(name, value string) string { return strings.ToUpper(name) + ": " + value })},
		{"event-named-type", known, "calls the field of the event type type", line(func(name, value string) string {
			if name == "event" {
				name = "type"
			}
			return name + ": " + value
		})},
		{"timestamp-field", known, "writes a field of its own into each block", func(r *encoderRules) {
			r.begins = func(w *writer, _ *encoder.Item) { w.put("timestamp", "1700000000") }
		}},
		{"empty-line-named", field, "writes a field without a value as its name and an equals sign", line(func(name, value string) string {
			if value == "" && name != "" {
				return name + "="
			}
			return name + ": " + value
		})},
		{"nothing-as-a-word", field, "writes the word null for an item of nothing at all", func(r *encoderRules) {
			r.ends = func(w *writer, item encoder.Item) {
				if item.Comment == nil && item.Event == nil && item.ID == nil && item.Retry == nil && item.Data == nil {
					w.raw("null\n")
				}
			}
		}},
		{"line-ends-spelled-out", "format.line.ends", "ends lines by a backslash and an n", func(r *encoderRules) { r.eol, r.blank = `\n`, `\n` }},
		{"line-ends-mixed", consistent, "ends lines by LF and blocks by CRLF", func(r *encoderRules) { r.blank = "\r\n" }},
		{"line-ends-of-data-kept", consistent, "ends the lines of data as they were ended in it", func(r *encoderRules) {
			r.dataFields = func(w *writer, value string) {
				w.raw("data: " + strings.NewReplacer("\r\n", "\r\ndata: ", "\r", "\rdata: ", "\n", "\ndata: ").Replace(value) + "\n")
			}
		}},
		{"byte-order-mark-first", "format.bom.none", "begins the stream with a byte order mark", func(r *encoderRules) {
			r.finish = func(stream []byte) []byte { return append([]byte("\uFEFF"), stream...) }
		}},
		{"byte-order-mark-before-each", "format.item.one-block", "begins each block with a byte order mark", func(r *encoderRules) {
			r.begins = func(w *writer, _ *encoder.Item) { w.raw("\uFEFF") }
		}},
	}
}

// leakFaults write something of an item into a later one.
func leakFaults() []EncoderFault {
	begins := func(f func(w *writer, item *encoder.Item)) func(*encoderRules) {
		return func(r *encoderRules) { r.begins = f }
	}
	const leak = "format.item.no-leak"
	return []EncoderFault{
		{"type-leaks", leak, "writes the event type of the item before where an item has none", begins(func(w *writer, item *encoder.Item) {
			if item.Event == nil {
				item.Event = w.previous.Event
			}
		})},
		{"data-leaks", leak, "writes the data of the item before, too, where data is empty", begins(func(w *writer, item *encoder.Item) {
			if item.Data != nil && *item.Data == "" {
				item.Data = w.previous.Data
			}
		})},
		{"data-buffer-not-cleared", leak, "leaves the end of longer data before in its buffer", begins(func(w *writer, item *encoder.Item) {
			if before := w.previous.Data; before != nil && item.Data != nil && len(*before) > len(*item.Data)+2 {
				data := *item.Data + (*before)[len(*item.Data):]
				item.Data = &data
			}
		})},
		{"id-leaks", leak, "writes the first id of the stream where an item has none", func(r *encoderRules) {
			var first *string
			r.begins = func(_ *writer, item *encoder.Item) {
				if item.ID == nil {
					item.ID = first
				} else if first == nil {
					first = item.ID
				}
			}
		}},
		{"retry-leaks-into-ids", leak, "writes a reconnection time into the id of the item behind it", begins(func(w *writer, item *encoder.Item) {
			if w.previous.Retry != nil && item.ID == nil {
				text := string(w.previous.Retry)
				item.ID = &text
			}
		})},
		{"type-leaks-from-a-type-alone", leak, "keeps the event type of an item without data for the next one", begins(func(w *writer, item *encoder.Item) {
			if item.Event == nil && w.previous.Data == nil {
				item.Event = w.previous.Event
			}
		})},
	}
}
