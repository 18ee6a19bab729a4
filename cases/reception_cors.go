package cases

import "slices"

// readable says that a page may read the n-th response, from 0, of a case that
// connects elsewhere (https://fetch.spec.whatwg.org/#concept-cors-check). What
// is not readable is a network error to it.
func (c *Case) readable(n int) bool {
	if c.Connect == nil || !c.Connect.Elsewhere {
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
