package mutants

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

// redirectFaults: where a redirect leads.
func redirectFaults() []clientFault {
	return []clientFault{
		{"301-not-followed", "request.redirect.follow", "does not follow 301", notFollowed(http.StatusMovedPermanently)},
		{"302-not-followed", "request.redirect.follow", "does not follow 302", notFollowed(http.StatusFound)},
		{"303-not-followed", "request.redirect.follow", "does not follow 303", notFollowed(http.StatusSeeOther)},
		{"307-not-followed", "request.redirect.follow", "does not follow 307", notFollowed(http.StatusTemporaryRedirect)},
		{"308-not-followed", "request.redirect.follow", "does not follow 308", notFollowed(http.StatusPermanentRedirect)},
		{"follows-300-and-305", "response.status", "follows any 3xx with a Location", func(r *refclient.Rules) {
			r.IsRedirect = func(response *http.Response) bool {
				return response.StatusCode/100 == 3 && response.Header.Get("Location") != ""
			}
		}},
		{"follows-201", "response.status", "follows a 201 with a Location", func(r *refclient.Rules) {
			isRedirect := r.IsRedirect
			r.IsRedirect = func(response *http.Response) bool {
				return isRedirect(response) || response.StatusCode == http.StatusCreated && response.Header.Get("Location") != ""
			}
		}},
		{"follows-one-redirect", "request.redirect.follow", "follows one redirect", func(r *refclient.Rules) { r.MaxRedirects = 1 }},
		{"follows-at-home-alone", "request.redirect.follow", "follows no redirect to another origin", atHomeAlone},
		{"follows-at-first-alone", "request.redirect.follow", "follows no redirect when it comes back", atFirstAlone},
		{"follows-without-end", "request.redirect.cycles", "follows any number of redirects",
			func(r *refclient.Rules) { r.MaxRedirects = 1000 }},
		{"follows-five-redirects", "request.redirect.limit", "follows five redirects", func(r *refclient.Rules) { r.MaxRedirects = 5 }},
		{"redirect-is-an-error", "request.redirect.follow", "tells an error before it follows a redirect", redirectIsError},
		{"redirect-interpreted", "request.redirect.follow", "interprets the body of a redirect too", redirectInterpreted},
		{"data-url-read", "request.scheme", "reads the stream in a data: URL that it is redirected to", readDataURL},
		{"location-as-it-is", "request.redirect.relative", "follows no relative Location", locations(func(_ *url.URL, to string) (*url.URL, error) {
			u, err := url.Parse(to)
			if err == nil && !u.IsAbs() {
				err = errRefused
			}
			return u, err
		})},
		{"location-from-the-root", "request.redirect.relative", "resolves a relative Location against the root",
			locations(func(base *url.URL, to string) (*url.URL, error) {
				return base.ResolveReference(&url.URL{Path: "/"}).Parse(to)
			})},
		{"location-below-the-url", "request.redirect.relative", "resolves a relative Location as if the URL were a folder",
			locations(func(base *url.URL, to string) (*url.URL, error) { return base.JoinPath("/").Parse(to) })},
		{"location-glued-to-the-host", "request.redirect.relative", "appends a relative Location to the host", locations(func(base *url.URL, to string) (*url.URL, error) {
			if strings.Contains(to, "://") {
				return url.Parse(to)
			}
			return url.Parse(base.Scheme + "://" + base.Host + "/" + strings.TrimPrefix(to, "/"))
		})},
		{"location-of-the-first-url", "request.redirect.relative", "resolves each relative Location against the URL that it was given", locationOfFirst},
		{"fragment-sent", "request.redirect.follow", "sends the fragment of a Location", func(r *refclient.Rules) {
			location := r.Location
			r.Location = func(m *refclient.Machine, response *http.Response) (*url.URL, error) {
				u, err := location(m, response)
				if err == nil && u.Fragment != "" {
					u.Path, u.Fragment = u.Path+"#"+u.Fragment, ""
				}
				return u, err
			}
		}},
		{"no-location-is-a-circle", "request.redirect.no-location", "takes a redirect without a Location for one to itself", func(r *refclient.Rules) {
			redirectsWithout(r)
			r.Location = func(m *refclient.Machine, response *http.Response) (*url.URL, error) {
				return m.Request.URL.Parse(response.Header.Get("Location"))
			}
		}},
		{"bad-location-is-a-circle", "response.network-error", "takes a Location that is no URL for one to itself", func(r *refclient.Rules) {
			location := r.Location
			r.Location = func(m *refclient.Machine, response *http.Response) (*url.URL, error) {
				if to, err := location(m, response); err == nil {
					return to, nil
				}
				return m.Request.URL, nil
			}
		}},
		{"no-location-is-a-network-error", "request.redirect.no-location", "takes a redirect without a Location for a network error", redirectsWithout},
		{"no-location-is-a-stream", "request.redirect.no-location", "interprets the body of a redirect without a Location",
			func(r *refclient.Rules) { r.StatusOK = func(s int) bool { return s == 200 || s/100 == 3 } }},
	}
}

