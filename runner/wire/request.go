package wire

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A request is what a client asked, in any version of HTTP.
type request struct {
	head                  []byte
	method, target, proto string
	header                []transcript.Field
	path                  string // of the target
	body                  []byte
	reused                bool // it is not the first of its connection
	// bad is the status that answers what is no request, and why says what is
	// wrong; 0 for a request.
	bad int
	why string
}

// refuse makes it a bad request; the first reason counts.
func (r *request) refuse(status int, why string) {
	if r.bad == 0 {
		r.bad, r.why = status, why
	}
}

// value is a field's value, its lines joined; ok tells whether there is one.
func (r *request) value(name string) (value string, ok bool) {
	x := transcript.Exchange{Header: r.header}
	return x.Value(name)
}

// lists tells whether a field that is a list has a member.
func lists(fields []transcript.Field, name, member string) bool {
	x := transcript.Exchange{Header: fields}
	for _, value := range x.Values(name) {
		for m := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.Trim(m, " \t"), member) {
				return true
			}
		}
	}
	return false
}

// setTarget takes the path from the target, which may be a whole URL.
func (r *request) setTarget(target string) {
	r.target = target
	r.path, _, _ = strings.Cut(target, "?")
	if strings.HasPrefix(target, "/") {
		return
	}
	if u, err := url.Parse(target); err == nil && u.Host != "" {
		r.path = u.EscapedPath()
	}
}

// below is the path below that of a play, "/" for the play's own.
func (r *request) below(play string) string {
	if rest := strings.TrimPrefix(r.path, play); rest != "" {
		return rest
	}
	return "/"
}

// hostAndPort is the host that the client believes to talk to.
func (r *request) hostAndPort() (name, port string) {
	host, _ := r.value("Host")
	name, port, err := net.SplitHostPort(host)
	if err != nil || strings.ContainsFunc(name, notInHost) {
		return "", ""
	}
	return name, port
}

func notInHost(c rune) bool {
	return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune(".-:_", c))
}

// hasBody tells whether a response of the status has a body.
func hasBody(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}
