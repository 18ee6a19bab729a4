package cases

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
)

// A Variant is one way to put a case's stream on the wire.
type Variant struct {
	// Name says which, as in "cut at byte 12, CRLF"; it stands in reports.
	Name string
	// Chunks are the writes, in order. Empty for cases that are no streams.
	// Variants share their bytes: they are to be read only.
	Chunks [][]byte
	// Open says that the stream does not end: the case stalls, so end of file
	// is not to be given before the expected events have arrived.
	Open bool
	// End is the way in which the case ends the stream where it does so itself:
	// one of DropFin, DropReset and DropTruncate. It is empty where the stream just
	// comes to its end, and where it is Open.
	End string
	// Control says that an emit case is played without what its subject may refuse,
	// as proof that it does not refuse everything.
	Control bool
}

// ParserVariants lists the ways in which a parser is fed a stream case,
// smallest first: as written, whole, cut in two at every offset (a sample for
// long streams), byte by byte; and where the case says line-endings: any, the
// same again with CRLF and with CR. Equal chunkings come once. The list depends
// on the case alone.
func ParserVariants(c *Case) []Variant { return variants(c, false, maxPieces) }

// OneShotVariants is the short list for subjects to which each variant is dear,
// such as a program that is started once a stream: ParserVariants without the
// cuts, and the other line endings as written only.
func OneShotVariants(c *Case) []Variant { return variants(c, true, maxPieces) }

// ClientVariants lists the ways in which a client is served a case. Of a stream
// case it is the list of OneShotVariants, but that no stream is cut into more than
// 512 pieces, since each is a write of its own that must have arrived before the
// next; and a case that allows none of these ways comes as written. A case of
// the kind connections has one variant, as written, and no Chunks: its
// connections say what is written.
func ClientVariants(c *Case) []Variant {
	switch c.Kind() {
	case KindConnections:
		return []Variant{{Name: "as written"}}
	case KindProbe:
		return nil
	}
	list := variants(c, true, maxWrites)
	if len(list) == 0 && len(c.Stream) > 0 {
		w := lay(c, "", "\n")
		w.add("as written", w.writes)
		return w.variants
	}
	return list
}

// variants lists them; few leaves the cuts out and plays the other line endings
// as written only, pieces is how many a stream is cut into at most.
func variants(c *Case, few bool, pieces int) []Variant {
	if c.Kind() != KindStream || len(c.Stream) == 0 {
		return nil
	}
	wires := c.wires()
	allowed := func(word string) bool { return len(c.Variants) == 0 || slices.Contains(c.Variants, word) }
	for i, w := range wires {
		if allowed(AsWritten) {
			w.add("as written", w.writes)
		}
		if few && i > 0 {
			continue
		}
		if allowed(Whole) {
			w.add("whole", nil)
		}
		if !few && allowed(Cuts) {
			for _, offset := range w.cutOffsets() {
				w.add("cut at byte "+strconv.Itoa(offset), []int{offset})
			}
		}
		if allowed(ByteByByte) {
			w.addPieces(pieces)
		}
	}
	var all []Variant
	for _, w := range wires {
		all = append(all, w.variants...)
	}
	return all
}

// wires is the stream under each line ending that the case allows.
func (c *Case) wires() []*wire {
	wires := []*wire{lay(c, "", "\n")}
	if c.LineEndings == LineEndingsAny && bytes.IndexByte(wires[0].bytes, '\n') >= 0 {
		wires = append(wires, lay(c, ", CRLF", "\r\n"), lay(c, ", CR", "\r"))
	}
	return wires
}

// wire is a stream under one line ending, and the ways to cut it.
type wire struct {
	bytes []byte
	// writes are the offsets at which a write of the case ends and another
	// begins. Two equal ones have an empty write between them.
	writes []int
	open   bool
	end    string

	suffix   string // of the names
	variants []Variant
	seen     map[int]bool // offsets of the variants with one cut; -1: with none
}

// lay puts the case's items behind one another, every LF replaced by lineEnd.
func lay(c *Case, suffix, lineEnd string) *wire {
	w := &wire{suffix: suffix, seen: map[int]bool{}}
	size := 0
	for i := range c.Stream {
		size += c.Stream[i].sizeWith(lineEnd)
	}
	w.bytes = make([]byte, 0, size)
	first := true
	for i := range c.Stream {
		item := &c.Stream[i]
		w.open = w.open || item.Stall != ""
		if item.Drop != "" {
			w.end = item.Drop
		}
		if !item.Writes() {
			continue
		}
		if !first {
			w.writes = append(w.writes, len(w.bytes))
		}
		first = false
		w.bytes = item.appendWith(w.bytes, lineEnd)
	}
	return w
}

// add adds the variant with those cuts, unless it is there already.
func (w *wire) add(name string, cuts []int) {
	if len(w.variants) > 0 && w.variants[0].Name == "as written"+w.suffix && slices.Equal(cuts, w.writes) {
		return
	}
	if len(cuts) <= 1 {
		key := -1
		if len(cuts) == 1 {
			key = cuts[0]
		}
		if w.seen[key] {
			return
		}
		w.seen[key] = true
	}
	w.variants = append(w.variants, Variant{Name: name + w.suffix, Chunks: w.chunks(cuts), Open: w.open, End: w.end})
}

// chunks cuts the wire at the offsets. The chunks share the wire's array, and
// appending to one cannot reach the next.
func (w *wire) chunks(cuts []int) [][]byte {
	chunks := make([][]byte, 0, len(cuts)+1)
	start := 0
	for _, end := range cuts {
		chunks = append(chunks, w.bytes[start:end:end])
		start = end
	}
	return append(chunks, w.bytes[start:len(w.bytes):len(w.bytes)])
}

const (
	// maxPieces is the longest stream, in bytes, that is fed byte by byte; a longer
	// one comes in at most that many equal pieces.
	maxPieces = 16 << 10
	// maxWrites is the same for clients.
	maxWrites = 512
)

func (w *wire) addPieces(most int) {
	size, name := 1, "byte by byte"
	if len(w.bytes) > most {
		size = (len(w.bytes)+most-1)/most | 1 // odd: no cut at every line end
		name = fmt.Sprintf("in pieces of %d bytes", size)
	}
	var cuts []int
	for offset := size; offset < len(w.bytes); offset += size {
		cuts = append(cuts, offset)
	}
	w.add(name, cuts)
}
