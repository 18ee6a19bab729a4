// Package cases is the corpus: scenarios in YAML, their Go types, the strict
// loader and the variants in which a stream is played.
//
// It plays nothing and judges nothing.
package cases

import (
	"strings"

	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A Suite is one file of the corpus: one theme.
type Suite struct {
	// Suite is the first part of its cases' names, such as fields/data. It is
	// the path of the file without its ending.
	Suite string `yaml:"suite"`
	// Title names the theme.
	Title string `yaml:"title"`
	// Cases are the scenarios, in the order of the file.
	Cases []Case `yaml:"cases"`
	// File is where it was read from, relative to the corpus.
	File string `yaml:"-"`
}

// A Case is one scenario: what is done to the subject, and what must be seen.
// It is of the kind stream, connections, emit or probe, told apart by their key.
type Case struct {
	// Suite is the name of the suite that it stands in.
	Suite string `yaml:"-"`
	// ID is its name within the suite: lower-case words joined by hyphens.
	ID string `yaml:"id"`
	// Title is a sentence.
	Title string `yaml:"title"`
	// Note says why the case exists: the bug it was written after, with a link.
	Note string `yaml:"note,omitempty"`
	// Found says who failed the case first, where a campaign of ssecheck fuzz has found
	// and written it. Such a case is right to expect nothing at all, since it is known
	// that somebody fails it; any other needs an event that must arrive.
	Found string `yaml:"found,omitempty"`
	// Level is the strongest of its requirements' unless the file says otherwise.
	Level requirements.Level `yaml:"level,omitempty"`
	// Requirements are the IDs of what the case demands.
	Requirements []string `yaml:"requirements"`
	// Labels are words to select cases by.
	Labels []string `yaml:"labels,omitempty"`

	// Stream is what the server puts on the one connection, one write an item.
	Stream []Item `yaml:"stream,omitempty"`
	// LineEndings is "any" where every LF may be replaced by CRLF or CR.
	LineEndings string `yaml:"line-endings,omitempty"`
	// Variants restricts the variants: [as-written] where the cut is the point.
	Variants []string `yaml:"variants,omitempty"`
	// Expect is what the subject must make of the stream.
	Expect *Expect `yaml:"expect,omitempty"`
	// Finally says what must hold at the end.
	Finally *Finally `yaml:"finally,omitempty"`

	// HTTP is the version that the connections speak: 1.1 (the default), https
	// (1.1 over TLS), 2 (over TLS) or h2c (2 in cleartext).
	HTTP string `yaml:"http,omitempty" strictyaml:"number"`
	// Certificate is what is wrong with the certificate that the server shows, over
	// TLS: other-authority (one that the client does not know has signed it),
	// other-name (it is another host's) or expired. Without it, nothing is.
	Certificate string `yaml:"certificate,omitempty"`
	// Connect is what the client is asked for beyond the URL.
	Connect *Connect `yaml:"connect,omitempty"`
	// Connections are what the server does with each request of a client.
	Connections []Connection `yaml:"connections,omitempty"`
	// Close says when the client is closed by the case.
	Close *Close `yaml:"close,omitempty"`
	// Watch is how long it must be seen that no further request comes, in a case
	// that ends with the client closed, or waiting for longer than that. Clients
	// that wait longer by nature are watched longer.
	Watch string `yaml:"watch,omitempty"`
	// Facts are what must hold of the EventSource object itself, for clients that
	// have one. Values may hold {{here}} and {{elsewhere}} (the case's URL on its two
	// origins), {{origin}} and {{elsewhere-origin}} (the two origins).
	Facts map[string]string `yaml:"facts,omitempty"`
	// Library is "info" where the standard binds browsers and leaves the matter
	// to other clients: the case's level is info for these.
	Library string `yaml:"library,omitempty"`

	// Emit is what an encoder or a scripted server is asked to emit, item by item.
	// What is handed over must come back from a reader.
	Emit []EmitItem `yaml:"emit,omitempty"`
	// End is how a scripted server ends the stream: close (the default) or hold.
	End string `yaml:"end,omitempty"`
	// Accept are the ways out that are right: exact, rejected, neutralised. Left out,
	// it is exact where the format can carry every item, else rejected and neutralised.
	Accept []string `yaml:"accept,omitempty"`
	// Never is what must not be seen.
	Never []Forged `yaml:"never,omitempty"`
	// Wire are checks of the bytes that were emitted; ssecheck list --checks has them.
	Wire []string `yaml:"wire,omitempty"`
	// Delivery are checks of how a scripted server's stream arrives; ssecheck list
	// --checks has them.
	Delivery []string `yaml:"delivery,omitempty"`

	// Needs names what the stream must show before the case can be judged.
	Needs []string `yaml:"needs,omitempty"`
	// Probe is what is done, step by step, to a server.
	Probe []Step `yaml:"probe,omitempty"`
	// Check is what must hold of the transcript.
	Check []Check `yaml:"check,omitempty"`

	sides []string // of its requirements, in the order first met
	at    place
}

// place is where a case stands, for the errors of lint.
type place struct {
	file         string
	line, column int
	source       string
}

// A Kind tells the cases apart by what is done to the subject.
type Kind string

const (
	// KindStream: bytes in, events out.
	KindStream Kind = "stream"
	// KindConnections: what a client does over one or several connections.
	KindConnections Kind = "connections"
	// KindEmit: events in, bytes out, events again.
	KindEmit Kind = "emit"
	// KindProbe: a black-box visit to a server.
	KindProbe Kind = "probe"
)

// Kind is the case's kind.
func (c *Case) Kind() Kind {
	switch {
	case c.Probe != nil:
		return KindProbe
	case c.Connections != nil:
		return KindConnections
	case c.Emit != nil:
		return KindEmit
	}
	return KindStream
}

// Name is the case's address: suite/id.
func (c *Case) Name() string { return c.Suite + "/" + c.ID }

// Area is the first part of the case's name.
func (c *Case) Area() string {
	area, _, _ := strings.Cut(c.Suite, "/")
	return area
}

// Sides are the sides of the case's requirements, each once, and the client's in
// any case of the kind connections.
func (c *Case) Sides() []string { return c.sides }

// Position is where the case stands: its file, relative to the corpus, and the
// line of its id. The line is 0 for a case that was not read from a file.
func (c *Case) Position() (file string, line int) { return c.at.file, c.at.line }
