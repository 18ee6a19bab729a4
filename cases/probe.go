package cases

import (
	"fmt"
	"slices"
	"strings"
)

// Survey is the name of the connection that every probe of a run shares: the
// first one, on which the driver watches what the stream shows. Checks may
// name it like any other; no step may open it.
const Survey = "survey"

// A Step is one thing that a probe does. Exactly one of Connect, Request,
// ReadSlowly, Crowd, Await, Pause, Drop and HalfClose is set.
type Step struct {
	Connect    string `yaml:"connect,omitempty" json:"connect,omitempty" jsonschema_description:"Sends the request and goes on reading the stream while later steps run; the connection has this name."`
	Request    string `yaml:"request,omitempty" json:"request,omitempty" jsonschema_description:"Sends a plain HTTP request under this name, asks for the connection to be closed after it, and waits for the end of the response."`
	ReadSlowly string `yaml:"read-slowly,omitempty" json:"read-slowly,omitempty" jsonschema_description:"Sends the request with the smallest receive buffer there is, reads the head of the response and nothing of its body until the probe ends."`
	Crowd      *Crowd `yaml:"crowd,omitempty" json:"crowd,omitempty" jsonschema_description:"Opens many connections at once for the stream, 8 or as many as --connections asks for, and one before them that the others are compared with; waits until each is answered. Only digests of them are kept."`
	Await      *Await `yaml:"await,omitempty" json:"await,omitempty" jsonschema_description:"Waits until a connection has shown something; the wait is bounded by --observe."`
	Pause      string `yaml:"pause,omitempty" json:"pause,omitempty" jsonschema_description:"Does nothing for a while, such as 200ms; connections are still read."`
	Drop       *Drop  `yaml:"drop,omitempty" json:"drop,omitempty" jsonschema_description:"Leaves a connection."`
	HalfClose  string `yaml:"half-close,omitempty" json:"half-close,omitempty" jsonschema_description:"Closes the sending half of this connection and goes on reading."`

	// What follows belongs to connect, request and read-slowly.

	Method   string          `yaml:"method,omitempty" json:"method,omitempty" jsonschema_description:"The request's method; the one of the run (GET) without it."`
	Header   map[string]Item `yaml:"header,omitempty" json:"header,omitempty" jsonschema_description:"Request header fields, instead of those that the runner sends under the same names. Texts may hold templates such as {{first.events.2.lastEventId}}."`
	Without  []string        `yaml:"without,omitempty" json:"without,omitempty" jsonschema_description:"Request header fields that are left out."`
	HTTP     string          `yaml:"http,omitempty" json:"http,omitempty" jsonschema:"enum=1.0,enum=1.1" jsonschema_description:"Speaks this version, whatever the run speaks."`
	Via      bool            `yaml:"via,omitempty" json:"via,omitempty" jsonschema_description:"Opens it through each hop that --via names instead of directly; steps and checks that name it mean each of them."`
	Send     []Item          `yaml:"send,omitempty" json:"send,omitempty" jsonschema_description:"The request as it goes on the wire of HTTP/1, write by write, instead of method, header, without and http. {{target}}, {{host}}, {{body}} and {{field.NAME}} stand for the run's own request target, Host, body and header fields."`
	Together int             `yaml:"together,omitempty" json:"together,omitempty" jsonschema_description:"Opens this many connections at once, at most 16; steps and checks that name them mean each of them."`
}

// An Await says what a connection must have shown. Exactly one of Events,
// Comments, Head, Answer, Ping and End is set.
type Await struct {
	Conn     string `yaml:"conn" json:"conn"`
	Events   int    `yaml:"events,omitempty" json:"events,omitempty" jsonschema_description:"This many events in all since the connection was opened."`
	Head     bool   `yaml:"head,omitempty" json:"head,omitempty" jsonschema_description:"The head of the response."`
	Answer   bool   `yaml:"answer,omitempty" json:"answer,omitempty" jsonschema_description:"The head of the response, or the end of the connection instead."`
	Comments int    `yaml:"comments,omitempty" json:"comments,omitempty" jsonschema_description:"This many comments in all since the connection was opened."`
	Ping     bool   `yaml:"ping,omitempty" json:"ping,omitempty" jsonschema_description:"The acknowledgement of the PING that is sent once the head is there (HTTP/2)."`
	End      bool   `yaml:"end,omitempty" json:"end,omitempty" jsonschema_description:"The end of the response."`
	Within   string `yaml:"within,omitempty" json:"within,omitempty" jsonschema_description:"The longest wait, where it is not --observe."`
}

