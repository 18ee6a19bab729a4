package grammar

import "github.com/ssecheck/ssecheck/fuzz/internal/stream"

// Replace puts other bytes in place of those from start to end.
func Replace(in stream.Input, start, end int, with string) stream.Input {
	g := New(nil, 1000)
	g.b, g.cuts = append(g.b, in.Bytes...), append(g.cuts, in.Cuts...)
	g.replace(start, end, []byte(with))
	return g.input()
}

// Lines are the lines of a stream, with their ends.
func Lines(b string) []string { return apart(lineBegins, b) }

// Blocks are the blocks of a stream, with the blank lines that end them.
func Blocks(b string) []string { return apart(blockBegins, b) }

func apart(u unit, b string) (units []string) {
	for at := 0; at < len(b); {
		start, end := u.around([]byte(b), at)
		units = append(units, b[start:end])
		at = end
	}
	return units
}
