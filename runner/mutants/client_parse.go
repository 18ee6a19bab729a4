package mutants

import (
	"io"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/spec"
)

// A clientSink hands what the parser of the mutants finds to a client.
type clientSink struct{ m *refclient.Machine }

func (s clientSink) Event(e spec.Event)  { s.m.Dispatch(s.m, e) }
func (s clientSink) Retry(ms int64)      { s.m.Retry(s.m, ms) }
func (s clientSink) Comment(text string) { s.m.ReportComment(strings.TrimPrefix(text, " ")) }

// parsing puts the parser of the mutants into the client, with a fault of it.
func parsing(inject func(r *rules)) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		r.Interpret = func(m *refclient.Machine, body io.Reader) error {
			p := newParser(m, inject)
			err := p.run(body)
			m.LastEventID = p.lastEventID
			return err
		}
	}
}

// newParser begins with the last event ID that the client has.
func newParser(m *refclient.Machine, inject func(r *rules)) *machine {
	p := &machine{rules: sound(), sink: clientSink{m}, idBuffer: m.LastEventID, lastEventID: m.LastEventID}
	inject(&p.rules)
	return p
}

// reaching are the faults of the parser that reach further than to events: to
// when a client comes back, and with which ID.
var reaching = []string{
	// When it comes back.
	"retry-ignored", "retry-in-seconds", "first-retry-wins", "retry-zero-is-default", "retry-octal", "retry-octal-after-nought",
	"retry-ends-the-block", "retry-at-dispatch", "retry-with-data", "retry-of-half-a-line", "retry-with-a-sign",
	"retry-by-its-start", "retry-by-its-end", "retry-trimmed", "retry-decimal", "retry-hexadecimal", "retry-of-other-scripts",
	"retry-of-any-digits", "retry-without-nul", "retry-unquoted", "bad-retry-is-nought", "bad-retry-is-an-error",
	"empty-retry-is-default", "retry-wraps",
	// With which ID.
	"id-of-one-event", "id-lost-without-data", "first-id-wins", "only-numbers", "ids-are-numbers", "ids-only-rise",
	"id-zero-ignored", "empty-id-ignored", "nul-id-taken", "nul-ends-the-id", "nul-id-empties",
	// What a client may wait for that it need not.
	"waits-after-cr", "waits-for-the-end", "one-event-late", "waits-for-the-next-line",
	// What it may make of pieces, of the end, and of much.
	"crlf-split-adds-a-line", "read-ends-the-line", "read-ends-the-block", "one-event-a-read", "decodes-each-read-alone",
	"dispatches-at-the-end", "dispatches-half-a-line-at-the-end", "dataless-blocks-dispatched",
	"lines-of-4096-dropped", "lines-of-64-kib-are-an-error", "lines-cut-at-64-kib", "few-hundred-events", "thousand-data-lines",
	"cr-ends-no-line", "only-crlf", "bom-kept", "latin-1", "error-ends-the-stream",
}

// parsedFaults are those, in a client.
func parsedFaults() []clientFault {
	var all []clientFault
	for _, f := range ParserFaults() {
		if slices.Contains(reaching, f.Name) {
			all = append(all, clientFault{f.Name, f.Requirement, f.Sentence, parsing(f.inject)})
		}
	}
	return all
}
