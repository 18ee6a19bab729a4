package browser

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// foreignSources is how many event sources at once are opened to a host that is
// none of the frames' own: the browser's limit counts for it as for any other.
const foreignSources = 5

// seats are the places for event sources: so many in each frame.
type seats struct {
	frames  []*frame
	total   int64
	all     *semaphore.Weighted
	mu      sync.Mutex
	foreign map[string]*semaphore.Weighted
}

// A frame is a page of an origin of its own.
type frame struct {
	index, free int
	host        string
}

// A seat is taken by one event source, or all are by one that wants no company.
type seat struct {
	frame int
	host  string
	once  sync.Once
	back  func()
}

func newSeats(hosts []string, each int) *seats {
	s := &seats{total: int64(len(hosts) * each), foreign: map[string]*semaphore.Weighted{}}
	s.all = semaphore.NewWeighted(s.total)
	for i, host := range hosts {
		s.frames = append(s.frames, &frame{index: i, free: each, host: host})
	}
	return s
}

// take takes a seat in the frame that has most of them, and waits for one.
// foreign is the host that is connected to when it is none of the frames'.
func (s *seats) take(ctx context.Context, foreign string, alone bool) (*seat, error) {
	weight := int64(1)
	if alone {
		weight = s.total
	}
	elsewhere := s.elsewhere(foreign)
	if err := elsewhere.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	if err := s.all.Acquire(ctx, weight); err != nil {
		elsewhere.Release(1)
		return nil, err
	}
	f := s.freest()
	return &seat{frame: f.index, host: f.host, back: func() {
		s.mu.Lock()
		f.free++
		s.mu.Unlock()
		s.all.Release(weight)
		elsewhere.Release(1)
	}}, nil
}

func (s *seats) freest() *frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	best := s.frames[0]
	for _, f := range s.frames {
		if f.free > best.free {
			best = f
		}
	}
	best.free--
	return best
}

// elsewhere is what bounds the connections to a host; the frames' own are bounded
// by their seats.
func (s *seats) elsewhere(host string) *semaphore.Weighted {
	if host == "" {
		return semaphore.NewWeighted(1)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.foreign[host] == nil {
		s.foreign[host] = semaphore.NewWeighted(foreignSources)
	}
	return s.foreign[host]
}

// leave gives the seat back; more than once is as good as once.
func (s *seat) leave() { s.once.Do(s.back) }
