package grammar

// digits writes n digits.
func (g *Generator) digits(n int) {
	for range n {
		g.b = append(g.b, '0'+byte(g.r.IntN(10)))
	}
}

// numbers are values of retry: such as are one, and such as one program or another
// takes for one.
var numbers = newDie(
	ways{6, func(g *Generator) {}},
	ways{45, func(g *Generator) { g.digits(1 + g.r.IntN(5)) }},
	ways{4, func(g *Generator) { g.add("0") }},
	ways{6, func(g *Generator) { g.add("000"[:1+g.r.IntN(3)]); g.digits(1 + g.r.IntN(3)) }},
	ways{10, func(g *Generator) { g.addAny(edges) }},
	ways{3, func(g *Generator) { g.add("1"); g.digits(15 + g.r.IntN(12)) }},
	ways{1, func(g *Generator) { g.digits(100 + g.r.IntN(300)) }},
	ways{18, func(g *Generator) { g.addAny(noNumbers) }},
	ways{12, func(g *Generator) { // a digit or two, and what does not belong to them
		g.digits(g.r.IntN(3))
		strangers.roll(g.r)(g)
		g.digits(g.r.IntN(3))
	}},
	ways{2, (*Generator).text},
)

// edges are around the ends of 31, 32, 53, 63 and 64 bits.
var edges = []string{
	"2147483647", "2147483648", "4294967295", "4294967296", "4294967297", "9007199254740991", "9007199254740992",
	"9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
	"99999999999999999999", "00000000000000000000001", "340282366920938463463374607431768211456", "499", "500", "30001",
}

var noNumbers = []string{
	"-1", "+1", "-0", "1.5", "1.", ".5", "1e3", "1E3", "0x10", "0X1f", "0o17", "0b11", "010x", "1,000", "1_000", "1 000", "1'000",
	" 5", "5 ", "\t5", "5\t", "5s", "5ms", "\"5\"", "'5'", "(5)", "[5]", "NaN", "Infinity", "null", "five", "5;", "#5", "5L", "5n",
	"\u0665", "\uFF15", "\u096B", "\u06F5", "\u00B2", "\u2462", "\U0001D7DD", "\u4E94", "5\u00A0", "\u00A05", "\uFEFF5", "5\v", "\f5",
}

var strangers = newDie(
	ways{3, func(g *Generator) { g.addAny(blankCharacters) }},
	ways{2, func(g *Generator) { g.add("\x00") }},
	ways{2, func(g *Generator) { g.addAny(invisible) }},
	ways{3, (*Generator).illFormed},
	ways{2, (*Generator).word},
	ways{2, func(g *Generator) { g.addAny([]string{".", ",", "-", "+", "_", ":", "e", "x", "/", "'"}) }},
)
