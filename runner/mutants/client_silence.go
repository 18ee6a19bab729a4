package mutants

import (
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
			r.Body = func(_ *refclient.Machine, response *http.Response) io.Reader {
				w := watch(response.Body)
				return readerFunc(func(p []byte) (int, error) {
					n, err := response.Body.Read(p)
					if w.Reset(impatience); err != nil {
						w.Stop()
					}
					return n, err
				})
			}
		}},
		{"impatient-for-events", "connect.idle", "takes 300 ms without an event for the end of a connection", func(r *refclient.Rules) {
			var w *time.Timer
			r.Body = func(_ *refclient.Machine, response *http.Response) io.Reader {
				w = watch(response.Body)
				return response.Body
			}
			dispatch := r.Dispatch
			r.Dispatch = func(m *refclient.Machine, e spec.Event) { w.Reset(impatience); dispatch(m, e) }
		}},
		{"impatient-for-the-head", "connect.idle", "takes 300 ms without a response for the end of a connection", func(r *refclient.Rules) {
			r.Transport = func(t *http.Transport) { t.ResponseHeaderTimeout = impatience }
		}},
		{"short-lived", "connect.idle", "ends each connection after 300 ms", func(r *refclient.Rules) {
			r.Body = func(_ *refclient.Machine, response *http.Response) io.Reader {
				watch(response.Body)
				return response.Body
			}
		}},
	}
}

// watch closes a body after a while.
func watch(body io.Closer) *time.Timer {
	return time.AfterFunc(impatience, func() { _ = body.Close() })
}
