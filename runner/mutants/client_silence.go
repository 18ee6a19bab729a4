package mutants

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/spec"
)

// impatience is how long the silent ones below wait.
const impatience = 300 * time.Millisecond

// silenceFaults: time-outs that the standard does not know.
func silenceFaults() []clientFault {
	return []clientFault{
		{"impatient-for-bytes", "connect.idle", "takes 300 ms of silence for the end of a connection", func(r *refclient.Rules) {
			body := r.Body
			r.Body = func(m *refclient.Machine, response *http.Response) io.Reader {
				w, from := watch(response.Body), body(m, response)
				return readerFunc(func(p []byte) (int, error) {
					n, err := from.Read(p)
					if w.Reset(impatience); err != nil {
						w.Stop()
					}
					return n, err
				})
			}
		}},
		{"impatient-for-events", "connect.idle", "takes 300 ms without an event for the end of a connection", func(r *refclient.Rules) {
			var w *time.Timer
			body, dispatch := r.Body, r.Dispatch
			r.Body = func(m *refclient.Machine, response *http.Response) io.Reader {
				w = watch(response.Body)
				return body(m, response)
			}
			r.Dispatch = func(m *refclient.Machine, e spec.Event) { w.Reset(impatience); dispatch(m, e) }
		}},
		{"impatient-for-the-head", "connect.idle", "takes 300 ms without a response for the end of a connection", func(r *refclient.Rules) {
			send := r.Send
			r.Send = func(m *refclient.Machine, request *http.Request) (*http.Response, error) {
				ctx, cancel := context.WithCancel(request.Context())
				defer time.AfterFunc(impatience, cancel).Stop()
				return send(m, request.WithContext(ctx))
			}
		}},
		{"short-lived", "connect.idle", "ends each connection after 300 ms", func(r *refclient.Rules) {
			body := r.Body
			r.Body = func(m *refclient.Machine, response *http.Response) io.Reader {
				watch(response.Body)
				return body(m, response)
			}
		}},
	}
}

// watch closes a body after a while.
func watch(body io.Closer) *time.Timer {
	return time.AfterFunc(impatience, func() { _ = body.Close() })
}
