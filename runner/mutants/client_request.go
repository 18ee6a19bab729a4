package mutants

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

// requestFaults: what a client asks with.
func requestFaults() []clientFault {
	return []clientFault{
		{"posts", "request.get", "asks with POST",
			onBuild(func(_ *refclient.Machine, r *http.Request) { r.Method = http.MethodPost })},
		{"sends-a-body", "request.get", "sends a body with its GET", onBuild(func(_ *refclient.Machine, r *http.Request) {
			const body = "{}"
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		})},
		{"posts-when-it-comes-back", "request.reused", "comes back with POST",
			onBuild(later(func(r *http.Request) { r.Method = http.MethodPost }))},
		{"comes-back-to-another-url", "request.reused", "adds a parameter to the URL when it comes back",
			onBuild(later(func(r *http.Request) { r.URL.RawQuery = strings.TrimPrefix(r.URL.RawQuery+"&again=1", "&") }))},
		{"query-lost", "request.reused", "comes back to the URL without its query",
			onBuild(later(func(r *http.Request) { r.URL.RawQuery = "" }))},
		{"query-encoded-anew", "request.get", "takes the query apart, and encodes it in its own way",
			onBuild(func(_ *refclient.Machine, r *http.Request) { r.URL.RawQuery = r.URL.Query().Encode() })},
		{"expects-continue", "request.get", "expects 100 Continue for a request without a body",
			onFields(set("Expect", "100-continue"))},
		{"accepts-nothing", "request.accept.event-stream", "sends no Accept", onFields(drop("Accept"))},
		{"accepts-anything", "request.accept.event-stream", "accepts anything", onFields(set("Accept", "*/*"))},
		{"accepts-html", "request.accept", "accepts HTML alone", onFields(set("Accept", "text/html"))},
		{"accept-lost", "request.reused", "sends no Accept when it comes back", onFields(onReturn(drop("Accept")))},
		{"no-cache-control", "request.no-store", "sends no Cache-Control", onFields(drop("Cache-Control"))},
		{"lets-caches-answer", "request.no-store", "is content with what a cache has kept for an hour",
			onFields(set("Cache-Control", "max-age=3600"))},
		{"cache-control-lost", "request.no-store", "sends no Cache-Control when it comes back", onFields(onReturn(drop("Cache-Control")))},
		{"no-pragma", "request.pragma", "sends no Pragma", onFields(drop("Pragma"))},
		{"answers-itself", "request.no-store", "plays a stream that a cache might keep again, in place of the first return", answerFromCache},
		{"revalidates", "request.no-store", "asks whether the stream it had has changed", revalidate},
		{"id-at-first", "request.first-without-id", "sends the ID 0 when it has none yet", onFields(atFirst(set("Last-Event-ID", "0")))},
		{"begins-with-an-id", "api.last-event-id.initial", "has the ID 0 before a stream has set any",
			atTheStart(func(m *refclient.Machine) { m.LastEventID = "0" })},
		{"empty-id-at-first", "request.first-without-id", "sends an empty Last-Event-ID at first", onFields(atFirst(set("Last-Event-ID", "")))},
	}
}

// optionFaults: what the caller asks for beyond the URL.
func optionFaults() []clientFault {
	return []clientFault{
		{"given-fields-ignored", "request.options", "does not send the header fields that it was given", onFields(dropGiven)},
		{"given-fields-lost", "request.reused", "does not send the header fields that it was given when it comes back",
			onFields(onReturn(dropGiven))},
		{"given-fields-alone", "request.options", "sends none of its own header fields when it was given some",
			onFields(func(_ *refclient.Machine, h http.Header) {
				if given := givenFields(h); len(given) > 0 {
					for _, name := range own {
						h.Del(name)
					}
				}
			})},
		{"given-method-ignored", "request.options", "asks with GET, whatever it was told",
			onBuild(func(_ *refclient.Machine, r *http.Request) { r.Method = http.MethodGet })},
		{"given-method-lost", "request.reused", "comes back with GET, whatever it was told",
			onBuild(later(func(r *http.Request) { r.Method = http.MethodGet }))},
		{"given-body-ignored", "request.options", "does not send the body that it was given",
			onBuild(func(_ *refclient.Machine, r *http.Request) { r.Body, r.ContentLength = nil, 0 })},
		{"given-body-lost", "request.reused", "does not send the body that it was given when it comes back",
			onBuild(later(func(r *http.Request) { r.Body, r.ContentLength = nil, 0 }))},
		{"given-id-ignored", "request.options", "forgets the last event ID that it was given",
			atTheStart(func(m *refclient.Machine) { m.LastEventID = "" })},
		{"given-id-sent-once", "connect.reestablish.id-survives", "sends the last event ID that it was given at first only",
			givenIDOnce},
		{"given-time-ignored", "request.options", "forgets the reconnection time that it was given, and takes a millisecond",
			atTheStart(func(m *refclient.Machine) { m.ReconnectionTime = time.Millisecond })},
	}
}

