package mutants

import (
	"bytes"
	"net/http"
)

// framingMutants write blocks that are not what they should be.
func framingMutants() []ServerMutant {
	add := func(line string) func(http.Handler) http.Handler {
		return onBlock(func(b []byte) []byte { return append([]byte(line), b...) })
	}
	replace := func(from, to string) func(http.Handler) http.Handler {
		return onBlock(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(from), []byte(to)) })
	}
	return []ServerMutant{
		{Name: "unknown-field", Requirement: "format.field.known", Sentence: "Blocks have a field timestamp.", Wrap: add("timestamp: 1769860800\n")},
		{Name: "field-in-upper-case", Requirement: "format.field.known", Sentence: "The field event is written Event.", Wrap: replace("event: ", "Event: ")},
		{Name: "blank-before-colon", Requirement: "format.field.known", Sentence: "The field event is written with a blank before its colon.", Wrap: replace("event: ", "event : ")},
		{Name: "line-without-field", Requirement: "format.field", Sentence: "The second line of a text has no field name.", Wrap: replace("data: ", "data: first line\nand the second ")},
		{Name: "cr-in-data", Requirement: "format.field", Sentence: "A lone CR in a text is written as it is.", Wrap: replace("data: ", "data: one\rtwo ")},
		{Name: "nul-in-id", Requirement: "format.id.no-nul", Sentence: "Ids hold a NUL.", Wrap: replace("id: ", "id: \x00")},
		{Name: "retry-with-unit", Requirement: "format.retry.digits", Sentence: "A retry is written 2s.", Wrap: add("retry: 2s\n")},
		{Name: "retry-negative", Requirement: "format.retry.digits", Sentence: "A retry is negative.", Wrap: add("retry: -1\n")},
		{Name: "retry-zero", Requirement: "serve.retry.range", Sentence: "The reconnection time is 0.", Wrap: add("retry: 0\n")},
		{Name: "bom-in-the-stream", Requirement: "format.bom.start-only", Sentence: "Every block starts with a byte order mark.", Wrap: add("\xef\xbb\xbf")},
		{Name: "latin-1", Requirement: "format.utf8", Sentence: "Texts are written in Latin-1.", Wrap: replace("data: ", "data: caf\xe9 ")},
		{Name: "surrogates", Requirement: "format.scalar-values", Sentence: "Texts are written in CESU-8.", Wrap: replace("data: ", "data: \xed\xa0\xbd\xed\xb8\x80 ")},
		{Name: "event-without-data", Requirement: "serve.events.data", Sentence: "Some blocks have a type and no data.", Wrap: add("event: beat\n\n")},
		{Name: "two-ids-in-a-block", Requirement: "serve.events.fields-once", Sentence: "A block has two ids.", Wrap: add("id: 0\n")},
		{Name: "no-blank-line", Requirement: "format.block.blank-line", Sentence: "No event ends with a blank line.", Wrap: replace("\n\n", "\n")},
		{Name: "last-block-cut-off", Requirement: "format.block.blank-line", Sentence: "The server ends the stream without a blank line.", Wrap: endsAfter(5, true)},
		{Name: "ends", Requirement: "serve.life.stays-open", Sentence: "The server ends the stream after five events.", Wrap: endsAfter(5, false)},
	}
}

// endsAfter ends each stream after n events.
func endsAfter(n int, cutOff bool) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			left := n
			h.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
				if isEvent(b) {
					left--
				}
				if left == 0 && cutOff {
					b = bytes.TrimSuffix(b, []byte("\n"))
				}
				if _, err := w.Write(b); err != nil || left > 0 {
					return err
				}
				flushNow(w)
				return http.ErrHandlerTimeout // any error ends the stream
			}}, r)
		})
	}
}
