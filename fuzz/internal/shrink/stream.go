package shrink

import (
	"context"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// cut is the token at which one chunk ends and the next begins; the others are bytes.
const cut token = -1

// Stream makes a stream, and how it is cut, as small as it can be while holds says that
// a subject gets it wrong: blocks, lines, fields and their parts are taken away, then
// characters and bytes, and all cuts that the fault does not need. A cut stays between
// the bytes that it is between. What is left is made plain: LF for every line end, a for
// every character, 1 for every digit that must be one, known names for unknown ones of
// their length, cuts as far to the front as they can be.
//
// The input must be valid, and no more than budget questions are asked.
func Stream(ctx context.Context, in stream.Input, holds func([]stream.Input) []bool, budget int) Result[stream.Input] {
	f := form[stream.Input]{tokens: tokensOf, build: inputOf, passes: []pass{
		drop(cuts), drop(blocks), everywhere(lines), drop(lines), everywhere(fields), drop(fields),
		everywhere(parts), drop(parts), simplify(lineEnds), simplify(names), simplify(letters),
		halve(parts), drop(characters), drop(singles), simplify(accents), simplify(kinds), moveCuts,
	}}
	return f.shrink(ctx, in, holds, budget)
}

func tokensOf(in stream.Input) []token {
	tokens := make([]token, 0, len(in.Bytes)+len(in.Cuts))
	from := 0
	for _, to := range append(in.Cuts[:len(in.Cuts):len(in.Cuts)], len(in.Bytes)) {
		for _, b := range in.Bytes[from:to] {
			tokens = append(tokens, token(b))
		}
		tokens = append(tokens, cut)
		from = to
	}
	return tokens[:len(tokens)-1]
}

func inputOf(tokens []token) (stream.Input, bool) {
	in := stream.Input{Bytes: make([]byte, 0, len(tokens))}
	for _, t := range tokens {
		if t == cut {
			in.Cuts = append(in.Cuts, len(in.Bytes))
			continue
		}
		in.Bytes = append(in.Bytes, byte(t))
	}
	return in, true
}

// moveCuts moves each cut to the first place, between the cuts around it, at which the
// fault is still there, so that a fault that many cuts show is found with the same one.
func moveCuts(s *search) {
	for at := 0; at < len(s.tokens); at++ {
		if s.tokens[at] != cut {
			continue
		}
		first, last := at, at // the bytes between the cuts around it, without this one
		for first > 0 && s.tokens[first-1] != cut {
			first--
		}
		for last+1 < len(s.tokens) && s.tokens[last+1] != cut {
			last++
		}
		at = s.moveCut(at, first, last)
	}
}

// mostMoves bounds the places that are tried for a cut.
const mostMoves = 64

// moveCut moves the cut, which is among the tokens from first to last, to a place that
// leaves no empty chunk. It returns where it is then.
func (s *search) moveCut(at, first, last int) int {
	end := last // a cut behind all bytes, or before them, goes anywhere
	if at > first && at < last {
		end = at
	}
	n := min(end-first-1, mostMoves)
	if n <= 0 {
		return at
	}
	tokens := s.tokens
	moved := func(i int) []token {
		left := append(make([]token, 0, len(tokens)), tokens[:first]...)
		bytes := append(append(make([]token, 0, last-first), tokens[first:at]...), tokens[at+1:last+1]...)
		left = append(append(append(left, bytes[:i+1]...), cut), bytes[i+1:]...)
		return append(left, tokens[last+1:]...)
	}
	for i, holds := range s.ask(n, moved) {
		if holds {
			s.tokens = moved(i)
			return first + i + 1
		}
	}
	return at
}
