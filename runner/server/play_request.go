package server

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// request is what a step sends.
func (p *probe) request(s cases.Step) (request, error) {
	r := p.server.base()
	r.last = s.Request != ""
	if s.HTTP != "" {
		r.version = s.HTTP
	}
	if s.Method != "" && s.Method != r.method {
		r.method, r.body = s.Method, nil
		r.fields = without(r.fields, "Content-Type") // it was the body's
	}
	for _, name := range s.Without {
		r.fields = without(r.fields, name)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Header)) {
		value, err := p.value(s.Header[name])
		if err != nil {
			return r, fmt.Errorf("the value of %s: %w", name, err)
		}
		r.fields = set(r.fields, name, value)
	}
	return r, nil
}

// base is the request for the stream.
func (s *Server) base() request {
	return request{method: s.opts.Method, url: s.target, version: "1.1", fields: s.fields, body: s.opts.Body}
}

// value is the text or the bytes of a header field of a step.
func (p *probe) value(i cases.Item) (string, error) {
	switch {
	case i.Bytes != nil:
		return string(i.Bytes), nil
	case i.Repeat != nil:
		return i.Repeat.String(), nil
	case i.Text != nil:
		return cases.Expand(*i.Text, p.lookUp)
	}
	return "", nil
}

// lookUp is what a template stands for.
func (p *probe) lookUp(ref cases.TemplateRef) (string, error) {
	var events []transcript.Event
	if visits := p.names[ref.Conn]; len(visits) > 0 {
		events = visits[0].snapshot().Events
	}
	i := ref.Index
	if i < 0 {
		i = len(events) - 1
	}
	if i < 0 || i >= len(events) {
		return "", fmt.Errorf("%s has shown %d events, and event number %d is asked for", ref.Conn, len(events), max(i, 0))
	}
	return map[string]string{
		"lastEventId": events[i].LastEventID, "event": events[i].Type, "data": events[i].Data,
	}[ref.Member], nil
}
