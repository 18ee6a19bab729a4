package mutants

import (
	"regexp"
	"strings"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// splitFaults cut data at the wrong places.
func splitFaults() []EncoderFault {
	cut := func(f func(value string) []string) func(*encoderRules) {
		return func(r *encoderRules) { r.cut = f }
	}
	at := func(pattern string) func(*encoderRules) {
		ends := regexp.MustCompile(pattern)
		return cut(func(value string) []string { return ends.Split(value, -1) })
	}
	const split, injection = "format.data.split", "secure.encoder.data-no-injection"
	return []EncoderFault{
		{"data-in-one-field", split, "writes one data field for data of several lines", cut(func(value string) []string { return []string{value} })},
		{"data-cut-at-lf-alone", split, "cuts data at LF and lets a lone CR through", at(`\r?\n`)},
		{"data-cut-at-lf-keeping-cr", injection, "cuts data at LF and leaves every CR where it is", at(`\n`)},
		{"data-cut-at-cr-alone", split, "cuts data at CR and CRLF and lets LF through", at(`\r\n?`)},
		{"data-crlf-counted-twice", split, "counts CRLF as two line breaks", at(`[\r\n]`)},
		{"data-breaks-run-together", split, "takes several line breaks in a row for one", at(`[\r\n]+`)},
		{"data-lf-cr-counted-once", split, "counts LF CR as one line break", at(`\r\n|\n\r|\r|\n`)},
		{"data-cut-at-the-first-break", injection, "cuts data at its first line break alone", cut(func(value string) []string {
			return regexp.MustCompile(`\r\n|\r|\n`).Split(value, 2)
		})},
		{"data-cut-at-line-separators", split, "cuts data at U+2028 and U+2029, too", at(`\r\n|[\r\n\x{2028}\x{2029}]`)},
		{"data-cut-at-next-line", split, "cuts data at U+0085, too", at(`\r\n|[\r\n\x{85}]`)},
		{"data-cut-at-vertical-tab", split, "cuts data at VT and FF, too", at(`\r\n|[\r\n\v\f]`)},
		{"data-cut-at-information-separators", split, "cuts data at U+001C to U+001E, too", at(`\r\n|[\r\n\x1c-\x1e]`)},
		{"data-first-line-alone", split, "writes the first line of data and no more", cut(func(value string) []string {
			return strings.Split(oneLineEnd(value), "\n")[:1]
		})},
		{"data-empty-lines-dropped", split, "leaves empty lines of data out", cut(func(value string) []string {
			var lines []string
			for _, line := range strings.Split(oneLineEnd(value), "\n") {
				if line != "" || value == "" {
					lines = append(lines, line)
				}
			}
			return lines
		})},
		{"data-cut-off-at-1000-lines", split, "writes 1000 lines of data and no more", cut(func(value string) []string {
			lines := strings.Split(oneLineEnd(value), "\n")
			return lines[:min(len(lines), 1000)]
		})},
		{"data-field-named-once", split, "names the data field before the first line alone", func(r *encoderRules) {
			r.dataFields = func(w *writer, value string) {
				w.raw(w.line("data", strings.Join(w.cut(value), w.eol)) + w.eol)
			}
		}},
		{"data-space-before-the-first-line-alone", "format.value.leading-space", "writes the space behind the colon of the first line alone", func(r *encoderRules) {
			r.dataFields = func(w *writer, value string) {
				w.raw("data: " + strings.Join(w.cut(value), w.eol+"data:") + w.eol)
			}
		}},
	}
}

// exactFaults lose or change some of the data.
func exactFaults() []EncoderFault {
	data := func(f func(value string) string) func(*encoderRules) {
		return func(r *encoderRules) { r.data = func(value string) string { return f(wellFormed(value)) } }
	}
	drop := func(banned string) func(*encoderRules) {
		return func(r *encoderRules) {
			r.begins = func(_ *writer, item *encoder.Item) {
				if item.Data != nil && *item.Data == banned {
					item.Data = nil
				}
			}
		}
	}
	const exact, space = "format.data.exact", "format.value.leading-space"
	return []EncoderFault{
		{"data-empty-dropped", exact, "takes empty data for none", drop("")},
		{"data-zero-dropped", exact, "takes the data 0 for none", drop("0")},
		{"data-false-dropped", exact, "takes the data false for none", drop("false")},
		{"data-null-dropped", exact, "takes the data null for none", drop("null")},
		{"data-undefined-dropped", exact, "takes the data undefined for none", drop("undefined")},
		{"data-trimmed", exact, "trims space from both ends of the data", data(strings.TrimSpace)},
		{"data-trimmed-on-the-right", exact, "trims blanks from the end of the data", data(func(v string) string { return strings.TrimRight(v, " \t") })},
		{"data-trimmed-on-the-left", space, "trims blanks from the start of the data", data(func(v string) string { return strings.TrimLeft(v, " \t") })},
		{"data-no-break-space-trimmed", exact, "trims no-break spaces", data(func(v string) string { return strings.Trim(v, "\u00A0") })},
		{"data-trailing-newline-lost", exact, "loses one line break at the end of the data", data(func(v string) string { return strings.TrimSuffix(oneLineEnd(v), "\n") })},
		{"data-trailing-newlines-lost", exact, "loses all line breaks at the end of the data", data(func(v string) string { return strings.TrimRight(oneLineEnd(v), "\n") })},
		{"data-leading-newline-lost", exact, "loses line breaks at the start of the data", data(func(v string) string { return strings.TrimLeft(oneLineEnd(v), "\n") })},
		{"data-cr-spelled-out", exact, `writes a lone CR as a backslash and an r`, data(func(v string) string {
			return strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", "\n"), "\r", `\r`)
		})},
		{"data-escapes-resolved", exact, "takes a backslash and an n for a line break", data(func(v string) string { return strings.ReplaceAll(v, `\n`, "\n") })},
		{"data-tabs-to-spaces", exact, "writes a space for each tab", data(func(v string) string { return strings.ReplaceAll(v, "\t", " ") })},
		{"data-inner-spaces-run-together", exact, "makes one space of several", data(func(v string) string {
			return regexp.MustCompile(` {2,}`).ReplaceAllString(v, " ")
		})},
		{"no-space-after-colon", space, "writes no space behind the colon, so that readers take one of the value", func(r *encoderRules) {
			r.line = func(name, value string) string { return name + ":" + value }
		}},
		{"space-only-before-letters", space, "writes the space behind the colon only where the value does not begin with one", func(r *encoderRules) {
			r.line = func(name, value string) string {
				if strings.HasPrefix(value, " ") {
					return name + ":" + value
				}
				return name + ": " + value
			}
		}},
		{"data-colon-escaped", exact, "takes a colon at the start of the data for a comment, and puts a backslash before it", data(func(v string) string {
			if strings.HasPrefix(v, ":") {
				return `\` + v
			}
			return v
		})},
		{"data-field-name-stripped", exact, "takes data that begins with a field's name for a finished line", data(func(v string) string {
			return regexp.MustCompile(`^(data|event|id|retry): ?`).ReplaceAllString(v, "")
		})},
		{"data-done-ends-the-stream", "format.item.one-block", "writes nothing behind [DONE]", func(r *encoderRules) {
			r.finish = func(stream []byte) []byte {
				before, _, done := strings.Cut(string(stream), "data: [DONE]\n\n")
				if !done {
					return stream
				}
				return []byte(before + "data: [DONE]\n\n")
			}
		}},
	}
}
