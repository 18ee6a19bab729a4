package adapter

import "time"

// oneWrite is how many bytes of requests leave as one write, about: a pipe holds no more
// on most systems.
const oneWrite = 64 << 10

// write gives one stream after the other, those that wait together in as few writes as
// can be.
func (w *worker) write() {
	var lines []byte
	for {
		select {
		case <-w.dead:
			return
		case all := <-w.queue:
			var err error
			for more := true; more && err == nil; {
				lines, err = w.requests(lines, all)
				select {
				case all = <-w.queue:
				default:
					more = false
				}
			}
			if err == nil {
				lines, err = w.flush(lines)
			}
			if err != nil {
				// The reader finds out why, or watch does.
				<-w.dead
				return
			}
		}
	}
}

// requests appends the requests, and writes whenever there are enough.
func (w *worker) requests(lines []byte, all []*exchange) (_ []byte, err error) {
	for _, e := range all {
		if lines = w.request(lines, e); len(lines) >= oneWrite {
			if lines, err = w.flush(lines); err != nil {
				return lines, err
			}
		}
	}
	return lines, nil
}

func (w *worker) flush(lines []byte) ([]byte, error) {
	_, err := w.proc.Stdin().Write(lines)
	return lines[:0], err
}

// request appends the line that hands a stream over, unless it was forgotten on the
// way to the writer.
func (w *worker) request(lines []byte, e *exchange) []byte {
	if !w.give(e) {
		return lines
	}
	return e.ask(lines, e.stream)
}

// give notes that a stream is being handed over, unless nobody waits for it any more.
func (w *worker) give(e *exchange) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e.forgotten {
		return false
	}
	e.given, w.progress = true, time.Now()
	return true
}
