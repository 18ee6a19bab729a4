package adapter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/process"
	"github.com/ssecheck/ssecheck/runner/protocol"
)

// A worker is one process of an adapter, after its hello. It is given many
// streams at once. It ends with an incident: a crash, a hang, a breach of the
// protocol; or because it is closed.
type worker struct {
	proc   *process.Process
	lines  *protocol.Lines
	answer Reader
	queue  chan []*exchange // to the writer
	ended  func(*incident)

	mu       sync.Mutex
	open     map[string]*exchange // not answered yet
	ready    []*exchange          // answered, and not handed on yet
	progress time.Time            // when it was last given a stream, or answered one
	incident *incident
	closing  bool
	killed   bool // by close, perhaps inside a line

	dead chan struct{} // closed with the incident, or at the end of its output
	end  sync.Once
	wg   sync.WaitGroup
}

// startWorker starts the adapter and exchanges the hello. ended is told the
// incident that ends the worker, before anybody who waits for an answer is.
func startWorker(ctx context.Context, command string, o Options, answer Reader, ended func(*incident)) (*worker, error) {
	proc, err := process.Start(command)
	if err != nil {
		return nil, err
	}
	w := &worker{
		proc: proc, lines: protocol.NewLines(proc.Stdout(), o.MaxLine), answer: answer, ended: ended,
		queue: make(chan []*exchange), open: map[string]*exchange{}, dead: make(chan struct{}),
	}
	if err := w.hello(ctx, o.StartTimeout); err != nil {
		_ = proc.Close(0)
		a := Attempt{Stderr: proc.Stderr().String()}
		return nil, a.With(fmt.Errorf("the adapter was started and did not answer the hello: %w", err))
	}
	w.wg.Go(w.read)
	w.wg.Go(w.write)
	if o.Memory > 0 {
		w.wg.Go(func() { w.watchMemory(o.Memory) })
	}
	return w, nil
}

// hello exchanges the hello within the limit.
func (w *worker) hello(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	stop := context.AfterFunc(ctx, w.proc.Abort)
	_, err := io.WriteString(w.proc.Stdin(), protocol.HelloLine)
	if err == nil {
		var line []byte
		if line, err = w.lines.Next(); err == nil {
			_, err = protocol.ReadHello(line)
		}
	}
	if !stop() {
		return hung(ctx, limit)
	}
	return err
}

// do hands the worker streams and waits for what comes of each: an answer, or nothing
// because ctx or the worker ended.
func (w *worker) do(ctx context.Context, limit time.Duration, all []*exchange) []outcome {
	outcomes := make([]outcome, len(all))
	w.mu.Lock()
	for _, e := range all {
		w.open[e.stream] = e
	}
	w.mu.Unlock()
	select {
	case w.queue <- all:
		defer time.AfterFunc(limit, func() { w.watch(limit, all) }).Stop()
	case <-w.dead: // as await finds
	case <-ctx.Done():
	}
	for i, e := range all {
		outcomes[i] = w.await(ctx, e)
	}
	return outcomes
}

// await waits for what comes of one stream.
func (w *worker) await(ctx context.Context, e *exchange) outcome {
	select {
	case <-e.done:
		return answered
	case <-ctx.Done():
		w.forget(e)
		return givenUp
	case <-w.dead:
	}
	select {
	case <-e.done: // just before the end
		return answered
	default:
		return lost
	}
}

// forget lets go of a stream that nobody waits for. If it was given, its answer
// may still come.
func (w *worker) forget(e *exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e.forgotten = true
	if !e.given {
		delete(w.open, e.stream)
	}
}

// watch ends a worker that hangs: for as long as a stream may take, none was answered.
// One that still answers others is not disturbed; a stream that it forgot is found when
// it has nothing else left to do.
func (w *worker) watch(limit time.Duration, all []*exchange) {
	w.mu.Lock()
	waiting := slices.ContainsFunc(all, func(e *exchange) bool { return w.open[e.stream] == e && !e.forgotten })
	idle := time.Since(w.progress)
	w.mu.Unlock()
	switch {
	case !waiting:
	case idle < limit:
		time.AfterFunc(limit-idle, func() { w.watch(limit, all) })
	default:
		w.fail(&incident{hang: true, what: fmt.Sprintf("the adapter hung: it answered nothing for %v", limit)})
	}
}

