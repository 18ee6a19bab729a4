package mutants

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const mark = "\xEF\xBB\xBF"

// bomFaults: the byte order mark.
func bomFaults() []Fault {
	return []Fault{
		{"bom-kept", "parse.bom.strip", "takes a byte order mark at the start for a character",
			func(r *rules) { r.byteOrderMark = func([]byte) (int, bool) { return 0, true } }},
		{"bom-within-one-read", "parse.chunks.irrelevant", "knows a byte order mark only when one read holds all of it",
			func(r *rules) {
				r.byteOrderMark = func(b []byte) (int, bool) { n, sure := byteOrderMark(b); return n, sure || len(b) > 0 }
			}},
		{"bom-lost-to-an-empty-read", "parse.bom.strip", "looks for a byte order mark in the first read alone, be it empty",
			func(r *rules) {
				r.byteOrderMark = func(b []byte) (int, bool) { n, _ := byteOrderMark(b); return n, true }
			}},
		{"bom-needs-data", "parse.bom.strip", "drops a byte order mark only before the data field",
			func(r *rules) { r.byteOrderMark = markBeforeData }},
		{"all-boms-at-the-start", "parse.bom.only-one", "drops all byte order marks at the start",
			func(r *rules) { r.byteOrderMark = allMarks }},
		{"bom-of-each-line", "parse.bom.not-elsewhere", "drops a byte order mark at the start of each line",
			func(r *rules) {
				r.split = func(line string) (string, string) { return split(strings.TrimPrefix(line, mark)) }
			}},
		{"bom-of-each-value", "parse.bom.not-elsewhere", "drops U+FEFF from values",
			func(r *rules) { r.split = mappedText(func(v string) string { return strings.ReplaceAll(v, mark, "") }) }},
		{"bom-is-white-space", "parse.bom.not-elsewhere", "takes U+FEFF for white space around values",
			func(r *rules) {
				r.split = mapped(func(v string) string { return strings.TrimPrefix(strings.TrimPrefix(v, mark), " ") })
			}},
		{"bom-line-is-blank", "parse.bom.not-elsewhere", "takes a line of U+FEFF for a blank one",
			func(r *rules) { r.isBlank = func(line string) bool { return line == "" || line == mark } }},
		{"bom-before-a-comment", "parse.bom.not-elsewhere", "takes a line of U+FEFF and a colon for a comment, and reads the rest as a field",
			func(r *rules) { r.unknown = rereadMarked }},
		{"bom-of-each-read", "parse.bom.not-elsewhere", "drops a byte order mark at the start of each read",
			func(r *rules) { r.chunkBegins = func(m *machine, _ []byte) { m.started = len(m.undecoded) > 0 } }},
		{"bom-of-each-block", "parse.bom.not-elsewhere", "drops a byte order mark after each blank line",
			func(r *rules) { r.endsLine = dropMarkAfterBlank }},
		{"utf-16-marks", "parse.bom.only-utf8", "drops the byte order marks of UTF-16 too",
			func(r *rules) { r.byteOrderMark = alsoMarks("\xFF\xFE", "\xFE\xFF") }},
		{"half-a-bom", "parse.bom.only-utf8", "drops the first bytes of a byte order mark that is not whole",
			func(r *rules) { r.byteOrderMark = alsoMarks("\xEF\xBB", "\xEF") }},
	}
}

