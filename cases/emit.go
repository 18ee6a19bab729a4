package cases

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
	"github.com/ssecheck/ssecheck/spec"
)

// An EmitItem is one item that the subject is asked to emit: a block of the stream,
// or a pause. In YAML each of comment, event, id and data is a text, a list of texts
// and {repeat, times} that are joined, or {utf16: "0061 d800"}, which alone can name
// a surrogate without its other half.
type EmitItem struct {
	Comment, Event, ID, Data *string
	// Retry is the value as the subject is given it, in JSON: a number as the file
	// writes it, or a text. It is nil where the item has none.
	Retry json.RawMessage
	// Sleep is how long a scripted server waits instead of emitting something. An
	// encoder is not shown it.
	Sleep time.Duration
}

// MaxSleep bounds one sleep.
const MaxSleep = 5 * time.Second

// The ends of a script (Case.End).
const (
	EndClose = "close" // the server ends the response, the default
	EndHold  = "hold"  // the server keeps it open until the client leaves
)

// The ways out of an emit case (Case.Accept).
const (
	// Exact: what was handed over comes back.
	Exact = "exact"
	// Rejected: the subject refuses the item, or leaves it out.
	Rejected = "rejected"
	// Neutralised: the item's event arrives, with what the format cannot carry
	// removed or replaced, and nothing else does.
	Neutralised = "neutralised"
)

// Forged is what must not be seen: an event, each part that is given being the same;
// or a reconnection time; or a comment.
type Forged struct {
	Event       *string `yaml:"event,omitempty"`
	Data        *string `yaml:"data,omitempty"`
	LastEventID *string `yaml:"lastEventId,omitempty"`
	Retry       *int64  `yaml:"retry,omitempty"`
	Comment     *string `yaml:"comment,omitempty"`
}

// Carriable is the item as the format can carry it; false says that it cannot: a
// line break in a type or an id, NUL in an id, a retry that is no ASCII digits, a
// lone surrogate.
func (i *EmitItem) Carriable() (spec.Item, bool) {
	item := spec.Item{Comment: i.Comment, Event: i.Event, ID: i.ID, Data: i.Data}
	if ms, ok := i.milliseconds(); ok {
		item.Retry = &ms
	} else if i.Retry != nil {
		return spec.Item{}, false
	}
	_, err := item.Append(nil)
	return item, err == nil
}

// milliseconds is the retry as the format can carry it: ASCII digits, given as a
// number or as a text. Of a number that int64 cannot hold readers make what they
// like.
func (i *EmitItem) milliseconds() (ms int64, ok bool) {
	text := string(i.Retry)
	if text == "" {
		return 0, false
	}
	if text[0] == '"' && json.Unmarshal(i.Retry, &text) != nil {
		return 0, false
	}
	if strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	ms, err := strconv.ParseInt(text, 10, 64)
	return ms, err == nil
}

// ReadYAML reads the mapping.
func (i *EmitItem) ReadYAML(n strictyaml.Node) {
	var form struct {
		Comment *emitText `yaml:"comment"`
		Event   *emitText `yaml:"event"`
		ID      *emitText `yaml:"id"`
		Data    *emitText `yaml:"data"`
		Retry   string    `yaml:"retry" strictyaml:"number"`
		Sleep   string    `yaml:"sleep"`
	}
	n.DecodeStruct(&form)
	if n.Kind() != strictyaml.Mapping {
		return
	}
	i.Comment, i.Event = (*string)(form.Comment), (*string)(form.Event)
	i.ID, i.Data = (*string)(form.ID), (*string)(form.Data)
	if n.Has("retry") {
		i.Retry = readRetry(n.At("retry"), form.Retry)
	}
	block := i.Comment != nil || i.Event != nil || i.ID != nil || i.Data != nil || i.Retry != nil
	switch {
	case n.Has("sleep") && block:
		n.At("sleep").Errorf("make two items of it", "an item is a block of the stream or a sleep")
	case n.Has("sleep"):
		i.Sleep = readSleep(n.At("sleep"), form.Sleep)
	}
}

// readRetry takes a number as it is written, where JSON has it so, and a text as a
// text. A number with an exponent, and one beyond 64 bits, are numbers here, though the
// library for YAML takes them for texts.
func readRetry(n strictyaml.Node, text string) json.RawMessage {
	number := json.Valid([]byte(text)) && strings.Trim(text[:1], "-0123456789") == ""
	switch {
	case n.Kind() == strictyaml.Number && !number:
		n.Errorf("put it in quotes to hand it over as a text", "%s is no number of JSON", text)
		return json.RawMessage("0")
	case number && (n.Kind() == strictyaml.Number || n.Plain()):
		return json.RawMessage(text)
	}
	return JSONText(text)
}

func readSleep(n strictyaml.Node, text string) time.Duration {
	d, err := time.ParseDuration(text)
	switch {
	case n.Kind() != strictyaml.Text: // reported already
	case err != nil || d < time.Millisecond || d > MaxSleep:
		n.Errorf("write a number and a unit: 300ms", "%q is no sleep of 1ms to %s", text, MaxSleep)
	}
	return d
}

// Script is the case as a script of the adapter protocol, in JSON: its items, and
// with an end how the stream ends.
func (c *Case) Script(end bool) []byte {
	b := append([]byte(nil), `{"items":`...)
	b = c.AppendItems(b, true)
	if end {
		b = append(b, `,"end":"`+c.EndOfScript()+`"`...)
	}
	return append(b, '}')
}

// EndOfScript is how the stream of a script ends.
func (c *Case) EndOfScript() string {
	if c.End == EndHold {
		return EndHold
	}
	return EndClose
}

// AppendItems appends the items as a list in JSON, with or without the sleeps.
func (c *Case) AppendItems(b []byte, sleeps bool) []byte {
	b = append(b, '[')
	first := true
	for i := range c.Emit {
		if c.Emit[i].Sleep > 0 && !sleeps {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = c.Emit[i].AppendJSON(b)
	}
	return append(b, ']')
}
