// Package requirements is the catalogue of what the standard, the HTTP RFCs
// and good practice ask of a Server-Sent Events implementation: one entry for
// each normative statement, in our own words, with its level and a link.
package requirements

// A Level says how strong a requirement is.
type Level string

const (
	Must   Level = "must"
	Should Level = "should"
	May    Level = "may"
	// Info is for what the standard leaves open or implementations do
	// differently on purpose: shown, never counted against anyone.
	Info Level = "info"
)

// Rank orders levels by strength: Must is the highest, an unknown level is 0.
func (l Level) Rank() int {
	switch l {
	case Must:
		return 4
	case Should:
		return 3
	case May:
		return 2
	case Info:
		return 1
	}
	return 0
}

// A Side is who has to keep a requirement.
type Side string

const (
	Parser Side = "parser" // bytes to events
	Client Side = "client" // the connection and its API
	Format Side = "format" // whoever writes the bytes of a stream
	Server Side = "server" // whoever answers the request
)

// known says whether s is one of the four.
func (s Side) known() bool {
	return s == Parser || s == Client || s == Format || s == Server
}

// A Requirement is one normative statement.
type Requirement struct {
	// ID is its name in words, such as parse.data.append. It never changes.
	ID    string `yaml:"id"`
	Level Level  `yaml:"level"`
	Side  Side   `yaml:"side"`
	// Title states the requirement in one sentence.
	Title string `yaml:"title"`
	// URL is the anchor of the text that states it.
	URL string `yaml:"url,omitempty"`
	// Excluded says why it cannot be observed from outside; empty when a case
	// must name the requirement.
	Excluded string `yaml:"excluded,omitempty"`
}
