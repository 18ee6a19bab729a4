package grammar

// text writes a few pieces of text.
func (g *Generator) text() {
	for range 1 + g.few() {
		pieces.roll(g.r)(g)
	}
}

var pieces = newDie(
	ways{25, (*Generator).word},
	ways{12, func(g *Generator) { g.addAny(blankCharacters) }},
	ways{8, func(g *Generator) { g.addAny([]string{":", ":", "::", ": ", " :"}) }},
	ways{5, func(g *Generator) { g.digits(1 + g.few()) }},
	ways{6, func(g *Generator) { g.addAny(meaningful) }},
	ways{8, func(g *Generator) { g.addAny(scripts) }},
	ways{5, func(g *Generator) { g.addAny(astral) }},
	ways{7, func(g *Generator) { g.addAny(almostLineEnds) }},
	ways{4, func(g *Generator) { g.add("\x00") }},
	ways{4, (*Generator).control},
	ways{3, func(g *Generator) { g.add(mark) }},
	ways{4, func(g *Generator) { g.addAny(invisible) }},
	ways{2, func(g *Generator) { g.addAny(lastOfTheirKind) }},
	ways{10, (*Generator).illFormed},
)

// word writes a few letters.
func (g *Generator) word() {
	if g.in(12) {
		g.b = append(g.b, 'A'+byte(g.r.IntN(26)))
	}
	for range 1 + g.r.IntN(4) {
		g.b = append(g.b, 'a'+byte(g.r.IntN(26)))
	}
}

// control writes a control character, of ASCII or of ISO 8859.
func (g *Generator) control() {
	c := rune(g.r.IntN(0x20))
	switch {
	case g.in(3):
		c = 0x80 + c
	case c == '\n' || c == '\r':
		c = 0x7F
	}
	g.add(string(c))
}

var scripts = []string{
	"ä", "é", "ñ", "ß", "Ω", "Привет", "שלום", "مرحبا", "नमस्ते", "สวัสดี", "你好", "日本", "한국", "ｆｕｌｌ", "ệ", "ﬀ", "e\u0301",
	"a\u0308\u0323", "İ", "ı", "ǅ", "\u1100\u1161",
}

var astral = []string{
	"\U0001F600", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "\U0001F1E9\U0001F1EA", "\U00020000", "\U0001D7D8", "\U00010437",
	"\U0001F60A", "\U0001F60D", "\U000E0041",
}

// almostLineEnds are line ends to programs that go by another book, and characters
// whose low byte is that of a line end.
var almostLineEnds = []string{
	"\v", "\f", "\x1C", "\x1D", "\x1E", "\x1F", "\u0085", "\u2028", "\u2029", "\u010A", "\u010D", "\u0A0D", "\u0D0A", "\u2424",
	`\n`, `\r\n`,
}

// lastOfTheirKind are characters next to what is none.
var lastOfTheirKind = []string{
	"\x7F", "\u0080", "\u00FF", "\u07FF", "\u0800", "\uD7FF", "\uE000", "\uFFFD", "\uFFFE", "\uFFFF", "\U00010000", "\U0010FFFF",
}