// redirectFieldFaults: what the request after a redirect is like.
func redirectFieldFaults() []clientFault {
	onHop := func(change func(m *refclient.Machine)) func(*refclient.Rules) {
		return func(r *refclient.Rules) {
			rewrite := r.Rewrite
			r.Rewrite = func(m *refclient.Machine, status int, to *url.URL) { rewrite(m, status, to); change(m) }
		}
	}
	return []clientFault{
		{"redirect-turns-into-post", "request.redirect.method", "follows redirects with POST",
			onHop(func(m *refclient.Machine) { m.Request.Method = http.MethodPost })},
		{"redirect-turns-into-head", "request.redirect.method", "asks with HEAD first where a redirect leads", headFirst},
		{"redirect-loses-its-fields", "request.reused", "sends no Accept and no Cache-Control after a redirect", onHop(func(m *refclient.Machine) {
			m.Request.Header.Del("Accept")
			m.Request.Header.Del("Cache-Control")
		})},
		{"redirect-loses-given-fields", "request.options", "does not send the header fields that it was given after a redirect",
			onHop(func(m *refclient.Machine) { dropGiven(m, m.Request.Header) })},
		{"redirect-loses-the-id", "connect.reestablish.last-event-id", "sends no Last-Event-ID after a redirect", onLaterHops(drop("Last-Event-ID"))},
		{"redirect-loses-the-id-elsewhere", "connect.reestablish.last-event-id", "sends no Last-Event-ID to another origin", loseIDElsewhere},
		{"authorization-elsewhere", "secure.client.redirect-credentials", "sends Authorization where a redirect leads to",
			func(r *refclient.Rules) { r.Rewrite = keeping("Authorization", r.Rewrite) }},
		{"cookie-elsewhere", "secure.client.redirect-credentials", "sends a Cookie that it was given where a redirect leads to",
			func(r *refclient.Rules) { r.Rewrite = keeping("Cookie", r.Rewrite) }},
		{"credentials-elsewhere-later", "secure.client.redirect-credentials", "sends credentials when it comes back where a redirect has led to", credentialsLater},
		{"post-kept-after-303", "request.options", "stays with POST after 303", func(r *refclient.Rules) {
			rewrite := r.Rewrite
			r.Rewrite = func(m *refclient.Machine, _ int, to *url.URL) { rewrite(m, http.StatusTemporaryRedirect, to) }
		}},
		{"post-lost-after-307", "request.options", "turns POST into GET after any redirect", func(r *refclient.Rules) {
			rewrite := r.Rewrite
			r.Rewrite = func(m *refclient.Machine, _ int, to *url.URL) { rewrite(m, http.StatusSeeOther, to) }
		}},
		{"body-lost-after-307", "request.options", "sends no body after a redirect", onHop(func(m *refclient.Machine) { m.Request.Body = "" })},
	}
}

func notFollowed(status int) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		isRedirect := r.IsRedirect
		r.IsRedirect = func(response *http.Response) bool { return response.StatusCode != status && isRedirect(response) }
	}
}

// locations resolves a Location in another way.
func locations(resolve func(base *url.URL, to string) (*url.URL, error)) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		r.Location = func(m *refclient.Machine, response *http.Response) (*url.URL, error) {
			return resolve(m.Request.URL, response.Header.Get("Location"))
		}
	}
}

func locationOfFirst(r *refclient.Rules) {
	var first *url.URL
	onBuild(func(m *refclient.Machine, _ *http.Request) {
		if first == nil {
			first = m.Request.URL
		}
	})(r)
	locations(func(_ *url.URL, to string) (*url.URL, error) { return first.Parse(to) })(r)
}

// redirectsWithout takes for a redirect what has no Location, too.
func redirectsWithout(r *refclient.Rules) {
	isRedirect := r.IsRedirect
	r.IsRedirect = func(response *http.Response) bool {
		with := *response
		with.Header = http.Header{"Location": {"/"}}
		return isRedirect(&with)
	}
}

