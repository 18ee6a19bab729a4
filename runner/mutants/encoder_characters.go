package mutants

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// characterFaults change characters.
func characterFaults() []EncoderFault {
	data := func(f func(value string) string) func(*encoderRules) {
		return func(r *encoderRules) { r.data = func(value string) string { return f(wellFormed(value)) } }
	}
	replace := func(pairs ...string) func(*encoderRules) { return data(strings.NewReplacer(pairs...).Replace) }
	cutAt := func(size int) func(*encoderRules) {
		return data(func(v string) string { return wellFormed(v[:min(len(v), size)]) })
	}
	const exact, utf8ID, scalar = "format.data.exact", "format.utf8", "format.scalar-values"
	return []EncoderFault{
		{"data-html-escaped", exact, "escapes data for HTML", data(html.EscapeString)},
		{"data-json-escaped", exact, "writes data as a text of JSON", data(func(v string) string {
			text, _ := json.Marshal(v)
			return string(text)
		})},
		{"data-url-escaped", exact, "resolves the percent signs of data", data(func(v string) string {
			if text, err := url.QueryUnescape(v); err == nil {
				return text
			}
			return v
		})},
		{"data-as-a-format", exact, "takes data for the format of a printing function", data(func(v string) string {
			return regexp.MustCompile(`%[sdv]`).ReplaceAllString(v, "%!(MISSING)")
		})},
		{"data-quotes-smart", exact, "makes typographic quotation marks of plain ones", replace(`"`, "\u201D")},
		{"data-json-compacted", exact, "writes a JSON text anew, with other numbers and spaces", data(func(v string) string {
			var value any
			if !strings.HasPrefix(v, "{") || json.Unmarshal([]byte(v), &value) != nil {
				return v
			}
			text, _ := json.Marshal(value)
			return string(text)
		})},
		{"data-equals-quoted", exact, "puts a quotation mark before an equals sign at the start", data(func(v string) string {
			if strings.HasPrefix(v, "=") {
				return "'" + v
			}
			return v
		})},
		{"data-base64-unpadded", exact, "cuts equals signs off the end of data", data(func(v string) string { return strings.TrimRight(v, "=") })},
		{"data-ends-at-nul", exact, "ends data at NUL", data(func(v string) string {
			v, _, _ = strings.Cut(v, "\x00")
			return v
		})},
		{"data-controls-stripped", exact, "leaves control characters out", data(func(v string) string {
			return regexp.MustCompile(`[\x01-\x08\x0e-\x1f\x7f]`).ReplaceAllString(v, "")
		})},
		{"data-cut-at-64-kib", exact, "cuts data off at 64 KiB", cutAt(64 << 10)},
		{"data-cut-at-1-mib", exact, "cuts data off at 1 MiB", cutAt(1 << 20)},
		{"data-wrapped-at-4095", exact, "begins a new line of data behind 4095 bytes", data(func(v string) string {
			if len(v) > 4095 {
				return wellFormed(v[:4095]) + "\n" + wellFormed(v[4095:])
			}
			return v
		})},
		{"data-cut-at-the-second-colon", exact, "cuts data off at its second colon", data(func(v string) string {
			if first := strings.IndexByte(v, ':'); first >= 0 {
				if second := strings.IndexByte(v[first+1:], ':'); second >= 0 {
					return v[:first+1+second]
				}
			}
			return v
		})},
		{"byte-order-marks-stripped", utf8ID, "leaves every U+FEFF out", func(r *encoderRules) {
			r.line = func(name, value string) string { return name + ": " + strings.ReplaceAll(value, "\uFEFF", "") }
		}},
		{"data-normalised", utf8ID, "writes composed characters", replace("e\u0301", "\u00E9", "\u1100\u1161", "\uAC00")},
		{"data-joiners-stripped", utf8ID, "leaves joiners out", replace("\u200D", "")},
		{"data-replacement-characters-stripped", utf8ID, "leaves every U+FFFD out", replace("\uFFFD", "")},
		{"data-noncharacters-stripped", utf8ID, "leaves U+FFFE and U+FFFF out", replace("\uFFFE", "", "\uFFFF", "")},
		{"latin-1", utf8ID, "writes Latin-1, and a question mark for what it has not", func(r *encoderRules) { r.finish = asLatin1 }},
		{"latin-1-where-it-can", utf8ID, "writes Latin-1 where all characters of the stream are in it", func(r *encoderRules) {
			r.finish = func(stream []byte) []byte {
				if strings.ContainsFunc(string(stream), func(c rune) bool { return c > 0xFF }) {
					return stream
				}
				return asLatin1(stream)
			}
		}},
		{"ascii", utf8ID, "writes a question mark for all that is not ASCII", func(r *encoderRules) {
			r.line = func(name, value string) string {
				return name + ": " + strings.Map(func(c rune) rune {
					if c >= utf8.RuneSelf {
						return '?'
					}
					return c
				}, value)
			}
		}},
		{"ascii-comments", utf8ID, "escapes all of a comment that is not ASCII", func(r *encoderRules) {
			r.comment = func(value string) string { return strings.Trim(fmt.Sprintf("%+q", wellFormed(value)), `"`) }
		}},
		{"astral-as-two-surrogates", scalar, "writes a character beyond U+FFFF as two surrogates of three bytes each", func(r *encoderRules) {
			r.line = func(name, value string) string { return name + ": " + surrogates(value) }
		}},
		{"data-surrogates-written", scalar, "writes a surrogate in data as three bytes", func(r *encoderRules) {
			r.data = func(value string) string { return value }
		}},
		{"event-surrogates-written", scalar, "writes a surrogate in an event type as three bytes", func(r *encoderRules) { r.event = withoutBytes("\r\n") }},
		{"id-surrogates-written", scalar, "writes a surrogate in an id as three bytes", func(r *encoderRules) { r.id = withoutBytes("\r\n\x00") }},
		{"comment-surrogates-written", scalar, "writes a surrogate in a comment as three bytes", func(r *encoderRules) {
			r.comment = func(value string) string { return value }
		}},
	}
}

// asLatin1 writes one byte a character.
func asLatin1(stream []byte) []byte {
	var out []byte
	for _, c := range string(stream) {
		if c > 0xFF {
			c = '?'
		}
		out = append(out, byte(c))
	}
	return out
}

// surrogates writes characters beyond U+FFFF as CESU-8 does.
func surrogates(value string) string {
	var b []byte
	for _, c := range value {
		high, low := utf16.EncodeRune(c)
		if high == utf8.RuneError {
			b = utf8.AppendRune(b, c)
			continue
		}
		for _, unit := range []rune{high, low} {
			b = append(b, 0xE0|byte(unit>>12), 0x80|byte(unit>>6)&0x3F, 0x80|byte(unit)&0x3F)
		}
	}
	return string(b)
}

// withoutBytes leaves ASCII characters out, and does not look at the others.
func withoutBytes(banned string) func(string) string {
	return func(value string) string {
		var b []byte
		for i := range len(value) {
			if strings.IndexByte(banned, value[i]) < 0 {
				b = append(b, value[i])
			}
		}
		return string(b)
	}
}
