package mutants

import (
	"bytes"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// crowdMutants serve a few well, and go wrong with some of many.
func crowdMutants() []ServerMutant {
	return []ServerMutant{
		{Name: "seventh-gets-503", Requirement: "serve.fanout.served", Sentence: "The seventh subscriber at the same time gets 503.", Wrap: atOnce(6)},
		{Name: "seventh-gets-no-answer", Requirement: "serve.fanout.served", Sentence: "The seventh subscriber at the same time is never answered.", Wrap: waitsBeyond(6)},
		{Name: "one-in-eight-misses-every-fifth", Requirement: "serve.fanout.same-events", Sentence: "One subscriber in eight misses every fifth event.", Wrap: oneIn(8, dropsEvery(5))},
		{Name: "one-in-four-gets-doubles", Requirement: "serve.fanout.same-events", Sentence: "One subscriber in four gets every fifth event twice.", Wrap: oneIn(4, doublesEvery(5))},
		{Name: "half-get-another-order", Requirement: "serve.fanout.same-events", Sentence: "Half of the subscribers get every fifth event after the sixth.", Wrap: oneIn(2, swapsEvery(5))},
		{Name: "one-in-eight-gets-mixed-data", Requirement: "serve.fanout.same-events", Sentence: "One subscriber in eight gets some events with the data of others.", Wrap: oneIn(8, spoilsEvery(4))},
		{Name: "one-in-eight-misses-without-ids", Requirement: "serve.fanout.same-events", Sentence: "The events have no ids, and one subscriber in eight misses every fifth.", Wrap: func(h http.Handler) http.Handler {
			return oneIn(8, dropsEvery(5))(onBlock(withoutID)(h))
		}},
		{Name: "newcomer-costs-an-event", Requirement: "serve.fanout.same-events", Sentence: "While somebody comes, those who came just before miss an event.", Wrap: newcomerCosts},
		{Name: "one-in-eight-gets-nothing", Requirement: "serve.fanout.none-starved", Sentence: "One subscriber in eight gets no event at all.", Wrap: oneIn(8, stopsAfter(0))},
		{Name: "one-in-four-falls-silent", Requirement: "serve.fanout.none-starved", Sentence: "One subscriber in four gets four events and then none.", Wrap: oneIn(4, stopsAfter(4))},
		{Name: "idle-reader-blocks-many", Requirement: "serve.fanout.slow-reader", Sentence: "One lock is held while any subscriber is written to.", Serve: oneLock},
		{Name: "reset-ends-neighbours", Requirement: "serve.fanout.resets", Sentence: "A subscriber that leaves takes the eight with it that came before.", Wrap: endsNeighbours(8)},
		{Name: "resets-stop-the-stream", Requirement: "serve.fanout.resets", Sentence: "When a subscriber leaves, every second one gets no event for five seconds, and those are lost.", Wrap: leavingSilences(5 * time.Second)},
		{Name: "leavers-keep-their-places", Requirement: "serve.fanout.resets", Sentence: "The place of a subscriber that left is not given to another.", Wrap: leaks(12)},
	}
}

// A change makes of an event's block what one subscriber gets.
type change func(b []byte) []byte

// oneIn changes the events of one stream in n.
func oneIn(n int64, begin func() change) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		var streams atomic.Int64
		return perStreamBlocks(func() change {
			if streams.Add(1)%n != 0 {
				return func(b []byte) []byte { return b }
			}
			return begin()
		})(h)
	}
}

// perStreamBlocks is perStream for blocks with and without an id: all but
// comments and retry.
func perStreamBlocks(begin func() change) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				h.ServeHTTP(w, r)
				return
			}
			change := begin()
			h.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
				if bytes.Contains(b, []byte("data: ")) {
					b = change(bytes.Clone(b))
				}
				_, err := w.Write(b)
				return err
			}}, r)
		})
	}
}

// every makes a change to the n-th event, the 2n-th and so on.
func every(n int, of change) func() change {
	return func() change {
		i := 0
		return func(b []byte) []byte {
			if i++; i%n == 0 {
				return of(b)
			}
			return b
		}
	}
}

func dropsEvery(n int) func() change {
	return every(n, func([]byte) []byte { return nil })
}

func doublesEvery(n int) func() change {
	return every(n, func(b []byte) []byte { return append(b, b...) })
}

func spoilsEvery(n int) func() change {
	return every(n, func(b []byte) []byte { return bytes.Replace(b, []byte("data: "), []byte("data: of another "), 1) })
}

// swapsEvery sends every n-th event after the next one.
func swapsEvery(n int) func() change {
	return func() change {
		i := 0
		var held []byte
		return func(b []byte) []byte {
			if i++; i%n == 0 {
				held = b
				return nil
			}
			b, held = append(b, held...), nil
			return b
		}
	}
}

func stopsAfter(n int) func() change {
	return func() change {
		i := 0
		return func(b []byte) []byte {
			if i++; i > n {
				return nil
			}
			return b
		}
	}
}

// waitsBeyond answers nobody beyond n at the same time.
func waitsBeyond(n int64) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		var now atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer now.Add(-1)
			if now.Add(1) > n {
				<-r.Context().Done()
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

// newcomerCosts drops the next event of the four streams before one that begins.
func newcomerCosts(h http.Handler) http.Handler {
	var mu sync.Mutex
	var latest []*atomic.Bool
	return perStreamBlocks(func() change {
		mine := new(atomic.Bool)
		mu.Lock()
		for _, other := range latest {
			other.Store(true)
		}
		latest = append(latest[max(0, len(latest)-3):], mine)
		mu.Unlock()
		started := false
		return func(b []byte) []byte {
			if mine.Swap(false) && started {
				return nil
			}
			started = true
			return b
		}
	})(h)
}

// endsNeighbours ends, with each stream whose client leaves, the n that began
// before it.
func endsNeighbours(n int) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		var mu sync.Mutex
		var latest []*gate
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			g := newGate(r)
			defer g.end()
			mu.Lock()
			neighbours := latest
			latest = append(latest[max(0, len(latest)-n+1):len(latest):len(latest)], g)
			mu.Unlock()
			h.ServeHTTP(w, r.WithContext(g.ctx))
			if r.Context().Err() == nil {
				return
			}
			for _, other := range neighbours {
				other.end()
			}
		})
	}
}

// leavingSilences loses the events of every second stream for a time after a
// client has left.
func leavingSilences(d time.Duration) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		var until atomic.Int64
		began := time.Now()
		silenced := oneIn(2, func() change {
			return func(b []byte) []byte {
				if int64(time.Since(began)) < until.Load() {
					return nil
				}
				return b
			}
		})(h)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			silenced.ServeHTTP(w, r)
			if r.Context().Err() != nil {
				until.Store(int64(time.Since(began) + d))
			}
		})
	}
}
