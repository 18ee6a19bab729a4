package refclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxRedirects is Fetch's own bound
// (https://fetch.spec.whatwg.org/#http-redirect-fetch, step 8).
const maxRedirects = 20

// fetch asks and follows redirects. Where they led to, the next connection
// begins.
func fetch(ctx context.Context, m *Machine) (*http.Response, error) {
	for redirects := 0; ; redirects++ {
		request, err := m.Build(ctx, m)
		if err != nil {
			return nil, err
		}
		response, err := m.Send(m, request)
		if err != nil {
			return nil, err
		}
		err = m.Wellformed(response)
		if err == nil && !m.IsRedirect(response) {
			return response, nil
		}
		_ = response.Body.Close()
		if err == nil {
			err = m.redirect(response, redirects)
		}
		if err != nil {
			return nil, err
		}
	}
}

// redirect is https://fetch.spec.whatwg.org/#http-redirect-fetch.
func (m *Machine) redirect(r *http.Response, before int) error {
	to, err := m.Location(m, r)
	switch {
	case err != nil:
		return err
	case !fetchable(to):
		return fmt.Errorf("redirected to %q, which cannot be fetched", to)
	case before >= m.MaxRedirects:
		return fmt.Errorf("redirected more than %d times", m.MaxRedirects)
	}
	m.Rewrite(m, r.StatusCode, to)
	m.Request.URL = to
	return nil
}

// isRedirect says that the status is one of Fetch's redirect statuses and that
// there is a Location. Without one the response is meant itself.
func isRedirect(r *http.Response) bool {
	switch r.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return len(r.Header.Values("Location")) > 0
	}
	return false
}

// location is https://fetch.spec.whatwg.org/#concept-response-location-url.
func location(m *Machine, r *http.Response) (*url.URL, error) {
	values := r.Header.Values("Location")
	if len(values) != 1 {
		return nil, fmt.Errorf("redirected to %d places: %q", len(values), values)
	}
	return m.Request.URL.Parse(values[0])
}

// rewrite is steps 11 to 14 of #http-redirect-fetch: a 303, and a 301 or 302
// of a POST, turn into a GET; what is meant for one origin goes to no other.
func rewrite(m *Machine, status int, to *url.URL) {
	r := &m.Request
	moved := status == http.StatusMovedPermanently || status == http.StatusFound
	if moved && r.Method == http.MethodPost ||
		status == http.StatusSeeOther && r.Method != http.MethodGet && r.Method != http.MethodHead {
		r.Method, r.Body = http.MethodGet, ""
		for _, name := range []string{"Content-Encoding", "Content-Language", "Content-Location", "Content-Type"} {
			r.Header.Del(name)
		}
	}
	if !SameOrigin(r.URL, to) {
		r.Header.Del("Authorization")
		r.Header.Del("Cookie")
	}
}

// SameOrigin says that two URLs have scheme, host and port in common.
func SameOrigin(a, b *url.URL) bool {
	port := func(u *url.URL) string {
		switch {
		case u.Port() != "":
			return u.Port()
		case u.Scheme == "https":
			return "443"
		}
		return "80"
	}
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

// connectionSpecific are fields that mean nothing on HTTP/2, where a response
// that has them is malformed
// (https://httpwg.org/specs/rfc9113.html#ConnectionSpecific). net/http looks at
// all else itself.
var connectionSpecific = []string{"Connection", "Proxy-Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade"}

func wellformed(r *http.Response) error {
	if r.ProtoMajor != 2 {
		return nil
	}
	for name, values := range r.Header {
		if slices.Contains(connectionSpecific, name) {
			return fmt.Errorf("the response is malformed: it has the field %s on HTTP/2", name)
		}
		// https://httpwg.org/specs/rfc9113.html#HttpHeaders
		for _, value := range values {
			if value != strings.Trim(value, " \t") {
				return fmt.Errorf("the response is malformed: blanks around the value %q of %s on HTTP/2", value, name)
			}
		}
	}
	return nil
}
