package server

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// An intake takes in the body of one response: it notes when bytes arrive,
// undoes the content coding, and decodes the events.
type intake struct {
	visit   *visit
	source  io.Reader // what the decoder is fed with
	decoder *spec.PushDecoder
	ids     idScan
	events  bool // the body may be an event stream
	decoded int64
	// heard is what the decoder says between two events, until it is noted.
	heard transcript.Conn
	// soak, of the survey, goes on when the record is full.
	soak  *soak
	full  bool
	kinds map[spec.FindingKind]bool // those in the record, once it is full
}

// errEnough ends a visit that has met one of our bounds.
var errEnough = errors.New("ssecheck stopped reading")

func newIntake(v *visit, wire exchange) *intake {
	in := &intake{visit: v, events: true}
	in.decoder = spec.NewPushDecoder(
		spec.WithMaxLine(maxText), spec.WithMaxEvent(maxText),
		spec.WithFindings(func(f spec.Finding) { in.heard.Findings = append(in.heard.Findings, f) }),
		spec.WithComments(func(text []byte) { in.heard.Comments = append(in.heard.Comments, string(text)) }),
		spec.WithRetries(func(ms int64) { in.heard.Retries = append(in.heard.Retries, ms) }))
	if c := v.snapshot(); c.Name == cases.Survey {
		in.soak = newSoak(c.HeadAt)
	}
	in.source = in.undo(&arrivals{wire: wire, visit: v})
	return in
}

// undo returns the body without its content coding. A coding that we do not
// know leaves the bytes as they are, and nothing to decode in them.
func (in *intake) undo(body io.Reader) io.Reader {
	c := in.visit.snapshot()
	coding := strings.ToLower(strings.Join(c.Values("Content-Encoding"), ","))
	switch coding {
	case "", "identity":
		return body
	case "gzip", "x-gzip":
		return &lateGzip{body: &ending{Reader: body}}
	}
	in.events = false
	in.visit.update(func(c *transcript.Conn) {
		c.Undecodable = fmt.Sprintf("Content-Encoding: %s is none that was offered, and the events in it cannot be read", coding)
	})
	return body
}

// take decodes the bytes and notes what they bring. It tells whether the
// stream now stands inside a block.
func (in *intake) take(p []byte) (pending bool) {
	in.decoded += int64(len(p))
	if in.soak != nil {
		in.soak.bytes(len(p), in.visit.since())
	}
	if !in.events {
		return false
	}
	in.decoder.Push(p)
	in.ids.push(p)
	in.note()
	return in.ids.pending()
}

// note moves what the decoder has to the record.
func (in *intake) note() {
	var events []transcript.Event
	at := in.visit.since()
	for {
		view, ok, err := in.decoder.Next()
		if !ok {
			in.refuse(err)
			break
		}
		own := in.ids.take()
		if in.soak != nil {
			in.soak.event(own.id, at, own.offset)
		}
		if !in.full {
			events = append(events, transcript.Event{Event: view.Event(), At: at, OwnID: own.id})
		}
	}
	in.keep(events)
	in.heard = transcript.Conn{}
}

// keep adds to the record, as long as it is not full, and to the digest.
func (in *intake) keep(events []transcript.Event) {
	in.visit.update(func(c *transcript.Conn) {
		if in.soak != nil {
			in.soak.digest.Findings += int64(len(in.heard.Findings))
			digest := in.soak.digest
			c.Soak = &digest
		}
		if in.full {
			in.addKinds(c)
			return
		}
		c.Events = most(c.Events, events)
		c.Findings = most(c.Findings, in.heard.Findings)
		c.Comments = most(c.Comments, in.heard.Comments)
		c.Retries = most(c.Retries, in.heard.Retries)
		if n := len(c.Chunks); n > 0 {
			c.Chunks[n-1].Complete, c.Chunks[n-1].Pending = len(c.Events), in.ids.pending()
		}
	})
}

// addKinds adds to a full record the findings of kinds that it has none of.
func (in *intake) addKinds(c *transcript.Conn) {
	if in.kinds == nil {
		in.kinds = map[spec.FindingKind]bool{}
		for _, f := range c.Findings {
			in.kinds[f.Kind] = true
		}
	}
	for _, f := range in.heard.Findings {
		if !in.kinds[f.Kind] {
			in.kinds[f.Kind] = true
			c.Findings = append(c.Findings, f)
		}
	}
}

