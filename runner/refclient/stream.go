package refclient

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/ssecheck/ssecheck/spec"
)

// interpret reads one event stream. The decoder begins anew with each, but for
// the last event ID, so nothing of an unfinished block lives on.
func interpret(m *Machine, body io.Reader) error {
	options := []spec.Option{
		spec.WithLastEventID(m.LastEventID),
		spec.WithRetries(func(ms int64) { m.Retry(m, ms) }),
	}
	if m.Handlers.Comment != nil {
		options = append(options, spec.WithComments(func(text []byte) { m.ReportComment(string(text)) }))
	}
	d := spec.NewDecoder(body, options...)
	defer func() { m.LastEventID = d.LastEventID() }()
	for {
		event, err := d.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if limit, ok := errors.AsType[*spec.LimitError](err); ok {
			// The server would only send the same again.
			return &FailError{limit}
		}
		if err != nil {
			return err
		}
		m.Dispatch(m, event.Event())
	}
}

// MaxRetry bounds the reconnection time. No timer holds every number that a
// stream may name.
const MaxRetry = 24 * time.Hour

// retry sets the reconnection time, at once.
func retry(m *Machine, ms int64) {
	m.ReconnectionTime = time.Duration(min(ms, MaxRetry.Milliseconds())) * time.Millisecond
}

// reestablish is
// https://html.spec.whatwg.org/multipage/server-sent-events.html#reestablish-the-connection
// as far as the next request.
func reestablish(m *Machine, err error) {
	m.Lost(m, err)
	m.Wait(m.Open, m, m.Delay(m))
}

// wait waits until d after the end of the connection, or until ctx is done.
func wait(ctx context.Context, m *Machine, d time.Duration) {
	timer := time.NewTimer(time.Until(m.Ended.Add(d)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
