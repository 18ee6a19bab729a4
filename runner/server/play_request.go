package server

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// request is what a step sends.
func (p *probe) request(s cases.Step) (request, error) {
	r := p.server.base()
	if s.Send != nil {
		return p.sent(r, s)
	}
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

// sent is a request that the case gives as it goes on the wire.
func (p *probe) sent(r request, s cases.Step) (request, error) {
	raw := &Raw{Method: s.SendMethod()}
	wait := time.Duration(0)
	for i, item := range s.Send {
		if !item.Writes() {
			wait += item.Wait()
			continue
		}
		part, err := cases.ExpandItem(item, p.lookUp)
		if err != nil {
			return r, fmt.Errorf("send[%d]: %w", i, err)
		}
		raw.Parts, raw.Waits = append(raw.Parts, part), append(raw.Waits, wait)
		wait = 0
	}
	r.raw, r.method, r.fields, r.body = raw, raw.Method, fieldsOf(raw), nil
	return r, nil
}

// fieldsOf are the header fields of a request on the wire, for the record of it.
func fieldsOf(r *Raw) (fields []transcript.Field) {
	head, _, _ := bytes.Cut(bytes.Join(r.Parts, nil), []byte("\r\n\r\n"))
	for i, line := range strings.Split(string(head), "\r\n") {
		if name, value, found := strings.Cut(line, ":"); found && i > 0 {
			fields = append(fields, transcript.Field{Name: name, Value: strings.Trim(value, " \t")})
		}
	}
	return fields
}

// own is a part of the run's own request.
func (s *Server) own(name string) (string, error) {
	r := s.base()
	switch name {
	case cases.OwnTarget:
		return r.target(), nil
	case cases.OwnHost:
		return r.url.Host, nil
	case cases.OwnBody:
		return string(r.body), nil
	}
	name = strings.TrimPrefix(name, cases.OwnField)
	for _, f := range r.fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value, nil
		}
	}
	return "", fmt.Errorf("the run's own request has no field %s; give it with -H", name)
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
	if ref.Own != "" {
		return p.server.own(ref.Own)
	}
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
