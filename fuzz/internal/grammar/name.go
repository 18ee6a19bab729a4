package grammar

import (
	"strings"
	"unicode"
)

// mark is the byte order mark.
const mark = "\uFEFF"

var knownNames = []string{"data", "event", "id", "retry"}

func (g *Generator) known() string { return knownNames[g.r.IntN(len(knownNames))] }

// otherNames are names that nobody reads, but that some program has a use for.
var otherNames = []string{
	"x", "foo", "type", "name", "message", "comment", "lastEventId", "Last-Event-ID", "reconnect", "error",
	"constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "__class__", "length", "0",
	"dataevent", "d", "e", "data-id", "data.x", "id[0]", "äh", "данные", "\U0001F600", "{", "\\", "%64ata",
}

// colons are what stands between a name and its value, the frequent ones many times.
var colons = newDie(
	side[string]{120, ": "}, side[string]{70, ":"},
	side[string]{3, ":  "}, side[string]{2, ":\t"}, side[string]{2, "::"}, side[string]{2, ": :"},
	side[string]{1, ":\u00A0"}, side[string]{1, ":\x00"}, side[string]{1, ":\x00 "}, side[string]{1, ": \x00"},
	side[string]{1, "="}, side[string]{1, "\uFF1A"}, side[string]{1, "\u2236"}, side[string]{1, ";"},
	side[string]{1, " "}, side[string]{1, "\t"}, side[string]{1, " :"}, side[string]{1, "\x00:"},
)

// nearName writes something like the name, which is none.
func (g *Generator) nearName(name string) {
	switch n := g.r.IntN(100); {
	case n < 20:
		start := len(g.b)
		g.add(name)
		g.changeCase(start)
	case n < 26:
		g.add(strings.ToUpper(name))
	case n < 36:
		g.add(name[:g.r.IntN(len(name))])
	case n < 44:
		g.add(name[1+g.r.IntN(len(name)-1):])
	case n < 49:
		for _, c := range name {
			g.add(string(c - 'a' + 'ａ'))
		}
	case n < 52:
		g.add(name + g.known())
	case n < 55:
		quotes := []string{`""`, "''", "{}", "[]", "``"}[g.r.IntN(5)]
		g.add(quotes[:1] + name + quotes[1:])
	default:
		i := []int{0, len(name), g.r.IntN(len(name))}[g.r.IntN(3)]
		g.add(name[:i])
		intruders.roll(g.r)(g)
		g.add(name[i:])
	}
}

// intruders are what makes a name another one by standing in it or beside it.
var intruders = newDie(
	ways{40, func(g *Generator) { g.addAny(blankCharacters) }},
	ways{15, func(g *Generator) { g.add("\x00") }},
	ways{15, func(g *Generator) { g.addAny(invisible) }},
	ways{5, func(g *Generator) { g.add(mark) }},
	ways{15, func(g *Generator) {
		g.addAny([]string{"s", "x", "1", "-", "_", ".", "[", "[0]", ".x", "=", "/", "*", "\\"})
	}},
	ways{10, (*Generator).illFormed},
)

// blankCharacters are white space to one program or another.
var blankCharacters = []string{" ", " ", " ", "\t", "\t", "\v", "\f", "\u00A0", "\u0085", "\u2003", "\u3000", "  "}

// invisible are characters that nobody sees.
var invisible = []string{"\u200B", "\u200C", "\u200D", "\u2060", "\u00AD", "\u202E", "\uFE0F", "\u0301", "\uFFFD", "\x7F"}

// changeCase changes the case of an ASCII letter at or after the offset, if there is one.
func (g *Generator) changeCase(from int) {
	for i := from; i < len(g.b); i++ {
		if c := g.b[i]; c < unicode.MaxASCII && unicode.IsLetter(rune(c)) && (g.in(3) || i == len(g.b)-1) {
			g.b[i] = c ^ 0x20
			return
		}
	}
}
