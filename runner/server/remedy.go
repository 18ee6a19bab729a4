package server

import (
	"net/http"
	"strings"
)

// remedy is what to do where no HTTP response came: what is the matter shows in
// the error's words alone, since most of it is said by the server.
func (s *Server) remedy(problem string) string {
	says := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(problem, w) {
				return true
			}
		}
		return false
	}
	switch {
	case says("tls: certificate required", "tls: bad certificate", "tls: unknown certificate", "tls: handshake failure"):
		return "show a certificate that the server trusts with --cert and --key"
	case says("failed to verify certificate", "x509:"):
		return "trust the server's own CA with --cacert, or any certificate with --insecure"
	case says("first record does not look like a TLS handshake"):
		return "write http:// instead of https://, or take the port that speaks TLS"
	case says("looked like an HTTP/1.1 header"):
		return "it speaks HTTP/1.1; leave --http h2c out"
	case s.dialer.unixSocket != "":
		return "start the server, or check the path " + s.dialer.unixSocket
	}
	return "start the server, or check the host, the port and http or https"
}

// remedyFor is what to do about a response that is no event stream.
func (s *Server) remedyFor(status int) string {
	switch {
	case status == http.StatusNoContent:
		return "it has no stream to give now; try again when it has"
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "give it credentials with -H 'Authorization: Bearer ${TOKEN}' or the like"
	case status == http.StatusMethodNotAllowed:
		return "give the method that it takes with -X"
	case status == http.StatusNotAcceptable:
		return "name what it can send with -H 'Accept: application/json, text/event-stream' or the like"
	case status == http.StatusUnsupportedMediaType:
		return "say what the body is with -H 'Content-Type: ...'"
	case (status == http.StatusBadRequest || status == http.StatusUnprocessableEntity) && s.opts.Method != http.MethodGet:
		return "look into the answer for what is wrong with --body or a header field"
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return "it takes no more visitors now; try again later, with fewer --connections"
	case status/100 == 2:
		return "give the URL of its event stream"
	case status >= 500:
		return "look into the server's own log"
	}
	return "check the path of the URL"
}
