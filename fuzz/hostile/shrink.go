package hostile

import (
	"regexp"
	"slices"
	"sort"
	"strings"
)

// shrunk is the smallest request that holds: with the fewest oddities, then the shortest
// texts, then the plainest letters in them.
func shrunk(r Request, holds func(Request) bool) Request {
	r = list1(r, func(candidates [][]Oddity) []bool {
		return first(candidates, func(c []Oddity) bool { return holds(c) })
	})
	for i := range r {
		k, _ := kindOf(r[i].Kind)
		if k.text == nil {
			continue
		}
		start := k.text(r[i].Value)
		with := func(tokens []string) Request {
			c := slices.Clone(r)
			c[i].Value = r[i].Value[:start] + strings.Join(tokens, "")
			return c
		}
		try := func(tokens []string) bool {
			c := with(tokens)
			return k.apply(&draft{}, c[i].Value) == nil && holds(c)
		}
		r = with(shorter(token.FindAllString(r[i].Value[start:], -1), try))
	}
	return r
}

// few is how many tokens are looked at one by one: each costs a request.
const few = 100

// shorter makes a text as short as it can be and still hold: its end and its start are
// cut away by halves, and of a text that is short then each part is tried.
func shorter(tokens []string, holds func([]string) bool) []string {
	n := sort.Search(len(tokens), func(n int) bool { return holds(tokens[:n]) })
	tokens = tokens[:n]
	n = sort.Search(len(tokens), func(n int) bool { return holds(tokens[len(tokens)-n:]) })
	tokens = tokens[len(tokens)-n:]
	if len(tokens) <= few {
		return list1(tokens, func(candidates [][]string) []bool { return first(candidates, holds) })
	}
	if same := slices.Repeat([]string{"a"}, len(tokens)); holds(same) {
		return same
	}
	return tokens
}

// first tries one candidate after the other until one holds: those behind it are not
// asked for, and each costs a request.
func first[T any](candidates []T, holds func(T) bool) []bool {
	verdicts := make([]bool, len(candidates))
	for i, c := range candidates {
		if verdicts[i] = holds(c); verdicts[i] {
			break
		}
	}
	return verdicts
}

// token is what is not cut in two: a nonce with its letter, an escape, a character.
var token = regexp.MustCompile(`(?s)NONCE[a-e]?|%u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[nr]|&#x?[0-9a-fA-F]+;|.`)