// own are the fields that the client sends by itself.
var own = []string{"Accept", "Cache-Control", "Pragma", "Accept-Encoding", "User-Agent", "Last-Event-Id"}

func givenFields(h http.Header) (names []string) {
	rest := h.Clone()
	for _, name := range own {
		rest.Del(name)
	}
	for name := range rest {
		names = append(names, name)
	}
	return names
}

func dropGiven(_ *refclient.Machine, h http.Header) {
	for _, name := range givenFields(h) {
		h.Del(name)
	}
}

// onFields changes the header of each request.
func onFields(change func(m *refclient.Machine, h http.Header)) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		fields := r.Fields
		r.Fields = func(m *refclient.Machine) http.Header {
			h := fields(m)
			change(m, h)
			return h
		}
	}
}

func set(name, value string) func(*refclient.Machine, http.Header) {
	return func(_ *refclient.Machine, h http.Header) { h.Set(name, value) }
}

func drop(name string) func(*refclient.Machine, http.Header) {
	return func(_ *refclient.Machine, h http.Header) { h.Del(name) }
}

// onReturn is for every attempt but the first, atFirst for that one.
func onReturn(change func(*refclient.Machine, http.Header)) func(*refclient.Machine, http.Header) {
	return func(m *refclient.Machine, h http.Header) {
		if m.Attempt > 1 {
			change(m, h)
		}
	}
}

func atFirst(change func(*refclient.Machine, http.Header)) func(*refclient.Machine, http.Header) {
	return func(m *refclient.Machine, h http.Header) {
		if m.Attempt == 1 {
			change(m, h)
		}
	}
}

// onBuild changes each request.
func onBuild(change func(m *refclient.Machine, r *http.Request)) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		build := r.Build
		r.Build = func(ctx context.Context, m *refclient.Machine) (*http.Request, error) {
			request, err := build(ctx, m)
			if err == nil {
				change(m, request)
			}
			return request, err
		}
	}
}

// later is for every attempt but the first.
func later(change func(r *http.Request)) func(*refclient.Machine, *http.Request) {
	return func(m *refclient.Machine, r *http.Request) {
		if m.Attempt > 1 {
			change(r)
		}
	}
}

// atTheStart changes what the client begins with.
func atTheStart(change func(m *refclient.Machine)) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		mayConnect := r.MayConnect
		r.MayConnect = func(m *refclient.Machine) bool {
			if m.Attempt == 0 {
				change(m)
			}
			return mayConnect(m)
		}
	}
}

func givenIDOnce(r *refclient.Rules) {
	given := ""
	atTheStart(func(m *refclient.Machine) { given = m.LastEventID })(r)
	onFields(onReturn(func(m *refclient.Machine, h http.Header) {
		if m.LastEventID == given {
			h.Del("Last-Event-ID")
		}
	}))(r)
}

// answerFromCache keeps the first stream and answers the second request with
// it.
func answerFromCache(r *refclient.Rules) {
	var kept bytes.Buffer
	var header http.Header
	body, fetch := r.Body, r.Fetch
	r.Body = func(m *refclient.Machine, response *http.Response) io.Reader {
		if m.Attempt > 1 || !strings.Contains(response.Header.Get("Cache-Control"), "max-age") {
			return body(m, response)
		}
		header = response.Header
		return io.TeeReader(body(m, response), &kept)
	}
	r.Fetch = func(ctx context.Context, m *refclient.Machine) (*http.Response, error) {
		if m.Attempt == 2 && header != nil {
			return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(&kept)}, nil
		}
		return fetch(ctx, m)
	}
}

// revalidate sends the validator of the last response back.
func revalidate(r *refclient.Rules) {
	tag := ""
	check := r.Check
	r.Check = func(m *refclient.Machine, response *http.Response) error {
		tag = response.Header.Get("ETag")
		return check(m, response)
	}
	onFields(func(_ *refclient.Machine, h http.Header) {
		if tag != "" {
			h.Set("If-None-Match", tag)
		}
	})(r)
}
