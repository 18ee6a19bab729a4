// Package goserver is what the programs of server libraries for Go have in
// common: a server with a plain live stream and the scripted endpoint of
// ssecheck, and the adapter protocol's role encoder. It hands to a library what
// it was given, and mends nothing.
package goserver

import (
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
)

// A Library is a server library, as its program exposes it. M is what the library
// takes for one message.
type Library[M any] struct {
	Name, Version string
	// Capabilities are the kinds of items that the library's API has: comments,
	// retry, id, event, and no-data for items without data; and own-ids where the
	// library gives an id to an item without one.
	Capabilities []string
	// Messages makes of an item what the library takes, mostly one message. The
	// error is why the library refuses the item.
	Messages func(Item) ([]M, error)
	// Live makes the handler of a plain stream, and what publishes to all its
	// subscribers: nil when the handler asks the clock for each by itself.
	Live func(Clock) (handler http.Handler, publish func(Tick))
	// Script answers a request with a stream of what play emits.
	Script func(w http.ResponseWriter, r *http.Request, play Play[M])

	// Encode writes a message with the encoder that the library exposes; nil is
	// none.
	Encode func(io.Writer, M) error
	// EncoderCapabilities are those of the encoder where it has fewer; nil is the
	// same.
	EncoderCapabilities []string
}

// Play hands messages to emit, one at a time, and returns when the stream is to
// end. An error of emit ends it at once: nobody reads any more.
type Play[M any] func(emit func(M) error)

// messages is Messages for an item of a kind that the API has.
func (l Library[M]) messages(capabilities []string, i Item) ([]M, error) {
	for _, need := range i.needs() {
		if !has(capabilities, need) {
			return nil, fmt.Errorf("%s has nothing for %s in its API", l.Name, need)
		}
	}
	return l.Messages(i)
}

// Version is the version of a module that the program was built with.
func Version(module string) string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path == module {
			return m.Version
		}
	}
	return ""
}
