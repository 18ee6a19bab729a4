// Package adapter keeps the processes of persistent adapters of the kind that answers
// each line with one: parsers and encoders. It knows lines and processes, and nothing
// of what is asked.
package adapter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ssecheck/ssecheck/runner"
)

// A Pool is a persistent adapter. Its streams share one worker. When that ends before
// its time, the streams that it had are suspects: each is played again, alone, on a
// second worker; one that ends a fresh worker is guilty and fails, and the others get
// the answer that they deserve.
type Pool struct {
	command string
	options Options
	prefix  string // of the streams' names
	read    Reader
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
	leaks    int      // how often memory ran out that no stream alone had taken
}

// keptProblems bounds what Close has to tell.
const keptProblems = 3

// NewPool makes a pool for a command that was found to be an adapter. Prefix begins
// the streams' names; read reads its answers.
func NewPool(command, prefix string, read Reader, o Options) *Pool {
	return &Pool{command: command, options: o.WithDefaults(), prefix: prefix, read: read, starting: runner.NewSlots(1)}
}

// Parallel is how many streams an adapter has at once.
func (p *Pool) Parallel() int { return p.options.InFlight }

// A Reply is what came of a question.
type Reply struct {
	// Answer is the adapter's, and Wrong what is wrong with it, where one came.
	Answer any
	Wrong  error
	// Failed says how the adapter ended over this very stream, Broken why nothing is
	// known of it; with either there is no answer.
	Failed, Broken string
	// GivenUp says that the context ended first.
	GivenUp bool
	// Stderr is what the adapter wrote there meanwhile.
	Stderr string
}

// Ask hands a stream to the shared worker, and to one of its own when the shared one
// ends with it. The limit is counted from when the adapter has it.
func (p *Pool) Ask(ctx context.Context, limit time.Duration, ask Request) Reply {
	return p.AskAll(ctx, limit, []Request{ask})[0]
}

// AskAll is Ask for many streams at once. It is for those who have so many that a
// goroutine and a clock for each would take more time than the adapter does. The replies
// stand in the order of the questions.
func (p *Pool) AskAll(ctx context.Context, limit time.Duration, asks []Request) []Reply {
	replies := make([]Reply, len(asks))
	all := make([]*exchange, len(asks))
	for i, ask := range asks {
		all[i] = newExchange(p.number.Add(1), p.prefix, ask, limit)
	}
	w, err := p.sharedWorker(ctx)
	if err != nil {
		for i := range replies {
			replies[i] = Reply{Broken: err.Error()}
		}
		return replies
	}
	before := w.proc.Stderr().Total()
	outcomes := w.do(ctx, limit, all)
	var wg sync.WaitGroup
	for i, e := range all {
		if outcomes[i] == answered {
			replies[i] = Reply{Answer: e.answer, Wrong: e.wrong, Stderr: w.proc.Stderr().Since(before)}
			continue
		}
		wg.Go(func() { replies[i] = p.unanswered(ctx, w, e, outcomes[i]) })
	}
	wg.Wait()
	return replies
}

