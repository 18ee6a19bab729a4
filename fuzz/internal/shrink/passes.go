package shrink

import "slices"

// A span is a row of tokens that is taken away as one.
type span struct{ from, to int }

// A run is a span, and those behind it that are equal to it.
type run struct {
	span
	unit int // tokens of one of them
}

func (r run) times() int { return (r.to - r.from) / r.unit }

// runs joins equal neighbours: it does not matter which of them is taken away, and so
// many questions need not be asked.
func runs(tokens []token, spans []span) []run {
	var all []run
	for _, s := range spans {
		if n := len(all); n > 0 {
			last := &all[n-1]
			if last.to == s.from && slices.Equal(tokens[last.from:last.from+last.unit], tokens[s.from:s.to]) {
				last.to = s.to
				continue
			}
		}
		all = append(all, run{s, s.to - s.from})
	}
	return all
}

// finest is how many things are looked at one by one. Where there are more, neighbours
// are taken together; the next round has fewer, if that took anything away.
const finest = 256

// fewest looks for the fewest of n things with which the fault is still there. made are
// the tokens with some of them.
func fewest(s *search, n int, made func(has func(i int) bool) []token) (coarse bool) {
	size := max(1, (n+finest-1)/finest)
	groups := make([]int, (n+size-1)/size)
	for i := range groups {
		groups[i] = i
	}
	with := func(kept []int) []token {
		has := make([]bool, len(groups))
		for _, group := range kept {
			has[group] = true
		}
		return made(func(i int) bool { return has[i/size] })
	}
	List(groups, func(candidates [][]int) []bool {
		answers := s.ask(len(candidates), func(i int) []token { return with(candidates[i]) })
		if hit := slices.Index(answers, true); hit >= 0 {
			s.tokens = with(candidates[hit])
		}
		return answers
	})
	return size > 1
}

// drop takes units away, and of those that are repeated some.
func drop(units func([]token) []span) pass {
	return func(s *search) {
		tokens := s.tokens
		all := runs(tokens, units(tokens))
		coarse := fewest(s, len(all), func(has func(int) bool) []token {
			return only(tokens, len(all), func(i int) span { return all[i].span }, has)
		})
		s.coarse = s.coarse || coarse
		for _, r := range slices.Backward(runs(s.tokens, units(s.tokens))) { // so that the places of those before stay
			if r.times() > 1 {
				s.shorten(r, r.unit)
			}
		}
	}
}

// everywhere takes units away that come again and again, each wherever it is, where there
// are too many of them to look at one by one.
func everywhere(units func([]token) []span) pass {
	return func(s *search) {
		tokens, all := s.tokens, units(s.tokens)
		if len(all) <= finest {
			return
		}
		contents := map[string]int{}
		content := make([]int, len(all)) // of each unit
		for i, u := range all {
			text := string(runesOf(tokens[u.from:u.to]))
			if _, met := contents[text]; !met {
				contents[text] = len(contents)
			}
			content[i] = contents[text]
		}
		if len(contents) == len(all) {
			return
		}
		fewest(s, len(contents), func(has func(int) bool) []token {
			return only(tokens, len(all), func(i int) span { return all[i] }, func(i int) bool { return has(content[i]) })
		})
	}
}

// only leaves those of n spans that are had, and what belongs to none.
func only(tokens []token, n int, spans func(i int) span, has func(i int) bool) []token {
	left := make([]token, 0, len(tokens))
	from := 0
	for i := range n {
		if s := spans(i); !has(i) {
			left = append(left, tokens[from:s.from]...)
			from = s.to
		}
	}
	return append(left, tokens[from:]...)
}

// shorten leaves as few units of a run as it can, from its beginning on.
func (s *search) shorten(r run, unit int) {
	tokens := s.tokens
	cut := func(n int) []token { return slices.Concat(tokens[:r.from+n*unit], tokens[r.to:]) }
	if n := s.least((r.to-r.from)/unit, cut); n < (r.to-r.from)/unit {
		s.tokens = cut(n)
	}
}

// least is the smallest of the numbers up to n whose candidate has the fault, as far as
// those above it have it, too; that of n has it.
func (s *search) least(n int, candidate func(n int) []token) int {
	low, high := 0, n // that of low is not known to have it
	var doubling []int
	for k := 1; k < n; k *= 2 {
		doubling = append(doubling, k)
	}
	answers := s.ask(len(doubling), func(i int) []token { return candidate(doubling[i]) })
	if hit := slices.Index(answers, true); hit >= 0 {
		high = doubling[hit]
		low = high / 2
	} else if len(answers) > 0 {
		low = doubling[len(answers)-1]
	}
	for high-low > 1 {
		middle := low + (high-low)/2
		answers := s.ask(1, func(int) []token { return candidate(middle) })
		switch {
		case len(answers) == 0:
			return high
		case answers[0]:
			high = middle
		default:
			low = middle
		}
	}
	return high
}

// long is from how many tokens on a unit is shortened as a whole before each of its
// tokens is looked at.
const long = 16

// halve shortens long units from behind, then from the front.
func halve(units func([]token) []span) pass {
	return func(s *search) {
		for _, u := range slices.Backward(units(s.tokens)) {
			if u.to-u.from < long {
				continue
			}
			before := len(s.tokens)
			s.shorten(run{u, u.to - u.from}, 1)
			u.to -= before - len(s.tokens)
			tokens := s.tokens
			cut := func(n int) []token { return slices.Concat(tokens[:u.from], tokens[u.to-n:]) }
			if n := s.least(u.to-u.from, cut); n < u.to-u.from {
				s.tokens = cut(n)
			}
		}
	}
}

// An edit puts other tokens into the place of some.
type edit struct {
	span
	with []token
}

// simplify makes as many of the edits as it can: it looks for the fewest that must not
// be made.
func simplify(edits func([]token) []edit) pass {
	return func(s *search) {
		tokens, all := s.tokens, edits(s.tokens)
		fewest(s, len(all), func(unmade func(int) bool) []token {
			edited := make([]token, 0, len(tokens))
			from := 0
			for i, e := range all {
				if !unmade(i) {
					edited = append(append(edited, tokens[from:e.from]...), e.with...)
					from = e.to
				}
			}
			return append(edited, tokens[from:]...)
		})
	}
}
