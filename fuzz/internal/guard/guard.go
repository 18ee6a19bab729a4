// Package guard calls code that may panic, hang or take more memory than there is.
package guard

import (
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"time"
)

// A Bound is what a call may take.
type Bound struct {
	// Time is real time: a call that loops for ever can be noticed in no other way.
	Time time.Duration
	// Memory is how many bytes may be allocated, those included that are given back.
	Memory uint64
}

// A Failure is how a call failed. The zero Failure is of one that did not.
type Failure struct {
	// Word says what happened, in one sentence without a subject: "panicked: no data".
	Word string
	// Stack is where it panicked, from there down to what f called.
	Stack string
	// Hung says that the call did not return; it goes on, since Go cannot end it.
	Hung bool
}

// tries are how often a call must have taken too much memory: what else goes on in the
// process at the same time allocates, too.
const tries = 3

// Call calls f, several times where it takes too much memory.
func Call(f func(), b Bound) Failure {
	var last Failure
	for range tries {
		before := allocated()
		if last = call(f, b.Time); last.Word != "" {
			return last
		}
		taken := allocated() - before
		if taken <= b.Memory {
			return Failure{}
		}
		last.Word = fmt.Sprintf("allocated %d KiB, which is out of proportion: %d KiB would be very much", taken>>10, b.Memory>>10)
	}
	return last
}

func call(f func(), limit time.Duration) Failure {
	done := make(chan Failure, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- Failure{Word: fmt.Sprintf("panicked: %v", p), Stack: stack(string(debug.Stack()))}
			}
		}()
		f()
		done <- Failure{}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case failure := <-done:
		return failure
	case <-timer.C:
		return Failure{Word: fmt.Sprintf("did not return within %v", limit), Hung: true}
	}
}

// stack is the stack from the panic down to what f called.
func stack(whole string) string {
	_, below, found := strings.Cut(whole, "\npanic(")
	if !found {
		return whole
	}
	const frame = 2 // lines
	lines := strings.Split(below, "\n")
	lines = lines[min(frame, len(lines)):]
	for i, line := range lines {
		if strings.HasPrefix(line, "github.com/ssecheck/ssecheck/fuzz/internal/guard.call") {
			return strings.Join(lines[:max(0, i-frame)], "\n")
		}
	}
	return strings.Join(lines, "\n")
}

// allocated is how many bytes the process has allocated so far.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}
