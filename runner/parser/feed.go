package parser

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

var (
	errHung    = errors.New("the parser did not come to an end in the time of the case")
	errReading = errors.New("the parser did not come to an end: it goes on reading after the end of the stream")
	errFlooded = errors.New("the parser flooded: it surfaced more than its stream can hold")
)

// Bounds on what one stream may make a parser surface. No right parser comes
// near them: each byte of a stream ends at most one event, comment or
// reconnection time, and becomes at most three; what repeats is the last event
// ID.
const (
	baseSurfaced = 1 << 10 // and growth times the bytes of the stream
	baseOutput   = 64 << 20
	growth       = 8
)

// mostEnds is how often a parser may be told that the stream has ended: one that asks
// again and again hangs, and no clock is needed to see it.
const mostEnds = 1 << 12

// promptly is how long an event may stay out once the parser waits for bytes
// that do not come. A parser that works in the goroutine that reads needs none
// of it; one that hands its lines to another goroutine needs a little.
const promptly = time.Second

// A feed is one play of a function: the reader that gives it one chunk a Read,
// and the sink that takes what it surfaces.
type feed struct {
	log  *transcript.Log
	open bool // no end of file until want events are in
	want int

	mu       sync.Mutex
	chunks   [][]byte
	rest     []byte // of a chunk that did not fit into one Read
	surfaces int    // how often it may still surface something
	room     int    // bytes that it may still surface
	parsed   transcript.Parsed
	arrived  chan struct{} // closed when want events are in
	stop     error         // why the feed was abandoned
	stopped  chan struct{} // closed with it
	told     bool          // the reader has returned stop once
	ends     int           // how often the reader has returned the end of file
	finished bool          // parse returned
	failed   string
}

func newFeed(c *cases.Case, v cases.Variant) *feed {
	f := &feed{
		log: transcript.NewLog(), chunks: v.Chunks, open: v.Open,
		arrived: make(chan struct{}), stopped: make(chan struct{}), surfaces: baseSurfaced, room: baseOutput,
	}
	for _, chunk := range v.Chunks {
		f.surfaces += growth * len(chunk)
		f.room += growth * len(chunk)
	}
	if v.Open {
		f.want = fewestEvents(c.Expect)
	}
	if f.want == 0 {
		close(f.arrived)
	}
	return f
}

// fewestEvents is the length of the shortest right answer.
func fewestEvents(e *cases.Expect) int {
	if e == nil {
		return 0
	}
	answers := e.Answers()
	least := len(answers[0].Events)
	for _, a := range answers {
		least = min(least, len(a.Events))
	}
	return least
}

// run calls the parser and notes how it ended.
func (f *feed) run(parse ParseFunc) {
	defer func() {
		p := recover()
		f.mu.Lock()
		defer f.mu.Unlock()
		if p != nil && f.stop == nil {
			f.failed = fmt.Sprintf("the parser panicked: %v", p)
		}
	}()
	err := parse((*feedReader)(f), (*feedSink)(f))
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stop != nil {
		return
	}
	f.finished = true
	if err != nil {
		word := err.Error()
		f.parsed.Refused = &word
		f.log.Add(reports.Entry{End: transcript.Subject, Kind: "refused", Text: word})
	}
}

// abandon gives the parser up: from now on its reader fails and its sink ends
// the goroutine that calls it.
func (f *feed) abandon(why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.abandonLocked(why)
}

func (f *feed) abandonLocked(why error) {
	if f.stop == nil && !f.finished {
		f.stop = why
		close(f.stopped)
	}
}

// transcript is what the play came to. It is called once run has returned or
// the feed was abandoned.
func (f *feed) transcript() *transcript.Transcript {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := &transcript.Transcript{Entries: f.log.Entries()}
	switch {
	case f.failed != "":
		t.Failed = f.failed
	case f.stop != nil:
		t.Failed = f.stop.Error()
	case !f.finished: // the parser called runtime.Goexit
		t.Failed = "the parser ended its goroutine without an answer"
	default:
		parsed := f.parsed
		t.Parsed = &parsed
	}
	return t
}

