package refclient

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// newRequest is the stored request of a new source. Nothing can come of one
// that is wrong in itself, so such a source fails at once: where the network
// error that it would be is known to be futile, the standard allows that.
func newRequest(o Options) (Request, error) {
	r := Request{Method: cmp.Or(o.Method, http.MethodGet), Body: o.Body, Header: http.Header{}}
	u, err := url.Parse(o.URL)
	switch {
	case err != nil:
		return r, err
	case !fetchable(u):
		return r, fmt.Errorf("the URL %q is not one of http: or https: with a host", o.URL)
	case o.HTTP == "2" && u.Scheme != "https", o.HTTP == "h2c" && u.Scheme != "http":
		return r, fmt.Errorf("HTTP version %q is not spoken at a URL of %s", o.HTTP, u.Scheme)
	case o.HTTP != "" && o.HTTP != "1.1" && o.HTTP != "2" && o.HTTP != "h2c":
		return r, fmt.Errorf(`no HTTP version %q; there are "1.1", "2" and "h2c"`, o.HTTP)
	}
	r.URL = u
	r.Header.Set("Accept", MediaType)
	// For the cache mode no-store, https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
	// adds these two.
	r.Header.Set("Cache-Control", "no-cache")
	r.Header.Set("Pragma", "no-cache")
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("User-Agent", "ssecheck reference client")
	for name, values := range o.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return r, fmt.Errorf("no header field can have the name %q", name)
		}
		r.Header.Del(name)
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return r, fmt.Errorf("the header field %s cannot have the value %q", name, value)
			}
			r.Header.Add(name, value)
		}
	}
	r.Header.Del("Last-Event-ID")
	return r, nil
}

func build(ctx context.Context, m *Machine) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, m.Request.Method, m.Request.URL.String(), strings.NewReader(m.Request.Body))
	if err != nil {
		return nil, err
	}
	r.Header = m.Fields(m)
	if user := m.Request.URL.User; user != nil && r.Header.Get("Authorization") == "" {
		password, _ := user.Password()
		r.SetBasicAuth(user.Username(), password)
	}
	return r, nil
}

// fields are those of the stored request and, if there is an ID, Last-Event-ID:
// step 5.3 of
// https://html.spec.whatwg.org/multipage/server-sent-events.html#reestablish-the-connection.
// The stored request itself never has the field: to the letter it would stay
// there once the ID was reset, while the standard's own example wants it gone.
func fields(m *Machine) http.Header {
	h := m.Request.Header.Clone()
	if value, ok := m.IDField(m.LastEventID); ok {
		h.Set("Last-Event-ID", value)
	}
	return h
}

// idField is the ID in UTF-8, which it is in already. What to do with one that
// no header can carry is open (https://github.com/whatwg/html/issues/7363):
// blanks at its ends are left out, since every recipient takes them for no part
// of the value (https://fetch.spec.whatwg.org/#header-value), and with a
// control character in it none is sent, since a recipient may refuse such a
// request each time.
func idField(id string) (value string, ok bool) {
	value = strings.Trim(id, " \t")
	return value, value != "" && httpguts.ValidHeaderFieldValue(value)
}

// fetchable says that Fetch knows how to get a URL
// (https://fetch.spec.whatwg.org/#http-scheme).
func fetchable(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }
