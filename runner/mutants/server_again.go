package mutants

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// returnMutants go wrong with those who come back only at times, or with many.
func returnMutants() []ServerMutant {
	return []ServerMutant{
		{Name: "doubles-when-many-return", Requirement: "serve.resume.no-duplicate", Sentence: "When four come back within 100 ms, the fourth gets its first event twice.", Wrap: whenManyReturn(4, func(b []byte) []byte { return append(b, b...) })},
		{Name: "loses-when-many-return", Requirement: "serve.resume.no-gap", Sentence: "When four come back within 100 ms, the fourth misses its first event.", Wrap: whenManyReturn(4, func([]byte) []byte { return nil })},
		{Name: "gap-at-a-random-moment", Requirement: "serve.resume.no-gap", Sentence: "One in six who come back misses the first event that follows the replay.", Wrap: gapAtRandom(6)},
		{Name: "replay-of-four", Requirement: "serve.resume.no-gap", Sentence: "A replay goes back no further than four events.", Wrap: shortHistory(4)},
		{Name: "third-return-starts-early", Requirement: "serve.resume.no-duplicate", Sentence: "Who comes back for the third time within a second gets the event with the id again.", Wrap: thirdReturn},
		{Name: "replay-in-two-halves", Requirement: "serve.resume.in-order", Sentence: "One in five who come back gets the second event before the first.", Wrap: halvesAtRandom(5)},
	}
}

// soakMutants go wrong only after a while.
func soakMutants() []ServerMutant {
	return []ServerMutant{
		{Name: "ids-start-anew-late", Requirement: "serve.ids.unique", Sentence: "After sixty events a stream's ids come again.", Wrap: renumbered(func(n int64) int64 { return (n-1)%60 + 1 })},
		{Name: "every-fortieth-lost", Requirement: "serve.soak.no-gap", Sentence: "Every fortieth event is sent to nobody.", Wrap: onBlock(func(b []byte) []byte {
			if sequenceOf(b)%40 == 0 {
				return nil
			}
			return b
		})},
		{Name: "ids-go-back-late", Requirement: "serve.soak.forward", Sentence: "After each fifty events the ids go back by thousands, to numbers not yet given.", Wrap: renumbered(func(n int64) int64 { return 1_000_000 - n/50*2000 + n%50 })},
		{Name: "stream-stalls-late", Requirement: "serve.soak.steady", Sentence: "After a second and a half, every stream says nothing for 2.5 s.", Wrap: stallsAfter(1500*time.Millisecond, 2500*time.Millisecond)},
	}
}

// returns tells whether the request is one of a client that comes back.
func returns(r *http.Request) bool { return ours.MatchString(r.Header.Get("Last-Event-ID")) }

// onComingBack makes a change for each stream of a client that comes back; nil
// changes nothing.
func onComingBack(begin func(*http.Request) func([]byte) []byte) func(http.Handler) http.Handler {
	return perStream(func(r *http.Request) func([]byte) []byte {
		if returns(r) {
			if change := begin(r); change != nil {
				return change
			}
		}
		return func(b []byte) []byte { return b }
	})
}

// firstOnly changes the first event, and no other.
func firstOnly(of func([]byte) []byte) func([]byte) []byte {
	done := false
	return func(b []byte) []byte {
		if done {
			return b
		}
		done = true
		return of(b)
	}
}

// whenManyReturn changes the first event of the n-th client that comes back
// within 100 ms.
func whenManyReturn(n int, of func([]byte) []byte) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		var mu sync.Mutex
		var recent []time.Time
		return onComingBack(func(*http.Request) func([]byte) []byte {
			mu.Lock()
			defer mu.Unlock()
			now := time.Now()
			recent = append(recent, now)
			if len(recent) < n || now.Sub(recent[len(recent)-n]) > 100*time.Millisecond {
				return nil
			}
			recent = nil
			return firstOnly(of)
		})(h)
	}
}

// chance is true once in n times, in an order that is the same in each run.
func chance(n int) func() bool {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(uint64(n), 1)) //nolint:gosec // not for secrets
	return func() bool {
		mu.Lock()
		defer mu.Unlock()
		return random.IntN(n) == 0
	}
}

// gapAtRandom loses the first event that was made after one client in n came back.
func gapAtRandom(n int) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		var latest atomic.Int64 // the latest event that anybody got
		noted := onBlock(func(b []byte) []byte {
			latest.Store(max(latest.Load(), sequenceOf(b)))
			return b
		})(h)
		hit := chance(n)
		return onComingBack(func(*http.Request) func([]byte) []byte {
			if !hit() {
				return nil
			}
			live, lost := latest.Load(), false
			return func(b []byte) []byte {
				if !lost && sequenceOf(b) > live {
					lost = true
					return nil
				}
				return b
			}
		})(noted)
	}
}

// shortHistory replays the latest n events at most.
func shortHistory(n int64) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		var latest atomic.Int64
		noted := onBlock(func(b []byte) []byte {
			latest.Store(max(latest.Load(), sequenceOf(b)))
			return b
		})(h)
		return onComingBack(func(*http.Request) func([]byte) []byte {
			oldest := latest.Load() - n
			return func(b []byte) []byte {
				if sequenceOf(b) <= oldest {
					return nil
				}
				return b
			}
		})(noted)
	}
}

// thirdReturn sends the event that the client had to each third that comes back
// within a second.
func thirdReturn(h http.Handler) http.Handler {
	inclusive := replayInclusive(h) // without an id it only remembers the blocks
	var mu sync.Mutex
	var recent []time.Time
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !returns(r) {
			inclusive.ServeHTTP(w, r)
			return
		}
		mu.Lock()
		now := time.Now()
		recent = append(recent, now)
		third := len(recent) >= 3 && now.Sub(recent[len(recent)-3]) < time.Second
		if third {
			recent = nil
		}
		mu.Unlock()
		if third {
			inclusive.ServeHTTP(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// halvesAtRandom swaps the first two events of one client in n that comes back.
func halvesAtRandom(n int) func(http.Handler) http.Handler {
	hit := chance(n)
	return onComingBack(func(*http.Request) func([]byte) []byte {
		if !hit() {
			return nil
		}
		i := 0
		var held []byte
		return func(b []byte) []byte {
			switch i++; i {
			case 1:
				held = b
				return nil
			case 2:
				return append(b, held...)
			}
			return b
		}
	})
}

// sequenceOf is the number of an event of the ticker.
func sequenceOf(b []byte) int64 {
	_, number, _ := strings.Cut(idOf(b), "-")
	n, _ := strconv.ParseInt(number, 10, 64)
	return n
}

// renumbered gives the events of every stream other numbers.
func renumbered(number func(n int64) int64) func(http.Handler) http.Handler {
	return onBlock(func(b []byte) []byte {
		return append(fmt.Appendf(nil, "id: n-%d\n", number(sequenceOf(b))), withoutID(b)...)
	})
}

// stallsAfter holds all events of a stream back for a time, once.
func stallsAfter(start, stall time.Duration) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			began := time.Now()
			var held bytes.Buffer
			h.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
				held.Write(b)
				if age := time.Since(began); age >= start && age < start+stall {
					return nil
				}
				_, err := held.WriteTo(w)
				return err
			}}, r)
		})
	}
}
