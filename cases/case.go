// Package cases is the corpus: scenarios in YAML, their Go types, the strict
// loader and the variants in which a stream is played.
package cases

import "github.com/ssecheck/ssecheck/spec/requirements"

// A Suite is one file of the corpus: one theme.
type Suite struct {
	// Suite is the first part of its cases' names, such as fields/data.
	Suite string `yaml:"suite"`
	Title string `yaml:"title"`
	Cases []Case `yaml:"cases"`
	// File is where it was read from, relative to the corpus.
	File string `yaml:"-"`
}

// A Case is one scenario: what is done to the subject, and what must be seen.
// It is of the kind stream or probe, told apart by their key.
type Case struct {
	// Suite is the name of the suite that it stands in.
	Suite string `yaml:"-"`
	// ID is its name within the suite.
	ID string `yaml:"id"`
	// Title is a sentence.
	Title string `yaml:"title"`
	// Note says why the case exists: the bug it was written after, with a link.
	Note string `yaml:"note,omitempty"`
	// Level is the strongest of its requirements' unless the file says otherwise.
	Level        requirements.Level `yaml:"level,omitempty"`
	Requirements []string           `yaml:"requirements"`
	Labels       []string           `yaml:"labels,omitempty"`

	// Stream is what the server puts on the one connection.
	Stream []Item `yaml:"stream,omitempty"`
	// LineEndings is "any" where LF may be replaced by CRLF or CR.
	LineEndings string `yaml:"line-endings,omitempty"`
	// Variants restricts the variants: [as-written] where the cut is the point.
	Variants []string `yaml:"variants,omitempty"`
	Expect   *Expect  `yaml:"expect,omitempty"`
	Finally  *Finally `yaml:"finally,omitempty"`

	// Needs names what the stream must show before the case can be judged.
	Needs []string `yaml:"needs,omitempty"`
	Probe []Step   `yaml:"probe,omitempty"`
	Check []Check  `yaml:"check,omitempty"`
}

// Name is the case's address: suite/id.
func (c *Case) Name() string { return c.Suite + "/" + c.ID }

// An Item is one write of a stream, or something that happens between two.
// Exactly one of its fields is set; in YAML the text stands alone.
type Item struct {
	Text   *string
	Bytes  []byte // {hex: ...} or {base64: ...}
	Repeat *Repeat
	Pause  string // {pause: 20ms}
	Drop   string // {drop: fin|reset|truncate}
	Stall  string // {stall: 2s}
}

// A Repeat is a long text without a long file.
type Repeat struct {
	Repeat string `yaml:"repeat"`
	Times  int    `yaml:"times"`
}

// An Expect is the whole list of events, in order, or one of several lists.
type Expect struct {
	// Events is the one right answer, when AnyOf is empty.
	Events []Event
	AnyOf  []Answer
}

// An Answer is one of several answers that the standard leaves open.
type Answer struct {
	// Grade is "pass" or "info".
	Grade  string  `yaml:"grade"`
	Note   string  `yaml:"note,omitempty"`
	Events []Event `yaml:"events"`
}

// An Event is an expected event; what the file does not say is the standard's
// default.
type Event struct {
	Event       string `yaml:"event,omitempty"` // default: message
	Data        string `yaml:"data"`
	LastEventID string `yaml:"lastEventId,omitempty"`
}

// Finally says what must hold at the end.
type Finally struct {
	// ReconnectionTime is the last accepted reconnection time in ms; a parser
	// that does not report it is skipped.
	ReconnectionTime *int64 `yaml:"reconnection-time,omitempty"`
}
