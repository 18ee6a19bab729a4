package cases

import (
	"slices"
	"strings"
)

// refused says that a client must not accept the n-th response, from 0, whatever
// its status: it is a network error.
func (c *Case) refused(n int) bool { return !c.readable(n) || c.malformed(n) }

// readable says that a page may read the response of a case that connects
// elsewhere (https://fetch.spec.whatwg.org/#concept-cors-check). Off plain
// HTTP/1.1 no page is at home, so that the server allows them all.
func (c *Case) readable(n int) bool {
	if c.Connect == nil || !c.Connect.Elsewhere || c.HTTP != "" && c.HTTP != HTTP1 {
		return true
	}
	r := c.Connections[n].Respond
	if r == nil {
		return false
	}
	origin := r.values("Access-Control-Allow-Origin")
	if slices.Equal(origin, []string{"*"}) && !c.Connect.WithCredentials {
		return true
	}
	return slices.Equal(origin, []string{"{{page}}"}) &&
		(!c.Connect.WithCredentials || slices.Equal(r.values("Access-Control-Allow-Credentials"), []string{"true"}))
}

// malformed says that the response has a field that HTTP/2 does not allow
// (RFC 9113, section 8.2.2).
func (c *Case) malformed(n int) bool {
	r := c.Connections[n].Respond
	return r != nil && c.overHTTP2() && slices.ContainsFunc(r.Header, func(line HeaderLine) bool {
		return slices.Contains(connectionSpecific, strings.ToLower(line.Name))
	})
}

// connectionSpecific are the fields of a connection and not of a message.
var connectionSpecific = []string{"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"}
