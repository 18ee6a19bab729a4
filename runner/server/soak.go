package server

import (
	"strconv"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A soak makes the digest of a stream in bounded memory.
type soak struct {
	digest transcript.Soak
	headAt time.Duration
	// recent and older hold the latest ids, as hashes; together those of at
	// least maxIDs events.
	recent, older map[uint64]struct{}

	last    string // the id before, clipped
	stem    string // the id before without its number
	number  uint64
	counted bool // the id before has a number
}

// maxIDs is how many ids are remembered at least: one that comes again later
// than that is not noticed.
const maxIDs = 1 << 16

func newSoak(headAt time.Duration) *soak {
	s := &soak{headAt: headAt, recent: map[uint64]struct{}{}}
	s.digest.LastByte, s.digest.LastEvent = headAt, headAt
	return s
}

// bytes takes in an arrival.
func (s *soak) bytes(n int, at time.Duration) {
	d := &s.digest
	d.Bytes += int64(n)
	d.Silence = d.Silence.Longer(d.LastByte, at)
	d.LastByte = at
}

// event takes in an event, whose block begins at offset.
func (s *soak) event(id *string, at time.Duration, offset int64) {
	d := &s.digest
	d.Wait = d.Wait.Longer(d.LastEvent, at)
	if d.Events < transcript.EarlyWaits || d.LastEvent-s.headAt < transcript.EarlyTime {
		d.EarlyWait = max(d.EarlyWait, at-d.LastEvent)
	}
	d.LastEvent = at
	d.Events++
	if id != nil && *id != "" {
		d.IDs++
		s.id(*id, at, offset)
	}
}

// id compares an id with those before.
func (s *soak) id(id string, at time.Duration, offset int64) {
	d := &s.digest
	note := func(count *int64, first **transcript.SoakID) {
		if *count++; *count == 1 {
			*first = &transcript.SoakID{ID: clip(id), Before: s.last, At: at, Event: d.Events, Offset: offset}
		}
	}
	again := s.had(hash(id))
	if again {
		note(&d.Again, &d.FirstAgain)
	}
	stem, number, counted := numbered(id)
	if counted && s.counted && stem == s.stem {
		d.Steps++
		switch {
		case number == s.number+1:
			d.One++
		case number > s.number:
			note(&d.Skipped, &d.FirstSkipped)
		case !again:
			note(&d.Back, &d.FirstBack)
		}
	}
	s.last, s.stem, s.number, s.counted = clip(id), stem, number, counted
}

// had remembers a hash, and tells whether it was there.
func (s *soak) had(h uint64) bool {
	_, is := s.recent[h]
	_, was := s.older[h]
	if len(s.recent) >= maxIDs {
		s.older, s.recent = s.recent, make(map[uint64]struct{}, maxIDs)
	}
	s.recent[h] = struct{}{}
	return is || was
}

// numbered cuts an id into a text and the number at its end.
func numbered(id string) (stem string, number uint64, ok bool) {
	i := len(id)
	for i > 0 && id[i-1] >= '0' && id[i-1] <= '9' {
		i--
	}
	if len(id) > maxID {
		return "", 0, false
	}
	number, err := strconv.ParseUint(id[i:], 10, 64)
	return id[:i], number, err == nil
}
