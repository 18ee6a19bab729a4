package hostile

import (
	"regexp"
	"slices"
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
		tokens := list1(token.FindAllString(r[i].Value[start:], -1), func(candidates [][]string) []bool { return first(candidates, try) })
		r = with(tokens)
	}
	return r
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
