package transcript

import (
	"fmt"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/reports"
)

// The two ends of the wire, as [reports.Entry.End] names them.
const (
	Runner  = "runner"
	Subject = "subject"
)

// Bounds of a log: a subject that floods costs no more than this.
const (
	MaxEntries = 512
	MaxBytes   = 64 << 10
)

// A Log writes down what is sent and seen, stamped with the time since it was
// begun. It keeps the first [MaxEntries] entries and [MaxBytes] bytes, and
// counts what came after. Its methods may be called by many goroutines at once.
type Log struct {
	begun  time.Time
	silent bool

	mu      sync.Mutex
	entries []reports.Entry
	size    int
	left    int // entries not kept
}

// NewLog begins a log now.
func NewLog() *Log { return &Log{begun: time.Now()} }

// NewSilentLog begins a log that keeps nothing, for those who ask a subject so often that
// it would be the writing down that takes the time.
func NewSilentLog() *Log { return &Log{begun: time.Now(), silent: true} }

// Begun is when the log was begun: what is stamped elsewhere with the time since
// then can be laid beside its entries.
func (l *Log) Begun() time.Time { return l.begun }

// Now is the time since the log was begun.
func (l *Log) Now() time.Duration { return time.Since(l.begun) }

// Add writes an entry. The log keeps a reference to e.Bytes, which must not
// change any more; e.AtMS is set here.
func (l *Log) Add(e reports.Entry) {
	if l.silent {
		return
	}
	at := time.Since(l.begun)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fullLocked() {
		l.left++
		return
	}
	e.AtMS = float64(at.Microseconds()) / 1000
	e.Bytes, e.Text = clip(e.Bytes, MaxBytes-l.size), clip(e.Text, MaxBytes-l.size)
	l.size += len(e.Bytes) + len(e.Text)
	l.entries = append(l.entries, e)
}

// Full reports whether further entries are only counted.
func (l *Log) Full() bool {
	if l.silent {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fullLocked()
}

func (l *Log) fullLocked() bool { return len(l.entries) >= MaxEntries || l.size >= MaxBytes }

// Entries returns what was written so far, in order of time.
func (l *Log) Entries() []reports.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := append([]reports.Entry(nil), l.entries...)
	if l.left > 0 {
		all = append(all, reports.Entry{
			AtMS: float64(time.Since(l.begun).Microseconds()) / 1000,
			End:  Runner, Kind: "bound",
			Text: fmt.Sprintf("%d more entries were not kept", l.left),
		})
	}
	return all
}

// clip returns at most n bytes of s.
func clip[T ~[]byte | ~string](s T, n int) T {
	if len(s) > n {
		return s[:n]
	}
	return s
}