// A Drop says how a connection is left.
type Drop struct {
	Conn string `yaml:"conn" json:"conn"`
	How  string `yaml:"how" json:"how" jsonschema:"enum=fin,enum=reset,enum=mid-event" jsonschema_description:"fin: closed; reset: with a TCP reset (RST_STREAM with HTTP/2); mid-event: with a reset as soon as a part of the next event has been read."`
}

// MaxTogether bounds a step's Together: a probe is a visit, not a siege.
const MaxTogether = 16

// Opens is the name of the connection that the step opens, or ""; a crowd is
// none.
func (s Step) Opens() string {
	return s.Connect + s.Request + s.ReadSlowly
}

// Uses is the name of the earlier connection that the step is about, or "".
func (s Step) Uses() string {
	switch {
	case s.Await != nil:
		return s.Await.Conn
	case s.Drop != nil:
		return s.Drop.Conn
	}
	return s.HalfClose
}

// verbs lists what the step does; a valid step does one thing.
func (s Step) verbs() []string {
	var verbs []string
	add := func(set bool, name string) {
		if set {
			verbs = append(verbs, name)
		}
	}
	add(s.Connect != "", "connect")
	add(s.Request != "", "request")
	add(s.ReadSlowly != "", "read-slowly")
	add(s.Crowd != nil, "crowd")
	add(s.Await != nil, "await")
	add(s.Pause != "", "pause")
	add(s.Drop != nil, "drop")
	add(s.HalfClose != "", "half-close")
	return verbs
}

// Validate says what is wrong with the step, looked at alone.
func (s Step) Validate() error {
	verbs := s.verbs()
	if len(verbs) != 1 {
		return fmt.Errorf("a step does one of connect, request, read-slowly, crowd, await, pause, drop or half-close; this one names %s",
			orNothing(verbs))
	}
	if s.Opens() == "" && (s.Method != "" || s.Header != nil || s.Without != nil || s.HTTP != "" || s.Together != 0 || s.Via || s.Send != nil) {
		return fmt.Errorf("%s opens no connection and takes no method, header, without, http, send, via or together", verbs[0])
	}
	if s.Opens() != "" {
		return s.validateRequest()
	}
	switch {
	case s.Crowd != nil:
		return s.Crowd.validate()
	case s.Await != nil:
		return s.Await.validate()
	case s.Drop != nil:
		return s.Drop.validate()
	case s.Pause != "":
		return validDuration("pause", s.Pause)
	}
	return nil
}

func (s Step) validateRequest() error {
	if err := validConnName(s.Opens()); err != nil {
		return err
	}
	if s.HTTP != "" && s.HTTP != "1.0" && s.HTTP != "1.1" {
		return fmt.Errorf("http: %q is not a version that a step can ask for; there are 1.0 and 1.1", s.HTTP)
	}
	if s.Together < 0 || s.Together == 1 || s.Together > MaxTogether {
		return fmt.Errorf("together: %d; it takes 2 to %d connections", s.Together, MaxTogether)
	}
	if s.Together != 0 && s.Request != "" {
		return fmt.Errorf("together goes with connect and read-slowly, not with request")
	}
	if s.Send != nil {
		return s.validateSend()
	}
	if s.Via && s.Connect == "" {
		return fmt.Errorf("via goes with connect alone")
	}
	for name, value := range s.Header {
		if value.Pause != "" || value.Drop != "" || value.Stall != "" {
			return fmt.Errorf("header %s: a value is a text, {hex: ...}, {base64: ...} or {repeat: ..., times: ...}", name)
		}
		if slices.ContainsFunc(s.Without, func(w string) bool { return strings.EqualFold(w, name) }) {
			return fmt.Errorf("header %s stands in header and in without", name)
		}
	}
	return nil
}

func (a *Await) validate() error {
	set := 0
	for _, is := range []bool{a.Events != 0, a.Comments != 0, a.Head, a.End, a.Answer, a.Ping} {
		if is {
			set++
		}
	}
	if set != 1 || a.Events < 0 || a.Comments < 0 {
		return fmt.Errorf("await waits for one of events (1 or more), comments, head, answer, ping or end")
	}
	if a.Within != "" {
		return validDuration("within", a.Within)
	}
	return nil
}

func (d *Drop) validate() error {
	switch d.How {
	case "fin", "reset", "mid-event":
		return nil
	}
	return fmt.Errorf("how: %q; a connection is dropped with fin, reset or mid-event", d.How)
}

// validConnName keeps names to what a template can hold.
func validConnName(name string) error {
	if name == Survey {
		return fmt.Errorf("%q is the connection that all probes share; a step cannot open it", name)
	}
	for _, r := range name {
		if r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return fmt.Errorf("connection %q: a name is made of lower case letters, digits and hyphens", name)
		}
	}
	return nil
}

func orNothing(words []string) string {
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, " and ")
}
