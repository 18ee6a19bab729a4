package mutants

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/spec"
)

// failFaults: what failing for good is.
func failFaults() []clientFault {
	return []clientFault{
		{"fails-silently", "connect.fail", "does not tell that it has failed",
			func(r *refclient.Rules) { r.Fail = func(*refclient.Machine, error) {} }},
		{"fails-twice", "connect.fail", "tells twice that it has failed", func(r *refclient.Rules) {
			r.Fail = func(m *refclient.Machine, err error) { m.ReportError(err, false); m.ReportError(err, false) }
		}},
		{"fails-and-says-it-goes-on", "connect.fail", "says that it goes on when it has failed",
			func(r *refclient.Rules) { r.Fail = func(m *refclient.Machine, err error) { m.ReportError(err, true) } }},
		{"fails-and-holds-on", "connect.fail", "keeps the connection of a failed response", func(r *refclient.Rules) {
			onFailure(r, func(m *refclient.Machine, _ *http.Response, err error) {
				m.Fail(m, err)
				m.Rules.Fail = func(*refclient.Machine, error) {} // it has failed once
				<-m.Open.Done()
			})
		}},
		{"fails-with-an-event", "connect.fail", "hands out an event of the type error when it has failed", func(r *refclient.Rules) {
			r.Fail = func(m *refclient.Machine, err error) {
				m.ReportError(err, false)
				m.ReportEvent(spec.Event{Type: "error", Data: err.Error()})
			}
		}},
	}
}

// closeFaults: what close does not stop.
func closeFaults() []clientFault {
	return []clientFault{
		{"returns-although-closed-while-it-waits", "connect.reestablish.closed-meanwhile", "comes back when it was closed while it waited",
			outlives("wait")},
		{"returns-although-closed", "connect.reestablish.not-closed", "takes close for the end of a stream, and comes back",
			outlives("connection")},
		{"events-after-close", "api.dispatch-not-closed", "hands out the events that have come with the one at which it was closed",
			func(r *refclient.Rules) { r.Dispatch = eventAnyway }},
		{"named-events-after-close", "api.dispatch-not-closed", "hands out events with a type of their own when it is closed", func(r *refclient.Rules) {
			r.Dispatch = func(m *refclient.Machine, e spec.Event) {
				if e.Type == spec.DefaultType {
					m.ReportEvent(e)
					return
				}
				eventAnyway(m, e)
			}
		}},
		{"listens-after-close", "api.dispatch-not-closed", "goes on reading and handing out when it is closed", func(r *refclient.Rules) {
			fetchForLife(r)
			r.Dispatch = eventAnyway
		}},
		{"half-an-event-at-close", "api.close", "hands out what it has of an event when it is closed", halfEventAtClose},
		{"holds-on-after-close", "api.close", "keeps the connection when it is closed", fetchForLife},
		{"waits-for-the-head-after-close", "api.close", "leaves when the response has come if it was closed before", waitForHead},
		{"opens-after-close", "api.close.no-event", "says that it is open when the response comes after it was closed", func(r *refclient.Rules) {
			fetchForLife(r)
			r.Announce = func(m *refclient.Machine) { m.Handlers.Open() }
		}},
		{"fails-after-close", "api.close.no-event", "fails when the response comes after it was closed", func(r *refclient.Rules) {
			fetchForLife(r)
			r.Fail = func(m *refclient.Machine, err error) { m.Handlers.Error(err, false) }
		}},
		{"error-at-close", "api.close.no-event", "tells an error when it is closed", func(r *refclient.Rules) {
			r.Lost = func(m *refclient.Machine, err error) { m.Handlers.Error(err, !m.Closed()) }
		}},
	}
}

// eventAnyway hands out an event, closed or not.
func eventAnyway(m *refclient.Machine, e spec.Event) { m.Handlers.Event(e) }

// fetchForLife does not abort the request at close.
func fetchForLife(r *refclient.Rules) {
	fetch := r.Fetch
	r.Fetch = func(_ context.Context, m *refclient.Machine) (*http.Response, error) { return fetch(m.Life, m) }
}

// outlives goes on when the source was closed during its "connection" or its
// "wait".
func outlives(closedDuring string) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		noted, goesOn := false, false
		note := func(m *refclient.Machine, during string) {
			if !noted && m.Closed() {
				noted, goesOn = true, during == closedDuring
			}
		}
		reestablish, fetch, wait := r.Reestablish, r.Fetch, r.Wait
		r.Reestablish = func(m *refclient.Machine, err error) {
			note(m, "connection")
			reestablish(m, err)
			note(m, "wait")
		}
		r.MayConnect = func(m *refclient.Machine) bool { return m.Life.Err() == nil && (!m.Closed() || goesOn) }
		r.Fetch = func(ctx context.Context, m *refclient.Machine) (*http.Response, error) {
			if goesOn {
				ctx = m.Life
			}
			return fetch(ctx, m)
		}
		r.Wait = func(_ context.Context, m *refclient.Machine, d time.Duration) { wait(m.Life, m, d) }
	}
}

// waitForHead aborts a request only when its response has come.
func waitForHead(r *refclient.Rules) {
	fetch := r.Fetch
	r.Fetch = func(_ context.Context, m *refclient.Machine) (*http.Response, error) {
		ctx, cancel := context.WithCancel(m.Life)
		response, err := fetch(ctx, m)
		context.AfterFunc(m.Open, cancel)
		return response, err
	}
}

func halfEventAtClose(r *refclient.Rules) {
	r.Interpret = func(m *refclient.Machine, body io.Reader) error {
		p := newParser(m, func(*rules) {})
		err := p.run(body)
		m.LastEventID = p.lastEventID
		if errors.Is(err, context.Canceled) && len(p.data) > 0 {
			eventAnyway(m, spec.Event{Type: p.typeOf(p), Data: p.dataOf(p), LastEventID: p.lastEventID})
		}
		return err
	}
}