// utf8Faults: decoding.
func utf8Faults() []Fault {
	return []Fault{
		{"no-decoding", "parse.utf8.replacement", "hands out the bytes as they are",
			func(r *rules) { r.decode = raw }},
		{"one-replacement-a-byte", "parse.utf8.maximal-subpart", "replaces each byte of an ill-formed sequence",
			func(r *rules) { r.decode = eachByte }},
		{"one-replacement-a-run", "parse.utf8.maximal-subpart", "replaces a run of bad bytes once",
			func(r *rules) { r.decode = oneARun }},
		{"bad-bytes-dropped", "parse.utf8.replacement", "drops bad bytes",
			func(r *rules) { r.decode = replaced(func(string) string { return "" }) }},
		{"bad-bytes-are-question-marks", "parse.utf8.replacement", "puts question marks for bad bytes",
			func(r *rules) { r.decode = replaced(func(string) string { return "?" }) }},
		{"bad-bytes-are-an-error", "parse.utf8.replacement", "refuses a stream with a bad byte",
			func(r *rules) { r.decode = refuseBad }},
		{"bad-bytes-are-latin-1", "parse.utf8.decode", "takes bad bytes for Latin-1",
			func(r *rules) { r.decode = replaced(func(b string) string { return string(rune(b[0])) }) }},
		{"latin-1", "parse.utf8.decode", "decodes the stream as Latin-1",
			func(r *rules) { r.decode = func(_ *machine, b []byte) (string, int) { return string(rune(b[0])), 1 } }},
		{"bad-lines-dropped", "parse.utf8.replacement", "drops a line with a bad byte in it",
			func(r *rules) { r.unknown, r.split = dropNothing, withoutBad }},
		{"swallows-what-breaks-off", "parse.utf8.reread", "drops the byte that breaks off a sequence along with it",
			func(r *rules) { r.decode = swallow }},
		{"swallows-the-whole-length", "parse.utf8.reread", "skips as many bytes as a lead byte asks for, whatever they are",
			func(r *rules) { r.decode = swallowLength }},
		{"two-byte-overlongs", "parse.utf8.no-overlong", "takes overlong forms of two bytes",
			func(r *rules) { r.lead = laxLead(0xC0, 0xC1, 1, 0x80, 0xBF) }},
		{"three-byte-overlongs", "parse.utf8.no-overlong", "takes overlong forms of three bytes",
			func(r *rules) { r.lead = laxLead(0xE0, 0xE0, 2, 0x80, 0xBF) }},
		{"four-byte-overlongs", "parse.utf8.no-overlong", "takes overlong forms of four bytes",
			func(r *rules) { r.lead = laxLead(0xF0, 0xF0, 3, 0x80, 0xBF) }},
		{"surrogates-counted-once", "parse.utf8.no-surrogates", "replaces a surrogate once",
			func(r *rules) { r.lead = laxLead(0xED, 0xED, 2, 0x80, 0xBF) }},
		{"surrogate-pairs", "parse.utf8.no-surrogates", "makes one character of a pair of surrogates",
			func(r *rules) { r.decode = pairSurrogates }},
		{"beyond-unicode", "parse.utf8.no-beyond-unicode", "replaces a sequence beyond U+10FFFF once",
			func(r *rules) { r.lead = laxLead(0xF4, 0xF7, 3, 0x80, 0xBF) }},
		{"old-long-forms", "parse.utf8.lead-bytes", "takes sequences of five and six bytes for one character",
			func(r *rules) { r.lead = oldLead }},
		{"continuations-ignored", "parse.utf8.lead-bytes", "drops continuation bytes that nothing asked for",
			func(r *rules) { r.decode = dropLoneContinuation }},
		{"ascii", "parse.utf8.decode", "puts U+FFFD for all that is not ASCII",
			func(r *rules) { r.decode = characters(func(c rune) bool { return c <= 0x7F }) }},
		{"no-fourth-byte", "parse.utf8.every-scalar-value", "puts U+FFFD for characters of four bytes",
			func(r *rules) { r.decode = characters(func(c rune) bool { return c <= 0xFFFF }) }},
		{"no-noncharacters", "parse.utf8.every-scalar-value", "puts U+FFFD for noncharacters",
			func(r *rules) {
				r.decode = characters(func(c rune) bool { return c&0xFFFE != 0xFFFE && (c < 0xFDD0 || c > 0xFDEF) })
			}},
		{"no-private-use", "parse.utf8.every-scalar-value", "puts U+FFFD for private characters",
			func(r *rules) {
				r.decode = characters(func(c rune) bool { return (c < 0xE000 || c > 0xF8FF) && c < 0xF0000 })
			}},
		{"no-u-07ff", "parse.utf8.every-scalar-value", "takes DF for no lead byte",
			func(r *rules) { r.lead = laxLead(0xDF, 0xDF, -1, 0, 0) }},
		{"replacement-sent-is-an-error", "parse.utf8.every-scalar-value", "refuses a U+FFFD that was sent",
			func(r *rules) { r.decode = refuseReplacement }},
	}
}

func markBeforeData(b []byte) (n int, sure bool) {
	const start = mark + "data:"
	if bytes.HasPrefix(b, []byte(start)) {
		return len(mark), true
	}
	return 0, !strings.HasPrefix(start, string(b))
}

func allMarks(b []byte) (n int, sure bool) {
	for {
		more, sure := byteOrderMark(b[n:])
		if more == 0 {
			return n, sure
		}
		n += more
	}
}

func alsoMarks(marks ...string) func([]byte) (int, bool) {
	return func(b []byte) (n int, sure bool) {
		if n, sure = byteOrderMark(b); n > 0 || !sure {
			return n, sure
		}
		for _, other := range marks {
			if bytes.HasPrefix(b, []byte(other)) {
				return len(other), true
			}
		}
		for _, other := range marks {
			if strings.HasPrefix(other, string(b)) {
				return 0, false
			}
		}
		return 0, true
	}
}