// unanswered is what becomes of a stream for which the shared worker had no answer.
func (p *Pool) unanswered(ctx context.Context, w *worker, e *exchange, o outcome) Reply {
	i := w.suspected(e)
	switch {
	case o == givenUp:
		if i != nil { // the worker ended just then, and e is one of its suspects
			p.cleared(i, true)
			p.turns.leave(e)
		}
		return Reply{GivenUp: true}
	case i != nil:
		return p.askAlone(ctx, e, i)
	}
	return p.Ask(ctx, e.limit, e.ask) // it never had the stream
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

// askAlone asks a suspect again when its turn has come.
func (p *Pool) askAlone(ctx context.Context, suspect *exchange, i *incident) Reply {
	defer p.turns.leave(suspect)
	select {
	case <-suspect.turn:
	case <-ctx.Done():
		p.cleared(i, true)
		return Reply{GivenUp: true}
	}
	for {
		w, fresh, err := p.aloneWorker(ctx)
		if err != nil {
			p.cleared(i, true)
			return Reply{Broken: err.Error(), Stderr: i.stderr}
		}
		e := suspect.again()
		before := w.proc.Stderr().Total()
		switch w.do(ctx, e.limit, []*exchange{e})[0] {
		case answered:
			p.cleared(i, false)
			return Reply{Answer: e.answer, Wrong: e.wrong, Stderr: w.proc.Stderr().Since(before)}
		case givenUp:
			p.cleared(i, true)
			return Reply{GivenUp: true}
		}
		if again := w.suspected(e); fresh && again != nil {
			p.cleared(i, true)
			p.cleared(again, true)
			return Reply{Failed: again.what, Stderr: again.stderr}
		} else if again != nil {
			p.cleared(again, true) // it is asked once more: of a fresh worker
		}
	}
}

// happened is told the incident that ended a worker, before those who wait for
// its answers are.
func (p *Pool) happened(i *incident, alone bool) {
	p.mu.Lock()
	i.left += len(i.suspects) // one that was given up may have been cleared already
	p.last = i.what
	if len(i.suspects) == 0 {
		p.unexplained(i, "outside any stream")
	}
	p.mu.Unlock()
	if !alone {
		p.turns.add(i.suspects)
	}
}

// cleared notes that a suspect is through. An incident that none of them
// explains is told at the end; but a hang that does not come again was no more
// than a busy machine.
func (p *Pool) cleared(i *incident, explained bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i.left--
	i.explained = i.explained || explained
	if i.left == 0 {
		p.unexplained(i, fmt.Sprintf("with %d streams open, and not again when each was played alone", len(i.suspects)))
	}
}

// unexplained notes an incident that no stream alone brings about.
func (p *Pool) unexplained(i *incident, when string) {
	switch {
	case i.explained || i.hang:
	case i.memory:
		p.leaks++
	default:
		p.problem(i.what + ", " + when)
	}
}

// Leaks is how often an adapter was ended for the memory that it had taken, where no stream
// alone makes it take so much: it keeps something of each.
func (p *Pool) Leaks() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.leaks
}

func (p *Pool) problem(text string) {
	if len(p.problems) < keptProblems {
		p.problems = append(p.problems, text)
		return
	}
	p.dropped++
}

// sharedWorker is the worker of all streams, started anew when it has ended.
func (p *Pool) sharedWorker(ctx context.Context) (*worker, error) {
	w, _, err := p.worker(ctx, &p.shared, false)
	return w, err
}

// aloneWorker is the worker of the suspect whose turn it is. It is fresh when
// it was given no stream yet.
func (p *Pool) aloneWorker(ctx context.Context) (w *worker, fresh bool, err error) {
	return p.worker(ctx, &p.alone, true)
}

func (p *Pool) worker(ctx context.Context, place **worker, alone bool) (w *worker, fresh bool, err error) {
	if err := p.starting.Take(ctx); err != nil {
		return nil, false, err
	}
	defer p.starting.Give()
	if *place != nil {
		select {
		case <-(*place).dead:
			(*place).close()
			*place = nil
		default:
			return *place, false, nil
		}
	}
	if p.starts > max(0, p.options.Restarts) {
		p.mu.Lock()
		defer p.mu.Unlock()
		return nil, false, fmt.Errorf("the adapter was started %d times and is not started again; its last end: %s", p.starts, p.last)
	}
	p.starts++
	*place, err = startWorker(ctx, p.command, p.options, p.read, func(i *incident) { p.happened(i, alone) })
	return *place, true, err
}

// Close ends the workers. The error tells what went wrong outside any case.
func (p *Pool) Close() error {
	_ = p.starting.Take(context.Background())
	defer p.starting.Give()
	var wg sync.WaitGroup
	for _, w := range []*worker{p.shared, p.alone} {
		if w != nil {
			wg.Go(w.close)
		}
	}
	wg.Wait()
	p.shared, p.alone = nil, nil
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.problems) == 0 {
		return nil
	}
	text := strings.Join(p.problems, "; ")
	if p.dropped > 0 {
		text += fmt.Sprintf("; and %d more", p.dropped)
	}
	return errors.New(text)
}
