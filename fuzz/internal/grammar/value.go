package grammar

// value writes a value that suits the field.
func (g *Generator) value(name string) {
	switch name {
	case "event":
		types.roll(g.r)(g)
	case "id":
		ids.roll(g.r)(g)
	case "retry":
		numbers.roll(g.r)(g)
	default:
		datas.roll(g.r)(g)
	}
}

var datas = newDie(
	ways{8, func(g *Generator) {}},
	ways{35, (*Generator).word},
	ways{45, (*Generator).text},
	ways{6, func(g *Generator) { g.addAny(meaningful) }},
	ways{6, (*Generator).json},
)

var types = newDie(
	ways{12, func(g *Generator) {}},
	ways{30, (*Generator).word},
	ways{8, func(g *Generator) { g.add("message") }},
	ways{35, func(g *Generator) { g.addAny(typeWords) }},
	ways{15, (*Generator).text},
)

// typeWords are types with which some programs do more than name an event.
var typeWords = []string{
	"error", "open", "close", "end", "done", "ping", "abort", "Message", "MESSAGE", "message ", " message", "messag",
	" ", "\t", "  x", "a b", "0", "false", "null", "undefined", "data", "event", "id", "retry", "add", "*", "a.b", "a:b",
	"constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "prototype", "addEventListener", "onmessage",
}

var ids = newDie(
	ways{12, func(g *Generator) {}},
	ways{40, func(g *Generator) { g.digits(1 + g.r.IntN(3)) }},
	ways{8, (*Generator).word},
	ways{14, (*Generator).nulID},
	ways{14, func(g *Generator) { g.addAny(idWords) }},
	ways{12, (*Generator).text},
)

// idWords are ids that some programs read as more than text.
var idWords = []string{
	"0", "-1", "007", "1.0", "1e3", "0x1F", "9007199254740993", "9223372036854775808", "18446744073709551616", " ", " 1",
	"1 ", "A-1", "ABC", "\u00E9", "\u0661", "\U0001F600", "null", "undefined", "*", "a,b", "a\tb", "\x7F", "\x01", "\uFFFD",
	"01890a5d-ac96-774b-bcce-b302099a8057", "1:2", "%00", "\\0", "\u2400", "\xC0\x80",
}

// nulID writes an id with a NUL at its start, at its end, within, or nothing else.
func (g *Generator) nulID() {
	g.digits(g.r.IntN(3))
	g.add("\x00")
	switch g.r.IntN(3) {
	case 0:
	case 1:
		g.digits(1 + g.r.IntN(2))
	default:
		g.text()
	}
}

// meaningful are values that are more than text to some program.
var meaningful = []string{
	"0", "false", "null", "undefined", "NaN", "[DONE]", "END", "007", "+5", "1e3", "-0", "1.50", "0x10", "1_000",
	"data: x", "id: 7", "event: e", "retry: 5", ":x", "id", "<b>x</b>", "&amp;", "&#10;", "&lt;x", "%41", "%0A", "a+b",
	`a\nb`, `\\`, `\0`, `\x00`, `\u0041`, `"q"`, "'q'", "`q`", "${HOME}", "$x", "%s", "%%", "{0}", "{{x}}", "a,b", "#x", "x#y",
	"--", "/*x*/", "//", "\x1B[31mx", "a\bb", "a\ab", "<!--", "=1+1", "ﬁ", "\u212B", "e\u0301", "\u00C5", "İ", "ß",
	"https://example.com/?a=1&b=2#c", "a;b", "--boundary", "HTTP/1.1 200 OK", "{", "[", `{"a":`,
}

func (g *Generator) json() {
	g.addAny([]string{
		`{"a":1}`, `{"a":"b: c","d":[1,2,{}]}`, `[]`, `"x"`, `{"text":"é\n\u0000"}`, `{"n":1e400}`, "[1, 2]",
		`{"data":"x","event":"y","id":null}`, `{ "a" : "` + "\u2028" + `" }`, `{"__proto__":1}`,
	})
}