// readDataURL answers the request after such a redirect from the URL itself.
func readDataURL(r *refclient.Rules) {
	location, send := r.Location, r.Send
	var stream *string
	r.Location = func(m *refclient.Machine, response *http.Response) (*url.URL, error) {
		if content, found := strings.CutPrefix(response.Header.Get("Location"), "data:"); found {
			_, content, _ = strings.Cut(content, ",")
			content, _ = url.PathUnescape(content)
			stream = &content
			return m.Request.URL, nil
		}
		return location(m, response)
	}
	r.Send = func(m *refclient.Machine, request *http.Request) (*http.Response, error) {
		if stream == nil {
			return send(m, request)
		}
		body := io.NopCloser(strings.NewReader(*stream))
		stream = nil
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {refclient.MediaType}}, Body: body}, nil
	}
}

func atHomeAlone(r *refclient.Rules) {
	location := r.Location
	r.Location = func(m *refclient.Machine, response *http.Response) (*url.URL, error) {
		to, err := location(m, response)
		if err == nil && !refclient.SameOrigin(m.Request.URL, to) {
			err = errRefused
		}
		return to, err
	}
}

func atFirstAlone(r *refclient.Rules) {
	location := r.Location
	r.Location = func(m *refclient.Machine, response *http.Response) (*url.URL, error) {
		if m.Attempt > 1 {
			return nil, errRefused
		}
		return location(m, response)
	}
}

func redirectIsError(r *refclient.Rules) {
	rewrite := r.Rewrite
	r.Rewrite = func(m *refclient.Machine, status int, to *url.URL) {
		m.ReportError(errRefused, true)
		rewrite(m, status, to)
	}
}

func redirectInterpreted(r *refclient.Rules) {
	location := r.Location
	send := r.Send
	var body io.Reader
	r.Send = func(m *refclient.Machine, request *http.Request) (*http.Response, error) {
		response, err := send(m, request)
		if err == nil && m.IsRedirect(response) {
			content, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20))
			body = strings.NewReader(string(content))
		}
		return response, err
	}
	r.Location = func(m *refclient.Machine, response *http.Response) (*url.URL, error) {
		_ = m.Interpret(m, body)
		return location(m, response)
	}
}

// hops counts the requests of one fetch.
func hops(r *refclient.Rules) *int {
	n := new(int)
	fetch := r.Fetch
	r.Fetch = func(ctx context.Context, m *refclient.Machine) (*http.Response, error) { *n = 0; return fetch(ctx, m) }
	onBuild(func(*refclient.Machine, *http.Request) { *n++ })(r)
	return n
}

// onLaterHops changes the header of requests after a redirect.
func onLaterHops(change func(*refclient.Machine, http.Header)) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		n := hops(r)
		onFields(func(m *refclient.Machine, h http.Header) {
			if *n > 0 {
				change(m, h)
			}
		})(r)
	}
}

func loseIDElsewhere(r *refclient.Rules) {
	home := ""
	atTheStart(func(m *refclient.Machine) { home = m.Request.URL.Host })(r)
	onFields(func(m *refclient.Machine, h http.Header) {
		if m.Request.URL.Host != home {
			h.Del("Last-Event-ID")
		}
	})(r)
}

func headFirst(r *refclient.Rules) {
	n := hops(r)
	send := r.Send
	r.Send = func(m *refclient.Machine, request *http.Request) (*http.Response, error) {
		if *n > 1 {
			head := request.Clone(request.Context())
			head.Method, head.Body, head.ContentLength = http.MethodHead, nil, 0
			response, err := send(m, head)
			if err != nil {
				return nil, err
			}
			_ = response.Body.Close()
		}
		return send(m, request)
	}
}

// keeping lets a field survive a redirect to another origin.
func keeping(name string, rewrite func(*refclient.Machine, int, *url.URL)) func(*refclient.Machine, int, *url.URL) {
	return func(m *refclient.Machine, status int, to *url.URL) {
		values := m.Request.Header.Values(name)
		rewrite(m, status, to)
		for _, v := range values {
			m.Request.Header.Set(name, v)
		}
	}
}

func credentialsLater(r *refclient.Rules) {
	var given http.Header
	atTheStart(func(m *refclient.Machine) { given = m.Request.Header.Clone() })(r)
	onFields(onReturn(func(_ *refclient.Machine, h http.Header) {
		for _, name := range []string{"Authorization", "Cookie"} {
			if v := given.Get(name); v != "" {
				h.Set(name, v)
			}
		}
	}))(r)
}
