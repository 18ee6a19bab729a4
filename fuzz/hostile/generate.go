package hostile

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
)

// A generator makes the requests of a run: each known value of each kind alone first,
// then mixtures of several, with texts that are changed and put together at random. The
// same seed and the same facts give the same requests.
type generator struct {
	seed   uint64
	facts  facts
	kinds  []Kind
	values [][]string // of each kind
	first  []Request
}

// together are oddities that mean something only beside each other. A server that takes the
// path as it is where it can looks at the host only where the path has an escape.
func together(f facts) []Request {
	all := slices.Clone(pairs)
	for _, host := range strangeHosts {
		all = append(all, Request{{"host", host}, {"path", escapedPath(f)}})
	}
	return all
}

var pairs = []Request{
	{{"method", "HEAD"}, {"behind", "GET"}},
	{{"method", "OPTIONS"}, {"behind", "GET"}},
	{{"method", "NONCE"}, {"behind", "GET"}},
	{{"version", "1.0"}, {"field", "Connection: keep-alive"}},
	{{"version", "1.0"}, {"without", "Host"}},
	{{"method", "OPTIONS"}, {"field", "Origin: http://NONCE.example"}, {"field", "Access-Control-Request-Method: GET"}},
	{{"behind", "GET"}, {"leave", "body"}},
}

func newGenerator(seed uint64, f facts) *generator {
	g := &generator{seed: seed, facts: f, kinds: Kinds()}
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // not for secrets
	for _, k := range g.kinds {
		values := slices.DeleteFunc(slices.Clone(k.values(f)), func(v string) bool { return k.apply(&draft{}, v) != nil })
		random.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		g.values = append(g.values, values)
	}
	// One of each kind in turn, so that no kind comes late.
	for i, more := 0, true; more; i++ {
		more = false
		for k := range g.kinds {
			if i < len(g.values[k]) {
				g.first = append(g.first, Request{{g.kinds[k].Name, g.values[k][i]}})
				more = true
			}
		}
	}
	g.first = append(g.first, together(f)...)
	return g
}

// request is the one of a number, from 1.
func (g *generator) request(number int) Request {
	if number <= len(g.first) {
		return g.first[number-1]
	}
	random := rand.New(rand.NewPCG(g.seed, uint64(number))) //nolint:gosec // not for secrets
	var r Request
	for _, k := range random.Perm(len(g.kinds))[:2+random.IntN(3)] {
		r = append(r, Oddity{g.kinds[k].Name, g.value(random, k)})
	}
	return r
}

// value is a known value of a kind, or one made of known ones.
func (g *generator) value(random *rand.Rand, k int) string {
	pick := func() string { return g.values[k][random.IntN(len(g.values[k]))] }
	kind, value := g.kinds[k], pick()
	if kind.text == nil || random.IntN(3) == 0 {
		return value
	}
	start := kind.text(value)
	other := pick()
	text := mutate(random, value[start:], other[kind.text(other):])
	for _, changed := range []string{value[:start] + text, value[:start] + url.PathEscape(text)} {
		if kind.apply(&draft{}, changed) == nil {
			return changed
		}
	}
	return value
}

// maxText bounds a text that is put together, in bytes.
const maxText = 8 << 10

// mutate changes a text in one to three ways; other is one to take from.
func mutate(random *rand.Rand, text, other string) string {
	cut := func(s string) (string, string) {
		at := random.IntN(len(s) + 1)
		return s[:at], s[at:]
	}
	for range 1 + random.IntN(3) {
		head, tail := cut(text)
		switch random.IntN(5) {
		case 0:
			_, tail = cut(tail)
			text = head + tail
		case 1:
			text = head + texts[random.IntN(len(texts))] + tail
		case 2:
			_, end := cut(other)
			text = head + end
		case 3:
			text = head + strings.Repeat(tail, 2)
		case 4:
			c := byte(random.IntN(256)) // not CR, LF or another control character, which no legal value has
			if c < ' ' || c == 0x7f {
				c = '\t'
			}
			text = head + string([]byte{c}) + tail
		}
	}
	return text[:min(len(text), maxText)]
}