func rereadMarked(m *machine, name, _ string) {
	if name == mark {
		m.err = errRefused
	}
}

func dropMarkAfterBlank(m *machine, c string) bool {
	ends := sound().endsLine(m, c)
	if !ends && len(m.line) >= len(mark) && m.notes.lastField == "blank" {
		m.line = bytes.TrimPrefix(m.line, []byte(mark))
	}
	if ends {
		m.notes.lastField = ""
		if len(m.line) == 0 {
			m.notes.lastField = "blank"
		}
	}
	return ends
}

func raw(m *machine, b []byte) (string, int) {
	text, n := decode(m, b)
	if isBad(text, b) {
		text = string(b[:n])
	}
	return text, n
}

func eachByte(m *machine, b []byte) (string, int) {
	text, n := decode(m, b)
	if isBad(text, b) {
		text = strings.Repeat(replacement, n)
	}
	return text, n
}

// isBad tells a U+FFFD that stands for bad bytes from one that was sent.
func isBad(text string, b []byte) bool {
	return text == replacement && !bytes.HasPrefix(b, []byte(replacement))
}

func oneARun(m *machine, b []byte) (string, int) {
	text, n := decode(m, b)
	if isBad(text, b) && m.last == replacement {
		return "", n
	}
	return text, n
}

// replaced applies f to each ill-formed part.
func replaced(f func(bad string) string) func(*machine, []byte) (string, int) {
	return func(m *machine, b []byte) (string, int) {
		text, n := decode(m, b)
		if isBad(text, b) {
			text = f(string(b[:n]))
		}
		return text, n
	}
}

func refuseBad(m *machine, b []byte) (string, int) {
	text, n := decode(m, b)
	if isBad(text, b) {
		m.err = errRefused
	}
	return text, n
}

func refuseReplacement(m *machine, b []byte) (string, int) {
	if bytes.HasPrefix(b, []byte(replacement)) {
		m.err = errRefused
	}
	return decode(m, b)
}

func withoutBad(line string) (name, value string) {
	if strings.Contains(line, replacement) {
		return "", ""
	}
	return split(line)
}

func dropNothing(*machine, string, string) {}

func swallow(m *machine, b []byte) (string, int) {
	text, n := decode(m, b)
	follow, _, _ := m.lead(b[0])
	if !isBad(text, b) || follow < 1 {
		return text, n
	}
	if n == len(b) {
		return "", 0
	}
	return text, n + 1
}

func swallowLength(m *machine, b []byte) (string, int) {
	text, n := decode(m, b)
	follow, _, _ := m.lead(b[0])
	if !isBad(text, b) || follow < 1 {
		return text, n
	}
	if len(b) <= follow {
		return "", 0
	}
	return text, follow + 1
}

// laxLead gives other bounds to the lead bytes from first to last.
func laxLead(first, last byte, follow int, low, high byte) func(byte) (int, byte, byte) {
	return func(b byte) (int, byte, byte) {
		if b >= first && b <= last {
			return follow, low, high
		}
		return lead(b)
	}
}

func oldLead(b byte) (follow int, low, high byte) {
	switch {
	case b >= 0xF8 && b <= 0xFB:
		return 4, 0x80, 0xBF
	case b >= 0xFC && b <= 0xFD:
		return 5, 0x80, 0xBF
	}
	return lead(b)
}

func pairSurrogates(m *machine, b []byte) (string, int) {
	if b[0] == 0xED && len(b) >= 6 && b[1] >= 0xA0 && b[1] < 0xB0 && b[3] == 0xED && b[4] >= 0xB0 {
		high, low := rune(b[1]&0xF)<<6|rune(b[2]&0x3F), rune(b[4]&0xF)<<6|rune(b[5]&0x3F)
		return string(0x10000 + high<<10 | low), 6
	}
	return decode(m, b)
}

func dropLoneContinuation(m *machine, b []byte) (string, int) {
	if !utf8.RuneStart(b[0]) {
		return "", 1
	}
	return decode(m, b)
}

// characters lets through what is allowed.
func characters(allowed func(rune) bool) func(*machine, []byte) (string, int) {
	return func(m *machine, b []byte) (string, int) {
		text, n := decode(m, b)
		if c, _ := utf8.DecodeRuneInString(text); n > 0 && !allowed(c) {
			text = replacement
		}
		return text, n
	}
}
