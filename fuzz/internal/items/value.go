package items

import (
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// value makes a text for a part.
func (g *Generator) value(p Part, before []encoder.Item, hostile bool) string {
	switch {
	case hostile && g.oneIn(8):
		return g.plain() + pick(g.r, surrogates) + g.plain()
	case hostile && p == ID && g.oneIn(6):
		return pick(g.r, []string{"a\x00b", "\x00", "a\x00", "\x00a"})
	case hostile && g.oneIn(10):
		return g.around(pick(g.r, breakings))
	case hostile:
		return g.forging()
	case len(before) > 0 && g.oneIn(10): // of the item before, in the same part or another one
		if old, has := Value(before[len(before)-1], pick(g.r, []Part{p, p, ID, Event, Data})); has && fits(old, p) {
			return old
		}
	case (p == Data || p == Comment && g.oneIn(3)) && g.oneIn(4):
		return g.lines()
	}
	return g.line(p)
}

// fits says that the format can carry the text in that part.
func fits(value string, p Part) bool {
	var item encoder.Item
	*text(&item, p) = &value
	return Carriable(item)
}

// line makes a text of one line.
func (g *Generator) line(p Part) (value string) {
	switch n := g.r.IntN(100); {
	case n < 8:
		return ""
	case n < 30:
		value = pick(g.r, words)
	case n < 60:
		value = g.around(g.character())
	case n < 85:
		value = g.plain()
	case n < 97:
		for range 2 + g.r.IntN(4) {
			value += pick(g.r, []string{g.plain(), g.character(), pick(g.r, words)})
		}
	default:
		value = g.long()
	}
	if p == ID {
		value = strings.ReplaceAll(value, "\x00", "")
	}
	return value
}

// character is one of the dictionary or, now and then, any: what nobody thought of.
func (g *Generator) character() string {
	switch g.r.IntN(8) {
	case 0:
		return string(rune(' ' + g.r.IntN(0x7F-' ')))
	case 1:
		return string(pick(g.r, []rune{0xA0, 0x100, 0x800, 0x2000, 0xE000, 0xFF00, 0x10000, 0x1F000}) + g.r.Int32N(0x100))
	}
	return pick(g.r, characters)
}

// around puts letters before a text, behind it, on both sides, or nowhere.
func (g *Generator) around(value string) string {
	sides := g.r.IntN(4)
	if sides&1 != 0 {
		value = g.plain() + value
	}
	if sides&2 != 0 {
		value += g.plain()
	}
	return value
}

func (g *Generator) plain() string { return pick(g.r, letters) }

// lines makes a text of several lines: its breaks are its own, and nothing is behind
// them, or anything.
func (g *Generator) lines() (value string) {
	switch g.r.IntN(8) {
	case 0:
		return pick(g.r, breakings)
	case 1:
		return g.around(pick(g.r, breakings))
	case 2, 3:
		return g.forging()
	case 4:
		if g.oneIn(8) {
			return g.manyLines()
		}
	}
	for range 1 + g.r.IntN(4) {
		value += g.line(Data) + pick(g.r, breakings)
	}
	if g.oneIn(2) {
		value += g.line(Data)
	}
	return value
}

// manyLines makes more of them than a careless limit takes.
func (g *Generator) manyLines() string {
	line := pick(g.r, []string{"", "x", "line"}) + pick(g.r, []string{"\n", "\r", "\r\n"})
	return strings.Repeat(line, min(1+g.r.IntN(1100), max(1, g.maxLen/len(line))))
}

// forging makes a text with a break that lets something out where it is not cleaned.
func (g *Generator) forging() string {
	value := pick(g.r, []string{"", "x", "7", "login", "x\x00", "a b"})
	if g.oneIn(12) {
		value = g.long()
	}
	for range 1 + g.r.IntN(3) {
		value += pick(g.r, breakings) + pick(g.r, forgeries)
	}
	if g.oneIn(3) {
		value += pick(g.r, breakings)
	}
	return value
}

// long makes a text that is longer than some buffer.
func (g *Generator) long() string {
	unit := pick(g.r, []string{"x", "x", "ab c", "\u00E9", "\u65E5", "\U0001F600", "0123456789abcdef", " "})
	n := pick(g.r, lengths)
	if n > g.maxLen { // a power of two that the bound leaves
		n = g.r.IntN(g.maxLen) + 1
	}
	return strings.Repeat(unit, n/len(unit)+1) + g.plain()
}

// retry makes a reconnection time.
func (g *Generator) retry(hostile bool) []byte {
	switch {
	case hostile && g.oneIn(3):
		return []byte(pick(g.r, noRetries))
	case hostile && g.oneIn(2):
		return cases.JSONText(pick(g.r, noTexts))
	case hostile:
		return cases.JSONText(pick(g.r, []string{"1", "", "500"}) + pick(g.r, breakings) + pick(g.r, forgeries) + pick(g.r, []string{"", "\n", "\r\r", "\n\n"}))
	case g.oneIn(10):
		return cases.JSONText(pick(g.r, []string{"1500", "0100", "0", "00", "86400000"}))
	}
	return []byte(pick(g.r, retries))
}
