package shrink

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// A Result is what came of shrinking.
type Result[T any] struct {
	// Smallest is the smallest that had the fault; what was given, if nothing smaller did.
	Smallest T
	// Minimal: nothing can be taken away from it, not one byte, cut, item, part or
	// character. It is false where the budget, the context or the size of what was given
	// ended the search before that was known.
	Minimal bool
	// Spent is how many questions were asked.
	Spent int
	// Asked is how often the smallest was put to the test again at the end, and Held how
	// often it had the fault. A subject that does the same each time has it each time.
	Asked, Held int
}

// Sure says that the smallest had the fault each time that it was tried again.
func (r Result[T]) Sure() bool { return r.Asked > 0 && r.Held == r.Asked }

// verifications is how often the result is put to the test again.
const verifications = 3

// A token is a byte, a character, or a mark such as a cut: what can be taken away alone.
type token int32

// A form says how a value is made of tokens, and in which ways it is made smaller.
type form[T any] struct {
	tokens func(T) []token
	// build is the other way; false says that no value has these tokens.
	build func([]token) (T, bool)
	// passes are done one after another, again and again until none finds anything.
	passes []pass
}

// A pass takes one kind of thing away, or makes it plain.
type pass func(*search)

// A search is the way from a value to its smallest.
type search struct {
	ctx    context.Context
	build  func([]token) (value any, ok bool)
	holds  func(values []any) []bool
	budget int // of questions
	spent  int
	// known are the answers so far.
	known   map[[sha256.Size]byte]bool
	tokens  []token // the smallest so far
	stopped bool    // by the budget or the context
	coarse  bool    // there was too much for a look at each single one in this round
}

func (f form[T]) shrink(ctx context.Context, value T, holds func([]T) []bool, budget int) Result[T] {
	given := f.tokens(value)
	s := &search{ctx: ctx, budget: budget - verifications, known: map[[sha256.Size]byte]bool{}, tokens: given,
		build: func(tokens []token) (any, bool) { return f.build(tokens) },
		holds: func(values []any) []bool {
			all := make([]T, len(values))
			for i, value := range values {
				all[i] = value.(T)
			}
			return holds(all)
		}}
	if answers := s.put(value); !slices.Contains(answers, true) {
		return Result[T]{Smallest: value, Spent: s.spent, Asked: len(answers)}
	}
	s.run(f.passes)
	r := Result[T]{Smallest: value, Minimal: !s.stopped && !s.coarse}
	if !slices.Equal(given, s.tokens) {
		r.Smallest, _ = f.build(s.tokens)
	}
	s.budget += verifications
	for range verifications {
		answers := s.put(r.Smallest)
		r.Asked += len(answers)
		if slices.Contains(answers, true) {
			r.Held++
		}
	}
	r.Spent = s.spent
	return r
}

// run does the passes until none finds anything.
func (s *search) run(passes []pass) {
	for changed := true; changed && !s.stopped; {
		before := s.tokens
		s.coarse = false
		for _, pass := range passes {
			pass(s)
		}
		changed = !slices.Equal(before, s.tokens)
	}
}

// put asks, as long as there is budget and time. What is answered once the context is
// done may be the end of the subject, and does not count.
func (s *search) put(values ...any) []bool {
	values = values[:max(0, min(len(values), s.budget-s.spent))]
	if len(values) == 0 || s.ctx.Err() != nil {
		s.stopped = true
		return nil
	}
	s.spent += len(values)
	answers := s.holds(values)
	if s.ctx.Err() != nil {
		s.stopped = true
		return nil
	}
	return answers[:min(len(answers), len(values))]
}

// mostTokens bounds the tokens of the candidates that are held at once.
const mostTokens = 1 << 18

// ask says of each of n candidates whether it has the fault. What comes behind the first
// that has is answered with no, since nobody will look at it. Fewer answers than n say
// that no more will be given.
func (s *search) ask(n int, candidate func(i int) []token) []bool {
	if s.stopped {
		return nil
	}
	answers := make([]bool, n)
	for i := 0; i < n; {
		if s.ctx.Err() != nil {
			s.stopped = true
			return answers[:i]
		}
		var values []any
		var asked []int
		var sums [][sha256.Size]byte
		for held := 0; i < n && held < mostTokens; i++ {
			tokens := candidate(i)
			sum := sumOf(tokens)
			if answer, known := s.known[sum]; known {
				if answers[i] = answer; answer {
					n = i + 1 // nobody looks further
				}
				continue
			}
			if value, ok := s.build(tokens); ok {
				values, asked, sums = append(values, value), append(asked, i), append(sums, sum)
				held += len(tokens)
			}
		}
		if len(values) == 0 {
			continue
		}
		got := s.put(values...)
		for k, answer := range got {
			s.known[sums[k]], answers[asked[k]] = answer, answer
		}
		switch hit := slices.Index(got, true); {
		case hit >= 0:
			return answers
		case len(got) < len(values):
			s.stopped = true
			return answers[:asked[len(got)]]
		}
	}
	return answers
}

func sumOf(tokens []token) [sha256.Size]byte {
	b := make([]byte, 0, 4*len(tokens))
	for _, t := range tokens {
		b = binary.LittleEndian.AppendUint32(b, uint32(t))
	}
	return sha256.Sum256(b)
}
