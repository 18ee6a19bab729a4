package cases

import (
	"bytes"
	"slices"

	"github.com/ssecheck/ssecheck/spec"
)

// EventTypes are the event types that the case's expectations and its streams
// name, for clients that must register each: message first, the others sorted.
// Those of blocks that are never dispatched are among them, so that a client
// which dispatches them is found out.
func (c *Case) EventTypes() []string {
	named := map[string]bool{}
	if c.Expect != nil {
		for _, answer := range c.Expect.Answers() {
			for i := range answer.Events {
				named[answer.Events[i].Spec().Type] = true
			}
		}
	}
	typesOf(lay(c, "", "\n").bytes, named)
	for i := range c.Connections {
		typesOf(c.Connections[i].written(), named)
	}
	delete(named, spec.DefaultType)
	return slices.Concat([]string{spec.DefaultType}, sortedKeys(named))
}

// typesOf adds the types that a stream names. Each line that may be an event
// field is put into a block of its own, which is then dispatched.
func typesOf(stream []byte, named map[string]bool) {
	var blocks []byte
	for line := range bytes.FieldsFuncSeq(stream, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		if bytes.HasPrefix(line, []byte("event")) {
			blocks = append(append(blocks, line...), "\ndata:\n\n"...)
		}
	}
	for _, event := range decode(blocks, "").Events {
		named[event.Type] = true
	}
}