// feedReader gives one chunk a Read.
type feedReader feed

// Read returns what is left of the current chunk; an empty chunk is a Read
// that returns nothing, which io.Reader allows.
func (r *feedReader) Read(p []byte) (int, error) {
	f := (*feed)(r)
	f.mu.Lock()
	if f.stop != nil {
		defer f.mu.Unlock()
		return 0, f.refuseLocked()
	}
	if len(p) == 0 {
		f.mu.Unlock()
		return 0, nil
	}
	if len(f.rest) == 0 && len(f.chunks) == 0 {
		f.mu.Unlock()
		return 0, f.end()
	}
	defer f.mu.Unlock()
	if len(f.rest) == 0 {
		f.rest, f.chunks = f.chunks[0], f.chunks[1:]
		f.log.Add(reports.Entry{End: transcript.Runner, Kind: "send", Bytes: f.rest})
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// refuseLocked is a Read after the feed was abandoned: an error the first
// time, and the end of the goroutine for a parser that goes on regardless.
func (f *feed) refuseLocked() error {
	if f.told {
		runtime.Goexit()
	}
	f.told = true
	return f.stop
}

// end is the end of file. An open stream has it only once the expected events
// are in; that they are not is a failure of the parser when it has every byte
// and asks for more.
func (f *feed) end() error {
	if f.open {
		late := time.NewTimer(promptly)
		defer late.Stop()
		select {
		case <-f.arrived:
		case <-f.stopped:
		case <-late.C:
			f.mu.Lock()
			f.abandonLocked(fmt.Errorf("the stream stayed open after its last byte, and only %d of %d events came out: "+
				"the parser waits for more bytes than it needs", len(f.parsed.Events), f.want))
			f.mu.Unlock()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ends++; f.ends > mostEnds {
		f.abandonLocked(errReading)
	}
	if f.stop != nil {
		return f.refuseLocked()
	}
	return io.EOF
}

// feedSink takes what the parser surfaces.
type feedSink feed

// take runs note under the lock, unless the feed was abandoned.
func (s *feedSink) take(size int, note func(f *feed)) {
	f := (*feed)(s)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.surfaces--
	f.room -= size
	if f.room < 0 || f.surfaces < 0 {
		f.abandonLocked(errFlooded)
	}
	if f.stop != nil {
		runtime.Goexit()
	}
	note(f)
}

// Event takes an event.
func (s *feedSink) Event(e spec.Event) {
	s.take(len(e.Type)+len(e.Data)+len(e.LastEventID), func(f *feed) {
		f.parsed.Events = append(f.parsed.Events, e)
		logEvent(f.log, e)
		if f.want > 0 && len(f.parsed.Events) == f.want {
			close(f.arrived)
		}
	})
}

// Retry takes an accepted reconnection time.
func (s *feedSink) Retry(ms int64) {
	s.take(8, func(f *feed) {
		f.parsed.Retry = &ms
		f.log.Add(reports.Entry{End: transcript.Subject, Kind: "retry", Text: fmt.Sprint(ms)})
	})
}

// Comment takes a comment.
func (s *feedSink) Comment(text string) {
	s.take(len(text), func(f *feed) {
		f.parsed.Comments = append(f.parsed.Comments, text)
		f.log.Add(reports.Entry{End: transcript.Subject, Kind: "comment", Text: text})
	})
}

// logEvent writes an event into a transcript.
func logEvent(log *transcript.Log, e spec.Event) {
	if log.Full() { // spares the formatting where a stream has very many
		log.Add(reports.Entry{})
		return
	}
	log.Add(reports.Entry{
		End: transcript.Subject, Kind: "event", Bytes: []byte(e.Data),
		Text: fmt.Sprintf("type %q, last event ID %q", e.Type, e.LastEventID),
	})
}
