package goclient

import (
	"context"
	"io"
	"net/http"
	"runtime/debug"
	"strings"
)

// HTTPClient is net/http's default client in all but its connections, which are
// the source's own; over TLS it speaks HTTP/2 when the server does.
func (c Connect) HTTPClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if c.HTTP == "h2c" {
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetUnencryptedHTTP2(true)
	}
	return &http.Client{Transport: transport}
}

// Request is the request that is asked for, by default a GET.
func (c Connect) Request(ctx context.Context) (*http.Request, error) {
	method := c.Method
	if method == "" {
		method = http.MethodGet
	}
	var body io.Reader
	if c.Body != "" {
		body = strings.NewReader(c.Body)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.URL, body)
	if err != nil {
		return nil, err
	}
	for name, value := range c.Headers {
		request.Header.Set(name, value)
	}
	return request, nil
}

// Version is the version of a module that the program was built with.
func Version(module string) string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path == module {
			return m.Version
		}
	}
	return ""
}
