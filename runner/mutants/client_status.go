package mutants

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"

	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/spec"
)

// statusFaults: which status opens a stream, and which is the end.
func statusFaults() []clientFault {
	return []clientFault{
		{"opens-201", "response.status", "takes 201 for 200", opens(http.StatusCreated)},
		{"opens-202", "response.status", "takes 202 for 200", opens(http.StatusAccepted)},
		{"opens-206", "response.status", "takes 206 for 200", opens(http.StatusPartialContent)},
		{"opens-any-2xx", "response.status", "opens with any 2xx but 204 and 205", func(r *refclient.Rules) {
			r.StatusOK = func(s int) bool { return s/100 == 2 && s != http.StatusNoContent && s != http.StatusResetContent }
		}},
		{"opens-any-status", "response.status", "does not look at the status",
			func(r *refclient.Rules) { r.StatusOK = func(int) bool { return true } }},
		{"opens-below-400", "response.status", "opens with any status below 400",
			func(r *refclient.Rules) { r.StatusOK = func(s int) bool { return s < 400 } }},
		{"opens-errors-with-the-right-type", "response.status", "opens with any status if the media type is right", func(r *refclient.Rules) {
			r.Check = func(m *refclient.Machine, response *http.Response) error {
				if m.TypeOK(response.Header) {
					return nil
				}
				return refclient.Sound().Check(m, response)
			}
		}},
		{"returns-after-204", "response.status.204", "takes 204 for the end of a stream", returnsAfter(is(http.StatusNoContent))},
		{"returns-after-404", "response.status", "tries again after 404", returnsAfter(is(http.StatusNotFound))},
		{"returns-after-401", "response.status", "tries again after 401 and 403",
			returnsAfter(is(http.StatusUnauthorized, http.StatusForbidden))},
		{"returns-after-429", "response.status", "tries again after 429", returnsAfter(is(http.StatusTooManyRequests))},
		{"returns-after-503", "response.status", "tries again after 503", returnsAfter(is(http.StatusServiceUnavailable))},
		{"returns-after-5xx", "connect.fail.for-good", "tries again after any 5xx",
			returnsAfter(func(r *http.Response) bool { return r.StatusCode >= 500 })},
		{"returns-after-any-status", "connect.fail.for-good", "tries again after any status",
			returnsAfter(func(r *http.Response) bool { return r.StatusCode != http.StatusOK })},
		{"obeys-retry-after", "connect.fail.for-good", "tries again where a failure has a Retry-After",
			returnsAfter(func(r *http.Response) bool { return r.Header.Get("Retry-After") != "" })},
		{"returns-after-another-type", "connect.fail.for-good", "tries again after another media type",
			returnsAfter(func(r *http.Response) bool { return r.StatusCode == http.StatusOK })},
		{"checks-the-first-status-alone", "connect.reestablish.same-way", "does not look at the status when it comes back",
			unchecked(func(m *refclient.Machine, r *http.Response) bool { return m.Attempt > 1 && m.TypeOK(r.Header) })},
		{"checks-the-first-type-alone", "connect.reestablish.same-way", "does not look at the media type when it comes back",
			unchecked(func(m *refclient.Machine, r *http.Response) bool { return m.Attempt > 1 && m.StatusOK(r.StatusCode) })},
		{"first-failure-forgiven", "connect.fail.for-good", "tries again once after a failure", forgiveFirst},
		{"later-failures-forgiven", "connect.reestablish.same-way", "tries again after a failure, once it was open", forgiveLater},
		{"reads-on-after-204", "response.null-body", "reads what follows the head of a 204 as a stream", relabel("204 No Content")},
		{"reads-on-after-304", "response.null-body", "reads what follows the head of a 304 as a stream", relabel("304 Not Modified")},
	}
}

// bodyOfFailureFaults: what becomes of the body of a failed response.
func bodyOfFailureFaults() []clientFault {
	return []clientFault{
		{"failed-body-interpreted", "response.failed-body", "fails, and then interprets the body", func(r *refclient.Rules) {
			onFailure(r, func(m *refclient.Machine, response *http.Response, err error) {
				m.Fail(m, err)
				m.Rules.Fail = func(*refclient.Machine, error) {} // it has failed once
				_ = m.Interpret(m, response.Body)
			})
		}},
		{"failed-body-interpreted-first", "response.failed-body", "interprets the body of a failed response and then fails",
			func(r *refclient.Rules) {
				onFailure(r, func(m *refclient.Machine, response *http.Response, _ error) { _ = m.Interpret(m, response.Body) })
			}},
		{"failed-body-handed-out", "response.failed-body", "hands out the body of a failed response as a message",
			func(r *refclient.Rules) {
				onFailure(r, func(m *refclient.Machine, response *http.Response, _ error) {
					body, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20))
					m.ReportEvent(spec.Event{Type: spec.DefaultType, Data: string(body)})
				})
			}},
		{"failed-body-waited-for", "connect.fail", "fails when the body of a failed response has ended", func(r *refclient.Rules) {
			onFailure(r, func(_ *refclient.Machine, response *http.Response, _ error) {
				_, _ = io.Copy(io.Discard, response.Body)
			})
		}},
	}
}

// onFailure does something with a failed response, before the client fails.
func onFailure(r *refclient.Rules, do func(m *refclient.Machine, response *http.Response, err error)) {
	check := r.Check
	r.Check = func(m *refclient.Machine, response *http.Response) error {
		err := check(m, response)
		if err != nil {
			do(m, response, err)
		}
		return err
	}
}

func opens(also int) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		r.StatusOK = func(status int) bool { return status == http.StatusOK || status == also }
	}
}

func is(statuses ...int) func(*http.Response) bool {
	return func(r *http.Response) bool { return slices.Contains(statuses, r.StatusCode) }
}

// returnsAfter takes these failures for the end of a connection.
func returnsAfter(matches func(r *http.Response) bool) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		r.Check = func(m *refclient.Machine, response *http.Response) error {
			err := refclient.Sound().Check(m, response)
			if failure, ok := errors.AsType[*refclient.FailError](err); ok && matches(response) {
				return failure.Reason
			}
			return err
		}
	}
}

// unchecked opens these responses, whatever they are.
func unchecked(matches func(m *refclient.Machine, r *http.Response) bool) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		r.Check = func(m *refclient.Machine, response *http.Response) error {
			if matches(m, response) {
				return nil
			}
			return refclient.Sound().Check(m, response)
		}
	}
}

func forgiveFirst(r *refclient.Rules) {
	forgiven := false
	returnsAfter(func(*http.Response) bool {
		again := !forgiven
		forgiven = true
		return again
	})(r)
}

func forgiveLater(r *refclient.Rules) {
	opened := false
	returnsAfter(func(*http.Response) bool { return opened })(r)
	r.Announce = func(m *refclient.Machine) {
		opened = true
		m.ReportOpen()
	}
}

// relabel reads a status as 200, below HTTP, so that bytes after its head are a
// body.
func relabel(status string) func(*refclient.Rules) {
	return onRead(func(b []byte) []byte { return bytes.Replace(b, []byte(" "+status), []byte(" 200 OK"), 1) })
}

// onRead changes what a connection reads.
func onRead(change func([]byte) []byte) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		r.Conn = func(c net.Conn) net.Conn { return &readConn{Conn: c, change: change} }
	}
}

// A readConn changes what is read; it makes nothing longer.
type readConn struct {
	net.Conn
	change func([]byte) []byte
}

func (c *readConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return copy(p, c.change(p[:n])), err
}
