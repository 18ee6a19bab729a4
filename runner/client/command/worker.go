package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/process"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A worker is one process of an adapter. It ends with an incident (a crash, a
// breach of the protocol) or because it is closed.
type worker struct {
	proc  *process.Process
	lines *protocol.Lines
	hello protocol.Hello
	queue chan []byte // to the writer

	mu       sync.Mutex
	streams  map[string]*source // also those that are closed
	open     int                // streams whose play is under way
	incident *client.SubjectError
	blamed   bool // a stream was lost with the incident
	closing  bool

	dead chan struct{}
	end  sync.Once
	wg   sync.WaitGroup
}

var errDead = errors.New("the adapter has ended")

func newWorker(proc *process.Process, lines *protocol.Lines) *worker {
	return &worker{proc: proc, lines: lines, queue: make(chan []byte), streams: map[string]*source{}, dead: make(chan struct{})}
}

// greet exchanges the hello within the limit.
func (w *worker) greet(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	stop := context.AfterFunc(ctx, w.proc.Abort)
	_, err := io.WriteString(w.proc.Stdin(), protocol.HelloLine)
	if err == nil {
		var line []byte
		if line, err = w.lines.Next(); err == nil {
			w.hello, err = protocol.ReadHello(line)
		}
	}
	if !stop() {
		return fmt.Errorf("no answer within %v", limit)
	}
	return err
}

// begin reads and writes from now on.
func (w *worker) begin() {
	w.wg.Go(w.read)
	w.wg.Go(w.write)
}

func (w *worker) isDead() bool {
	select {
	case <-w.dead:
		return true
	default:
		return false
	}
}

// connect opens an event source. own says that the process is this source's
// alone.
func (w *worker) connect(ctx context.Context, id string, ask client.Connect, see func(transcript.Observation), own bool) (client.Stream, error) {
	s := &source{worker: w, id: id, see: see, own: own, closed: make(chan struct{}), stderrFrom: w.proc.Stderr().Total()}
	w.mu.Lock()
	w.streams[id] = s
	w.open++
	w.mu.Unlock()
	if err := w.send(ctx, connectRequest(id, ask)); err != nil {
		s.forget()
		return nil, err
	}
	return s, nil
}

// send hands a request to the writer.
func (w *worker) send(ctx context.Context, r request) error {
	line, err := r.line()
	if err != nil {
		return err
	}
	select {
	case w.queue <- line:
		return nil
	case <-w.dead:
		return errDead
	case <-ctx.Done():
		return fmt.Errorf("the adapter does not read its standard input: %w", context.Cause(ctx))
	}
}

func (w *worker) write() {
	for {
		select {
		case <-w.dead:
			return
		case line := <-w.queue:
			if _, err := w.proc.Stdin().Write(line); err != nil {
				<-w.dead // the reader finds out why
				return
			}
		}
	}
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
			w.fail(wrong)
			return
		}
	}
}

// take takes one line; the result says what is wrong with it.
func (w *worker) take(line []byte) (wrong string) {
	var m message
	if err := protocol.Decode(line, &m); err != nil {
		return fmt.Sprintf("the adapter printed a line that is no message: %s (%v)", protocol.Excerpt(line), err)
	}
	if m.Stream == nil {
		return fmt.Sprintf(`the adapter printed a message without "stream": %s`, protocol.Excerpt(line))
	}
	w.mu.Lock()
	s := w.streams[*m.Stream]
	w.mu.Unlock()
	if s == nil {
		return fmt.Sprintf("the adapter spoke of the stream %s, which it was never given", protocol.Excerpt([]byte(*m.Stream)))
	}
	o, err := m.observation()
	if err != nil {
		return fmt.Sprintf("the adapter printed a message that cannot be read: %v: %s", err, protocol.Excerpt(line))
	}
	s.report(o)
	return ""
}

// over is the end of the adapter's output, which is right only once the worker
// is closed.
func (w *worker) over(line []byte, err error) {
	w.mu.Lock()
	closing := w.closing
	w.mu.Unlock()
	switch {
	case closing:
		w.end.Do(func() { close(w.dead) })
	case errors.Is(err, io.EOF), errors.Is(err, os.ErrClosed):
		w.fail("the adapter " + w.proc.Epitaph())
	case errors.Is(err, protocol.ErrHalfLine):
		w.fail(fmt.Sprintf("the adapter %s inside a line: %s", w.proc.Epitaph(), protocol.Excerpt(line)))
	default:
		w.fail("the adapter flooded: " + err.Error())
	}
}

// fail ends the worker with an incident; the first one counts.
func (w *worker) fail(what string) {
	w.proc.Abort()
	w.mu.Lock()
	if w.incident == nil && !w.closing {
		w.incident = &client.SubjectError{What: what, Stderr: w.proc.Stderr().String()}
		w.blamed = w.open > 0
	}
	w.mu.Unlock()
	w.end.Do(func() { close(w.dead) })
}

// incidentWithoutStreams is an incident that no case could be told of.
func (w *worker) incidentWithoutStreams() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.incident == nil || w.blamed {
		return nil
	}
	return w.incident
}

// err is how the worker ended.
func (w *worker) err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.incident == nil {
		return &client.SubjectError{What: "the adapter was ended"}
	}
	return w.incident
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
	}
	_ = w.proc.Close(0)
	w.wg.Wait()
}
