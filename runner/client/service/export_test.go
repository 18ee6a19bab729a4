package service

import (
	"net/url"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Resource is where a Location points to, below the service's URL.
func Resource(base, location string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	return at(u, location)
}

// Reorder passes comments that are called by their counters through an order
// that awaits first, and returns them as they come out.
func Reorder(first uint64, counters ...uint64) (out []string, err error) {
	o := order{next: first}
	for _, c := range counters {
		n := numbered{counter: c, what: transcript.Observation{Comment: name(c)}, size: 1}
		if err := o.put(n, func(seen transcript.Observation) { out = append(out, seen.Comment) }); err != nil {
			return out, err
		}
	}
	return out, nil
}

func name(c uint64) string { return string(rune('a' + c)) }

// MaxHeld is how many callbacks may come before their turn.
const MaxHeld = maxHeld
