package pretty

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/ssecheck/ssecheck/reports"
)

// redrawn is how often the line of a Progress is drawn at most.
const redrawn = 50 * time.Millisecond

// clear goes to the begin of the line and erases it.
const clear = "\r\x1b[K"

// Progress is one line on a terminal that says how far a run has come. It draws
// itself when something happens, starts no goroutine, and is gone after Stop. A
// nil Progress shows nothing. Its methods may be called by many goroutines.
type Progress struct {
	mu      sync.Mutex
	w       io.Writer
	width   int
	now     func() time.Time
	drawn   time.Time
	stopped bool

	total, done int
	tally       tally
	subject     string // whose case was the last
}

// NewProgress shows progress on a terminal of so many columns. Callers give it
// standard error, and only when that is a terminal and no CI system's log.
func NewProgress(w io.Writer, width int) *Progress {
	if width <= 0 {
		width = DefaultWidth
	}
	return &Progress{w: w, width: width, now: time.Now}
}

// Begin says how many cases will be played, on all subjects together.
func (p *Progress) Begin(cases int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = cases
	p.draw(true)
}

// Result counts one more case of a subject.
func (p *Progress) Result(subject string, r reports.Result) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.subject = reports.Line(subject)
	p.tally.add(r)
	p.draw(p.done == p.total)
}

// Stop erases the line. It may be called more than once, and nothing is drawn
// after it.
func (p *Progress) Stop() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stopped && !p.drawn.IsZero() {
		_, _ = io.WriteString(p.w, clear)
	}
	p.stopped = true
}

// draw draws the line, unless that was done a moment ago. That the terminal is
// gone is no reason to end the run, so errors are ignored.
func (p *Progress) draw(always bool) {
	now := p.now()
	if p.stopped || (!always && now.Sub(p.drawn) < redrawn) {
		return
	}
	p.drawn = now
	_, _ = io.WriteString(p.w, clear+ansi.Truncate(p.text(), p.width-1, "…"))
}

func (p *Progress) text() string {
	counts := fmt.Sprintf("%d/%d", p.done, p.total)
	for _, c := range []struct {
		n    int
		word string
	}{{p.tally.fail, "failed"}, {p.tally.known, "known"}, {p.tally.skip, "skipped"}, {p.tally.error, "broken"}} {
		if c.n > 0 {
			counts += fmt.Sprintf("  %d %s", c.n, c.word)
		}
	}
	if p.subject != "" {
		counts += "  " + p.subject
	}
	return counts
}
