package mutants

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"

	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/spec"
)

// announceFaults: open.
func announceFaults() []clientFault {
	return []clientFault{
		{"opens-silently", "connect.announce", "never says that it is open", noOpen},
		{"opens-at-the-first-byte", "connect.announce.at-headers", "says that it is open at the first byte of the body", openAtFirstByte},
		{"opens-at-the-first-event", "connect.announce.at-headers", "says that it is open at the first event", openAtFirstEvent},
		{"opens-after-the-first-event", "connect.queue-order", "says that it is open after the first event", openAfterFirstEvent},
		{"opens-once", "connect.reestablish.same-way", "says only once that it is open", func(r *refclient.Rules) {
			r.Announce = func(m *refclient.Machine) {
				m.ReportOpen()
				m.Announce = func(*refclient.Machine) {}
			}
		}},
		{"opens-twice", "connect.announce", "says twice that it is open", func(r *refclient.Rules) {
			r.Announce = func(m *refclient.Machine) { m.ReportOpen(); m.ReportOpen() }
		}},
		{"opens-for-each-event", "connect.announce", "says before each event that it is open", func(r *refclient.Rules) {
			r.Announce = func(*refclient.Machine) {}
			r.Dispatch = func(m *refclient.Machine, e spec.Event) { m.ReportOpen(); m.ReportEvent(e) }
		}},
		{"opens-unasked", "connect.announce", "says that it is open when it has asked", func(r *refclient.Rules) {
			noOpen(r)
			onBuild(func(m *refclient.Machine, _ *http.Request) { m.ReportOpen() })(r)
		}},
		{"opens-before-it-fails", "connect.announce", "says that it is open, and looks at the response after that", func(r *refclient.Rules) {
			noOpen(r)
			check := r.Check
			r.Check = func(m *refclient.Machine, response *http.Response) error { m.ReportOpen(); return check(m, response) }
		}},
		{"opens-for-redirects", "connect.announce", "says that it is open for a redirect too", func(r *refclient.Rules) {
			rewrite := r.Rewrite
			r.Rewrite = func(m *refclient.Machine, status int, to *url.URL) { m.ReportOpen(); rewrite(m, status, to) }
		}},
		{"opens-for-103", "connect.announce", "says that it is open for an interim response too", onInterim(func(m *refclient.Machine) error {
			m.ReportOpen()
			return nil
		})},
		{"interim-is-final", "response.informational", "takes an interim response for the final one", onInterim(func(*refclient.Machine) error {
			return &refclient.FailError{Reason: errRefused}
		})},
		{"interim-ends-the-connection", "response.informational", "takes an interim response for a network error",
			onInterim(func(*refclient.Machine) error { return errRefused })},
		{"events-named-open-are-none", "connect.announce", "takes an event of the type open for the state", func(r *refclient.Rules) {
			r.Dispatch = func(m *refclient.Machine, e spec.Event) {
				if e.Type == "open" {
					m.ReportOpen()
					return
				}
				m.ReportEvent(e)
			}
		}},
	}
}

func noOpen(r *refclient.Rules) { r.Announce = func(*refclient.Machine) {} }

func openAtFirstByte(r *refclient.Rules) {
	noOpen(r)
	body := r.Body
	r.Body = func(m *refclient.Machine, response *http.Response) io.Reader {
		return &onFirst{r: body(m, response), do: m.ReportOpen}
	}
}

// onFirst does something when the first byte was read.
type onFirst struct {
	r    io.Reader
	do   func()
	done bool
}

func (f *onFirst) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if n > 0 && !f.done {
		f.done = true
		f.do()
	}
	return n, err
}

func openAtFirstEvent(r *refclient.Rules) {
	opened := false
	r.Announce = func(*refclient.Machine) { opened = false }
	r.Dispatch = func(m *refclient.Machine, e spec.Event) {
		if !opened {
			m.ReportOpen()
		}
		opened = true
		m.ReportEvent(e)
	}
}

func openAfterFirstEvent(r *refclient.Rules) {
	opened := false
	r.Announce = func(*refclient.Machine) { opened = false }
	r.Dispatch = func(m *refclient.Machine, e spec.Event) {
		m.ReportEvent(e)
		if !opened {
			m.ReportOpen()
		}
		opened = true
	}
}

// onInterim does something for each 1xx; an error ends the request.
func onInterim(do func(m *refclient.Machine) error) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		build := r.Build
		r.Build = func(ctx context.Context, m *refclient.Machine) (*http.Request, error) {
			return build(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
				Got1xxResponse: func(int, textproto.MIMEHeader) error { return do(m) },
			}), m)
		}
	}
}
