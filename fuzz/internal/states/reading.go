package states

import "github.com/ssecheck/ssecheck/fuzz/internal/stream"

const (
	chunkings       = 3 // before a byte: no cut, one, several and so an empty chunk
	charTransitions = charStates * int(classes) * chunkings
	lineTransitions = blocks * int(kinds) * int(endings)
)

// reading is one input on its way through both machines.
type reading struct {
	set   *Set
	char  char
	block block
	// cut says that a cut stands in the line so far; owed that a line has ended with
	// CR, so that the next byte tells how.
	cut, owed bool
	kind      kind // of the line that is owed
}

func (r *reading) read(in stream.Input) {
	r.visit()
	cuts := in.Cuts
	for i, b := range in.Bytes {
		n := 0
		for len(cuts) > 0 && cuts[0] == i {
			n, cuts = n+1, cuts[1:]
		}
		r.byte(b, min(n, chunkings-1))
	}
	r.end(min(len(cuts), chunkings-1))
}

// byte takes the next byte, with the number of cuts before it.
func (r *reading) byte(b byte, cuts int) {
	what := classOf[b]
	if r.char.goesOn(b) {
		what = goesOn
	}
	r.met(what, cuts)
	before := r.char
	r.char = r.char.next(b)
	switch {
	case r.owed && b == '\n' && cuts > 0:
		r.pay(endCutCRLF)
		return
	case r.owed && b == '\n':
		r.pay(endCRLF)
		return
	case r.owed:
		r.pay(endCR)
	}
	r.cut = r.cut || cuts > 0
	switch b {
	case '\n':
		r.line(kindOf(before.at), endLF)
	case '\r':
		r.kind, r.owed = kindOf(before.at), true
	}
}

// end is the end of the stream, with the number of cuts before it.
func (r *reading) end(cuts int) {
	r.met(streamEnd, cuts)
	if r.owed {
		r.pay(endCR)
	}
	r.cut = r.cut || cuts > 0
	last := halfLine
	if r.char.at.startsLine() {
		last = noLine
	}
	r.line(last, endLF)
}

// pay takes in the line that is owed.
func (r *reading) pay(end ending) {
	r.owed = false
	r.line(r.kind, end)
}

// line takes a line into the block.
func (r *reading) line(k kind, end ending) {
	if r.cut && end != endCutCRLF {
		end = endCut
	}
	n := (r.block.number()*int(kinds)+int(k))*int(endings) + int(end)
	r.set.length += mark(r.set.transitions[:], charTransitions+n)
	r.block, r.cut = r.block.next(k), false
	r.visit()
}

// met is a transition of the machine that reads bytes.
func (r *reading) met(what class, cuts int) {
	state := r.char.number()
	r.set.met += mark(r.set.states[:], state)
	n := (state*int(classes)+int(what))*chunkings + cuts
	r.set.length += mark(r.set.transitions[:], n)
}

// visit notes the state of the block.
func (r *reading) visit() {
	r.set.met += mark(r.set.states[:], charStates+r.block.number())
}
