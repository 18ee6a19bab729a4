package parser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// An adapter is a persistent adapter. Its streams share one worker. When that
// ends before its time, the streams that it had are suspects: each is played
// again, alone, on a second worker; one that ends a fresh worker is guilty and
// fails, and the others get the verdict that they deserve.
type adapter struct {
	command string
	hello   protocol.Hello
	options Options
	number  atomic.Int64
	turns   turns

	starting runner.Slots // one who looks after the workers at a time
	shared   *worker
	alone    *worker
	starts   int

	mu       sync.Mutex
	last     string   // the incident of last
	problems []string // that could be held against no case
	dropped  int      // problems not kept
}

// keptProblems bounds what Close has to tell.
const keptProblems = 3

func newAdapter(command string, hello protocol.Hello, o Options) *adapter {
	return &adapter{command: command, hello: hello, options: o, starting: runner.NewSlots(1)}
}

func (a *adapter) variants(c *cases.Case) []cases.Variant { return cases.ParserVariants(c) }
func (a *adapter) parallel() int                          { return a.options.InFlight }

// play gives the stream to the shared worker, and to one of its own when the
// shared one ends with it.
func (a *adapter) play(ctx context.Context, limit time.Duration, _ *cases.Case, v cases.Variant) *transcript.Transcript {
	log := transcript.NewLog()
	for {
		w, err := a.sharedWorker(ctx)
		if err != nil {
			return &transcript.Transcript{Broken: err.Error()}
		}
		e := newExchange(a.number.Add(1), v.Chunks, limit)
		before := w.proc.Stderr().Total()
		switch w.do(ctx, e) {
		case answered:
			return a.transcript(log, e, w.proc.Stderr().Since(before))
		case givenUp:
			return givenUpTranscript(ctx)
		}
		if i := w.suspected(e); i != nil {
			return a.playAlone(ctx, log, e, i)
		}
	}
}

// suspected is the incident that ended the worker, if e was a suspect of it; a
// stream that the worker was not given yet is none.
func (w *worker) suspected(e *exchange) *incident {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !e.suspect {
		return nil
	}
	return w.incident
}

// playAlone plays a suspect when its turn has come.
func (a *adapter) playAlone(ctx context.Context, log *transcript.Log, suspect *exchange, i *incident) *transcript.Transcript {
	defer a.turns.leave(suspect)
	select {
	case <-suspect.turn:
	case <-ctx.Done():
		a.cleared(i, true)
		return givenUpTranscript(ctx)
	}
	for {
		w, fresh, err := a.aloneWorker(ctx)
		if err != nil {
			a.cleared(i, true)
			return &transcript.Transcript{Broken: err.Error(), Stderr: i.stderr}
		}
		e := suspect.again()
		before := w.proc.Stderr().Total()
		switch w.do(ctx, e) {
		case answered:
			a.cleared(i, false)
			return a.transcript(log, e, w.proc.Stderr().Since(before))
		case givenUp:
			a.cleared(i, true)
			return givenUpTranscript(ctx)
		}
		if again := w.suspected(e); fresh && again != nil {
			a.cleared(i, true)
			a.cleared(again, true)
			logSends(log, e)
			return &transcript.Transcript{Failed: again.what, Stderr: again.stderr, Entries: log.Entries()}
		} else if again != nil {
			a.cleared(again, true) // it is played once more: on a fresh worker
		}
	}
}

// happened is told the incident that ended a worker, before those who wait for
// its answers are.
func (a *adapter) happened(i *incident, alone bool) {
	i.left = len(i.suspects)
	a.mu.Lock()
	a.last = i.what
	if i.left == 0 && !i.hang && !i.explained {
		a.problem(i.what + ", outside any stream")
	}
	a.mu.Unlock()
	if !alone {
		a.turns.add(i.suspects)
	}
}

// cleared notes that a suspect is through. An incident that none of them
// explains is told at the end; but a hang that does not come again was no more
// than a busy machine.
func (a *adapter) cleared(i *incident, explained bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	i.left--
	i.explained = i.explained || explained
	if i.left == 0 && !i.explained && !i.hang {
		a.problem(fmt.Sprintf("%s, with %d streams open, and not again when each was played alone", i.what, len(i.suspects)))
	}
}

func (a *adapter) problem(text string) {
	if len(a.problems) < keptProblems {
		a.problems = append(a.problems, text)
		return
	}
	a.dropped++
}

// sharedWorker is the worker of all streams, started anew when it has ended.
func (a *adapter) sharedWorker(ctx context.Context) (*worker, error) {
	w, _, err := a.worker(ctx, &a.shared, false)
	return w, err
}

// aloneWorker is the worker of the suspect whose turn it is. It is fresh when
// it was given no stream yet.
func (a *adapter) aloneWorker(ctx context.Context) (w *worker, fresh bool, err error) {
	return a.worker(ctx, &a.alone, true)
}

func (a *adapter) worker(ctx context.Context, place **worker, alone bool) (w *worker, fresh bool, err error) {
	if err := a.starting.Take(ctx); err != nil {
		return nil, false, err
	}
	defer a.starting.Give()
	if *place != nil {
		select {
		case <-(*place).dead:
			(*place).close()
			*place = nil
		default:
			return *place, false, nil
		}
	}
	if a.starts > max(0, a.options.Restarts) {
		a.mu.Lock()
		defer a.mu.Unlock()
		return nil, false, fmt.Errorf("the adapter was started %d times and is not started again; its last end: %s", a.starts, a.last)
	}
	a.starts++
	*place, err = startWorker(ctx, a.command, a.options, func(i *incident) { a.happened(i, alone) })
	return *place, true, err
}

// close ends the workers. The error tells what went wrong outside any case.
func (a *adapter) close() error {
	_ = a.starting.Take(context.Background())
	defer a.starting.Give()
	var wg sync.WaitGroup
	for _, w := range []*worker{a.shared, a.alone} {
		if w != nil {
			wg.Go(w.close)
		}
	}
	wg.Wait()
	a.shared, a.alone = nil, nil
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.problems) == 0 {
		return nil
	}
	text := strings.Join(a.problems, "; ")
	if a.dropped > 0 {
		text += fmt.Sprintf("; and %d more", a.dropped)
	}
	return errors.New(text)
}

// transcript is what came of an exchange that was answered.
func (a *adapter) transcript(log *transcript.Log, e *exchange, stderr string) *transcript.Transcript {
	logSends(log, e)
	t := &transcript.Transcript{Stderr: stderr}
	if e.wrong == nil {
		t.Parsed, e.wrong = e.answer.parsed()
	}
	if e.wrong != nil {
		t.Failed = "the answer is malformed: " + e.wrong.Error()
	} else {
		t.Parsed.ReportsRetry = a.hello.Claims(string(Retry))
		for _, event := range t.Parsed.Events {
			logEvent(log, event)
		}
	}
	t.Entries = log.Entries()
	return t
}

func logSends(log *transcript.Log, e *exchange) {
	for _, chunk := range e.chunks {
		log.Add(reports.Entry{End: transcript.Runner, Kind: "send", Bytes: chunk})
	}
}

func givenUpTranscript(ctx context.Context) *transcript.Transcript {
	return &transcript.Transcript{Broken: overrun(ctx).Error()}
}
