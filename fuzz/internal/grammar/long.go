package grammar

import "bytes"

// long writes text to a length at which buffers end: a power of two, or one or two
// bytes beside it. What has that length is the text, or its line, or the stream so far.
// It writes nothing where the stream has no room.
func (g *Generator) long() {
	length := 1<<(8+g.r.IntN(10)) + g.r.IntN(5) - 2
	switch g.r.IntN(3) {
	case 0:
	case 1:
		length -= len(g.b) - 1 - bytes.LastIndexAny(g.b, "\r\n")
	default:
		length -= len(g.b)
	}
	if length < 0 || len(g.b)+length > g.maxLen {
		return
	}
	end := len(g.b) + length
	filler := fillers[g.r.IntN(len(fillers))]
	for len(g.b) < end {
		g.add(filler)
	}
	g.b = g.b[:end] // mostly within a character
}

var fillers = []string{"x", "x", "x", "é", "€", "\U0001F600", " ", "0", ":", "\x00", "\xFF", "data: "}

// many writes a line or a block so often that a counter might be full.
func (g *Generator) many() {
	n := counts[g.r.IntN(len(counts))] + g.r.IntN(3) - 1
	start := len(g.b)
	if g.in(3) {
		g.block()
	} else {
		g.line()
	}
	end := len(g.b)
	for i := 1; i < n && len(g.b) < g.maxLen; i++ {
		g.b = append(g.b, g.b[start:end]...)
	}
	g.end()
}

var counts = []int{16, 64, 100, 128, 256, 500, 512, 1000, 1024}
