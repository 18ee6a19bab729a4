package main

import (
	"net/url"
	"regexp"

	"github.com/ssecheck/ssecheck/runner/server"
)

// isServerURL tells whether a text is a URL at which a server can be visited.
func isServerURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// named is NAME=URL; a URL's own = comes after a slash or a colon.
var named = regexp.MustCompile(`^([^=:/?#]+)=(.*)$`)

// hops reads --via. The secrets are what its URLs take from the environment.
func (a *app) hops(f *runFlags) (hops []server.Hop, secrets []string, err error) {
	if len(f.server.via) > 0 && len(f.targets) > 1 {
		return nil, nil, usageError("--via stands for one server behind a proxy, and --target names %d; play them one by one", len(f.targets))
	}
	taken := map[string]bool{}
	for _, text := range f.server.via {
		var hop server.Hop
		hop.URL = text
		if parts := named.FindStringSubmatch(text); parts != nil {
			hop.Name, hop.URL = parts[1], parts[2]
		}
		address, values, err := a.expandURL(hop.URL)
		if err != nil {
			return nil, nil, usageError("--via %s: %w", text, err)
		}
		if !isServerURL(address) {
			return nil, nil, usageError("--via %q is no URL of the stream behind a proxy; write it as NAME=http://HOST:PORT/PATH", text)
		}
		hop.URL = address
		if hop.Name == "" {
			u, _ := url.Parse(address)
			hop.Name = u.Host
		}
		if taken[hop.Name] {
			return nil, nil, usageError("--via: two hops are called %s; give each a name: NAME=URL", hop.Name)
		}
		taken[hop.Name] = true
		hops, secrets = append(hops, hop), append(secrets, values...)
	}
	return hops, secrets, nil
}