// memoryLook is how often it is looked how much memory a worker takes.
const memoryLook = 100 * time.Millisecond

// watchMemory ends a worker that takes too much.
func (w *worker) watchMemory(limit int64) {
	ticker := time.NewTicker(memoryLook)
	defer ticker.Stop()
	for {
		select {
		case <-w.dead:
			return
		case <-ticker.C:
		}
		if w.proc.Resident() > limit {
			w.fail(&incident{memory: true, what: fmt.Sprintf("the adapter took more than %d MiB of memory", limit>>20)})
			return
		}
	}
}

// fail ends the worker with an incident; the first one counts. The streams that
// it had are the incident's suspects.
func (w *worker) fail(i *incident) {
	w.mu.Lock()
	first := w.incident == nil
	if first {
		w.incident = i
		for _, e := range w.open {
			switch {
			case e.given && !e.forgotten:
				e.suspect = true
				i.suspects = append(i.suspects, e)
			case e.given: // it may be the guilty one, and its case is not green
				i.explained = true
			}
		}
	}
	w.mu.Unlock()
	if !first {
		return
	}
	slices.SortFunc(i.suspects, func(a, b *exchange) int { return int(a.number - b.number) })
	w.proc.Abort()
	i.stderr = w.proc.Stderr().String()
	w.ended(i)
	w.end.Do(func() { close(w.dead) })
}

// close ends the worker and waits until all of it is gone.
func (w *worker) close() {
	w.mu.Lock()
	w.closing = true
	w.mu.Unlock()
	w.proc.CloseStdin()
	select {
	case <-w.dead:
	case <-time.After(process.Grace):
		w.mu.Lock()
		w.killed = true
		w.mu.Unlock()
	}
	_ = w.proc.Close(0)
	w.wg.Wait()
}

// read takes the adapter's lines until there are no more.
func (w *worker) read() {
	for {
		line, err := w.lines.Next()
		if err != nil {
			w.over(line, err)
			return
		}
		if wrong := w.take(line); wrong != "" {
			w.fail(&incident{what: wrong})
			return
		}
		// An answer is handed on when the line behind it, if it is here
		// already, is known to be no breach.
		if !w.lines.Buffered() {
			w.handOn()
		}
	}
}

// handOn gives the answers to those who wait for them. After an incident there is nobody:
// they are suspects, and each has a turn to be asked again, which it must come to.
func (w *worker) handOn() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.incident != nil {
		return
	}
	for _, e := range w.ready {
		delete(w.open, e.stream)
		close(e.done)
	}
	w.ready = w.ready[:0]
}

// take takes one line; the result says what is wrong with it.
func (w *worker) take(line []byte) (wrong string) {
	stream, a, err := w.answer(line)
	if stream == nil {
		return fmt.Sprintf("the adapter printed a line that is no answer: %s (%v)", protocol.Excerpt(line), err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.open[*stream]
	if e == nil || !e.given || e.taken {
		return fmt.Sprintf("the adapter answered for the stream %s, which it was never given or had answered before",
			protocol.Excerpt([]byte(*stream)))
	}
	w.progress = time.Now()
	e.taken, e.answer, e.wrong = true, a, err
	w.ready = append(w.ready, e)
	return ""
}

// over is the end of the adapter's output, which is right only once the worker
// is closed.
func (w *worker) over(line []byte, err error) {
	w.mu.Lock()
	closing, killed := w.closing, w.killed
	w.mu.Unlock()
	switch {
	case killed, closing && (errors.Is(err, io.EOF) || errors.Is(err, os.ErrClosed)):
		w.handOn()
		w.end.Do(func() { close(w.dead) })
	case errors.Is(err, io.EOF):
		w.fail(&incident{what: "the adapter " + w.proc.Epitaph()})
	case errors.Is(err, protocol.ErrHalfLine):
		w.fail(&incident{what: fmt.Sprintf("the adapter %s inside a line: %s", w.proc.Epitaph(), protocol.Excerpt(line))})
	default:
		w.fail(&incident{what: "the adapter flooded: " + err.Error()})
	}
}
