package exhaustive

import (
	"fmt"
	"iter"
	"strings"
)

// MaxSymbols is how many symbols a stem has at most: each doubles its cuts.
const MaxSymbols = 16

// sentinels are what follows a stem.
var sentinels = [...]string{"", "data: END\n\n", "\n\ndata: END\n\n"}

// A Space is all streams whose stems have up to a number of symbols of an alphabet. It
// is read only.
type Space struct {
	alphabet []Symbol
	// stems[k] is how many stems have k symbols.
	stems           []uint64
	streams, inputs uint64
}

// New is the space of the streams whose stems have up to length symbols of the alphabet,
// which names each by its letter. The error says what is wrong with either, or that
// they make more inputs than can be counted.
func New(alphabet string, length int) (*Space, error) {
	symbols, err := spelt(alphabet)
	if err != nil {
		return nil, err
	}
	if length < 0 || length > MaxSymbols {
		return nil, fmt.Errorf("a length of %d symbols: expected 0 to %d", length, MaxSymbols)
	}
	s := &Space{alphabet: symbols}
	if !s.count(length) {
		return nil, fmt.Errorf("streams of up to %d symbols of the %d of %q make more than 2^64 inputs: choose fewer of either",
			length, len(alphabet), alphabet)
	}
	return s, nil
}

// spelt are the symbols that the alphabet names.
func spelt(alphabet string) ([]Symbol, error) {
	if alphabet == "" {
		return nil, fmt.Errorf("the alphabet is empty: name its symbols, as in %q", Default)
	}
	var symbols []Symbol
	for i := range len(alphabet) {
		symbol, err := named(alphabet[i])
		if err != nil {
			return nil, err
		}
		if strings.IndexByte(alphabet, alphabet[i]) < i {
			return nil, fmt.Errorf("the alphabet %q names %q twice", alphabet, alphabet[i])
		}
		symbols = append(symbols, symbol)
	}
	return symbols, nil
}

// Stems is how many stems there are, the empty one among them.
func (s *Space) Stems() uint64 { return s.streams / uint64(len(sentinels)) }

// Streams is how many streams there are: each stem alone and with its sentinels.
func (s *Space) Streams() uint64 { return s.streams }

// Inputs is how many inputs the streams have together.
func (s *Space) Inputs() uint64 { return s.inputs }

// Shard iterates over the share of worker i of n, counted from 0, the shortest first.
// Each stream is one worker's, and the shares are equal. The stream that is handed out
// is filled anew in the next round; see [Space.Fill] for how to keep it.
func (s *Space) Shard(i, n int) iter.Seq[*Stream] {
	return func(yield func(*Stream) bool) {
		var dst Stream
		for number := uint64(i); number < s.streams; number += uint64(n) {
			if s.Fill(&dst, number); !yield(&dst) {
				return
			}
		}
	}
}
