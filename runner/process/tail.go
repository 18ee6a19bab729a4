package process

import "sync"

// A Tail keeps the end of what is written to it: at most a fixed number of
// bytes, however much comes. It may be used by many goroutines at once.
type Tail struct {
	mu    sync.Mutex
	kept  []byte
	max   int
	total int64
}

// NewTail keeps at most max bytes.
func NewTail(max int) *Tail { return &Tail{max: max} }

// Write never fails.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total += int64(len(p))
	if len(p) >= t.max {
		t.kept = append(t.kept[:0], p[len(p)-t.max:]...)
		return len(p), nil
	}
	if over := len(t.kept) + len(p) - t.max; over > 0 {
		t.kept = t.kept[:copy(t.kept, t.kept[over:])]
	}
	t.kept = append(t.kept, p...)
	return len(p), nil
}

// Total is how many bytes were written so far.
func (t *Tail) Total() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.total
}

// Since is what was written after the first from bytes, as far as it is kept.
func (t *Tail) Since(from int64) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	fresh := min(t.total-from, int64(len(t.kept)))
	if fresh <= 0 {
		return ""
	}
	return string(t.kept[int64(len(t.kept))-fresh:])
}

// String is all that is kept.
func (t *Tail) String() string { return t.Since(0) }
