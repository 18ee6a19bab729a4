package server

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A request is what an exchange sends.
type request struct {
	method string
	url    *url.URL
	// version is 1.0 or 1.1; HTTP/2 has no use for it.
	version string
	fields  []transcript.Field
	body    []byte
	// last asks the server to close the connection after the response.
	last bool
	// raw, when not nil, is what goes on the wire of HTTP/1 instead of all this.
	raw *Raw
}

// target is the request target in origin form.
func (r request) target() string { return r.url.RequestURI() }

// host is the Host of the request: that of its URL, unless it has another.
func (r request) host() string {
	for _, f := range r.fields {
		if strings.EqualFold(f.Name, "Host") {
			return f.Value
		}
	}
	return r.url.Host
}

// http1 is the request as HTTP/1.x writes it. Values are written as they are:
// what a hostile client could send is the point of some cases.
func (r request) http1() []byte {
	var b bytes.Buffer
	b.WriteString(r.method + " " + r.target() + " HTTP/" + r.version + "\r\n")
	line := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	line("Host", r.host())
	for _, f := range without(r.fields, "Host") {
		line(f.Name, f.Value)
	}
	if len(r.body) > 0 || !slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, r.method) {
		line("Content-Length", strconv.Itoa(len(r.body)))
	}
	if r.last {
		line("Connection", "close")
	}
	b.WriteString("\r\n")
	b.Write(r.body)
	return b.Bytes()
}

// http2 lists the fields as HTTP/2 sends them.
func (r request) http2() []transcript.Field {
	fields := []transcript.Field{
		{Name: ":method", Value: r.method}, {Name: ":scheme", Value: r.url.Scheme},
		{Name: ":authority", Value: r.host()}, {Name: ":path", Value: r.target()},
	}
	for _, f := range without(r.fields, "Host") {
		fields = append(fields, transcript.Field{Name: strings.ToLower(f.Name), Value: f.Value})
	}
	if len(r.body) > 0 {
		fields = append(fields, transcript.Field{Name: "content-length", Value: strconv.Itoa(len(r.body))})
	}
	return fields
}

// set puts a field in the place of all of its name.
func set(fields []transcript.Field, name, value string) []transcript.Field {
	return append(without(fields, name), transcript.Field{Name: name, Value: value})
}

func without(fields []transcript.Field, name string) []transcript.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f transcript.Field) bool {
		return strings.EqualFold(f.Name, name)
	})
}
