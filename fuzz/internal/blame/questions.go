package blame

import "github.com/ssecheck/ssecheck/fuzz/internal/stream"

// questions chooses inputs of which the suspects say different things, until each two
// are told apart and the fault of each has shown a few times.
func (q *inquiry) questions(pool []stream.Input) []stream.Input {
	readings := []reading{q.standing}
	for _, s := range q.suspects {
		readings = append(readings, s.reading)
	}
	c := chooser{reports: q.reports, readings: readings, wanted: newPairs(len(readings))}
	left := maxRead / len(readings)
	var chosen []stream.Input
	for _, in := range pool {
		if left -= len(in.Bytes); left < 0 || len(chosen) == maxAsked || c.wanted.none() {
			break
		}
		if c.tells(in) {
			chosen = append(chosen, in)
		}
	}
	return chosen
}

// spread takes n of the inputs, evenly.
func spread(inputs []stream.Input, n int) []stream.Input {
	n = min(n, len(inputs))
	var taken []stream.Input
	for i := range max(n, 0) {
		taken = append(taken, inputs[i*len(inputs)/n])
	}
	return taken
}

// A chooser knows which readings have still to be told apart.
type chooser struct {
	reports  stream.Reports
	readings []reading
	wanted   pairs
}

// tells says that the input tells apart two readings that have to be, and takes note.
func (c *chooser) tells(in stream.Input) bool {
	classes := make([]int, len(c.readings)) // of those that show the same
	var shown []stream.Seen
	for i, r := range c.readings {
		s := r.of(in)
		class := 0
		for class < len(shown) && !agree(shown[class], s, c.reports) {
			class++
		}
		if class == len(shown) {
			shown = append(shown, s)
		}
		classes[i] = class
	}
	return len(shown) > 1 && c.wanted.part(classes)
}

// pairs says of each two readings how often they have still to be told apart. The first
// reading is the one without a new fault.
type pairs struct {
	left  [][]int // left[i][j] for j < i
	total int
}

func newPairs(n int) pairs {
	var p pairs
	for i := range n {
		row := make([]int, i)
		for j := range row {
			row[j] = ofSuspects
			if j == 0 {
				row[j] = ofStanding
			}
			p.total += row[j]
		}
		p.left = append(p.left, row)
	}
	return p
}

func (p *pairs) none() bool { return p.total == 0 }

// part takes note that readings of different classes were told apart; it says whether
// that was wanted.
func (p *pairs) part(classes []int) bool {
	before := p.total
	for i, row := range p.left {
		for j := range row {
			if classes[i] != classes[j] && row[j] > 0 {
				row[j]--
				p.total--
			}
		}
	}
	return p.total < before
}
