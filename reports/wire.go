package reports

import "fmt"

// Bounds of what is shown of one stream or text.
const (
	longestShown = 200 // bytes of a line
	linesShown   = 50
)

// Wire shows the bytes of a stream, or of one write of it, each line on one of its own,
// as [Visible] does. Of a long line the start is shown, and of many lines the first;
// what is left out is counted. No bytes are shown as a word that says so.
func Wire(b []byte) []string {
	if len(b) == 0 {
		return []string{"(an empty write)"}
	}
	lines := wireLines(b)
	var shown []string
	for i, line := range lines {
		if i == linesShown {
			return append(shown, fmt.Sprintf("(%s)", Number(len(lines)-i, "more line")))
		}
		shown = append(shown, Clip(line))
	}
	return shown
}

// wireLines cuts behind each line end.
func wireLines(b []byte) [][]byte {
	var lines [][]byte
	start := 0
	for i := range b {
		if b[i] == '\n' || b[i] == '\r' && (i+1 == len(b) || b[i+1] != '\n') {
			lines = append(lines, b[start:i+1])
			start = i + 1
		}
	}
	if start < len(b) {
		lines = append(lines, b[start:])
	}
	return lines
}

// Clip makes bytes visible, and cuts what is long.
func Clip(b []byte) string {
	if len(b) <= longestShown {
		return Visible(b)
	}
	return Visible(b[:longestShown]) + fmt.Sprintf(" ... (%s in all)", Number(len(b), "byte"))
}

// Number is a number with its noun, with a space between thousands.
func Number(n int, noun string) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + " " + text[i:]
	}
	if n == 1 {
		return text + " " + noun
	}
	return text + " " + noun + "s"
}
