package judge

import (
	"fmt"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

const (
	// headAlone: a head that comes so much sooner than the first event did not
	// wait for it.
	headAlone = 20 * time.Millisecond
	// headLate: a head that comes sooner than this says nothing, since an event
	// may happen to come right then.
	headLate = 30 * time.Millisecond
	// headPeriod: in a stream whose events come more often than this, a busy machine
	// makes a head late enough to come with an event now and then.
	headPeriod = 100 * time.Millisecond
)

// headFirst: the head does not wait for the first event.
//
// A head that comes with the first event proves nothing by itself: a server may
// think for a while and then greet. It waited for the event if it came late,
// and that very event came to the witness at the same time; or if it took, each
// time, as long as the stream takes from one event to the next. Two visits at
// least must show it, and none the contrary.
func headFirst(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		witness, err := the(p, k.HeadFirst.Beside)
		if err != nil {
			return err
		}
		visits, waited := []*transcript.Conn{c}, 0
		for _, name := range k.HeadFirst.And {
			other, err := the(p, name)
			if err != nil {
				return err
			}
			visits = append(visits, other)
		}
		for _, v := range visits {
			switch {
			case len(v.Events) == 0:
				return skipped(reports.SkipNotObserved, "%s saw no event, so its head cannot have waited for one", v.Name)
			case v.Events[0].At-v.HeadAt >= headAlone:
				return nil
			case v.HeadAt-v.Request.At >= headLate && (cameTo(witness, v.Events[0]) || tookAPeriod(v)):
				waited++
			}
		}
		if waited < 2 || waited < len(visits) && fast(witness) {
			return nil
		}
		return fmt.Errorf("the head was expected at once; on %d of %d visits it came with the first event, after %s",
			waited, len(visits), (c.HeadAt - c.Request.At).Round(time.Millisecond))
	})
}

// fast tells whether the witness's events came within headPeriod of each other.
func fast(witness *transcript.Conn) bool {
	n := len(witness.Events)
	return n > 1 && (witness.Events[n-1].At-witness.Events[0].At)/time.Duration(n-1) < headPeriod
}

// cameTo tells whether the event came to the witness at the same time.
func cameTo(witness *transcript.Conn, e transcript.Event) bool {
	for _, w := range witness.Events {
		if w.Event == e.Event && (w.At-e.At).Abs() <= headAlone {
			return true
		}
	}
	return false
}

// tookAPeriod tells whether the first event took about as long as the second
// one after it: each connection has a clock of its own, which starts with it.
func tookAPeriod(v *transcript.Conn) bool {
	if len(v.Events) < 2 {
		return false
	}
	first, period := v.Events[0].At-v.Request.At, v.Events[1].At-v.Events[0].At
	return (first - period).Abs() <= period/5
}
