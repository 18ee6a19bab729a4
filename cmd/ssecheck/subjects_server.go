package main

import "net/url"

// isServerURL tells whether a text is a URL at which a server can be visited.
func isServerURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}