// refuse writes down that a line or an event is larger than we read.
func (in *intake) refuse(err error) {
	if err == nil || errors.Is(err, io.EOF) {
		return
	}
	in.events = false
	in.visit.update(func(c *transcript.Conn) { c.Undecodable = err.Error() })
}

// enough says that a bound is met at which nothing more is read. A survey goes
// on, as a digest, when no more than its record is full.
func (in *intake) enough() error {
	in.visit.mu.Lock()
	defer in.visit.mu.Unlock()
	c := &in.visit.record
	switch {
	case in.decoded > maxBody && c.BodyBytes < in.decoded/100:
		c.Undecodable = fmt.Sprintf("%d bytes of the body unfold to more than %d", c.BodyBytes, maxBody)
		return errEnough
	case !in.events && c.Undecodable != "":
		return errEnough
	case in.decoded > maxBody, c.BodyBytes > maxBody,
		len(c.Events) >= transcript.MaxEvents, len(c.Chunks) >= transcript.MaxEvents,
		len(c.Findings) >= transcript.MaxEvents, len(c.Comments) >= transcript.MaxEvents:
		in.full = true
	}
	if in.full && in.soak == nil {
		return errEnough
	}
	return nil
}

// end notes the end of the body.
func (in *intake) end(err error) {
	if in.events && !errors.Is(err, errEnough) && !in.visit.hasLeft() {
		in.decoder.End() // only the server's own end can cut a block off
		in.note()
	}
	if errors.Is(err, errEnough) {
		in.visit.leave(false)
		in.visit.update(func(c *transcript.Conn) { c.EndDetail = err.Error() })
	}
	var corrupt *corruptError
	if errors.As(err, &corrupt) {
		in.visit.update(func(c *transcript.Conn) { c.Undecodable = corrupt.Error() })
		if zip, ok := in.source.(*lateGzip); ok && zip.body.clean {
			err = io.EOF // of the response
		}
	}
	in.visit.ended(err)
}

// most appends up to the bound of a record.
func most[T any](have, more []T) []T {
	return append(have, more[:min(len(more), transcript.MaxEvents-len(have))]...)
}

// arrivals notes each arrival of body bytes.
type arrivals struct {
	wire  exchange
	visit *visit
}

func (a *arrivals) Read(p []byte) (int, error) {
	n, err := a.wire.Read(p)
	if n > 0 {
		a.visit.update(func(c *transcript.Conn) {
			if len(c.Chunks) >= transcript.MaxEvents {
				c.BodyBytes += int64(n)
				return
			}
			c.Chunks = most(c.Chunks, []transcript.Chunk{{At: a.visit.since(), Offset: c.BodyBytes, Len: n}})
			c.BodyBytes += int64(n)
			c.Body = append(c.Body, p[:min(n, transcript.MaxBody-len(c.Body))]...)
		})
	}
	return n, err
}

// A lateGzip reads the gzip header only when there is something to read, so
// that a compressor that withholds it blocks the reader of the body alone.
type lateGzip struct {
	body *ending
	zip  *gzip.Reader
}

// An ending notes how a body ended.
type ending struct {
	io.Reader
	clean bool
}

func (e *ending) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	e.clean = e.clean || errors.Is(err, io.EOF)
	return n, err
}

func (g *lateGzip) Read(p []byte) (int, error) {
	if g.zip == nil {
		zip, err := gzip.NewReader(g.body)
		if err != nil {
			return 0, g.corrupt(err)
		}
		g.zip = zip
	}
	n, err := g.zip.Read(p)
	return n, g.corrupt(err)
}

// corrupt tells what the coding is to blame for. A response that is complete by
// the rules of HTTP, but not by those of gzip, has lost its end.
func (g *lateGzip) corrupt(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) && g.body.clean {
		return &corruptError{errors.New("the response is complete, and its gzip is not: the compressor was not closed")}
	}
	return corrupt(err)
}

// A corruptError says that a body is not what its coding promises.
type corruptError struct{ err error }

func (e *corruptError) Error() string {
	return "Content-Encoding: gzip, but the body is no whole gzip: " + e.err.Error()
}

func corrupt(err error) error {
	header := errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum)
	if header || err != nil && strings.HasPrefix(err.Error(), "flate:") {
		return &corruptError{err}
	}
	return err
}
