// Command launchdarkly-go-server is the server of github.com/launchdarkly/eventsource
// as a subject of ssecheck, and with -encoder its Encoder as an encoder. The server
// is NewServer's, with its defaults.
package main

import (
	"flag"
	"io"
	"net/http"

	"github.com/launchdarkly/eventsource"

	"github.com/ssecheck/ssecheck/runner/adapters/goserver"
)

func main() {
	replay := flag.Bool("replay", false, "register the library's SliceRepository for the live stream")
	goserver.Main(goserver.Library[message]{
		Name:    "go launchdarkly/eventsource",
		Version: goserver.Version("github.com/launchdarkly/eventsource"),
		// Not no-data: the encoder writes data also when it is "".
		Capabilities: []string{"comments", "id", "event"},
		Messages:     messages,
		Live:         func(goserver.Clock) (http.Handler, func(goserver.Tick)) { return live(*replay) },
		Script:       script,
		Encode:       func(w io.Writer, m message) error { return eventsource.NewEncoder(w, false).Encode(m.event) },
		// The type of its comments is not exported.
		EncoderCapabilities: []string{"id", "event"},
	})
}

// message is an event, or a comment where that is not nil.
type message struct {
	event   event
	comment *string
}

// event is an eventsource.Event.
type event struct{ id, event, data string }

func (e event) Id() string    { return e.id }
func (e event) Event() string { return e.event }
func (e event) Data() string  { return e.data }

// messages makes a comment, an event, or both, one after the other.
func messages(i goserver.Item) ([]message, error) {
	var made []message
	if i.Comment != nil {
		made = append(made, message{comment: i.Comment})
	}
	if i.Data != nil {
		made = append(made, message{event: event{goserver.Value(i.ID), goserver.Value(i.Event), *i.Data}})
	}
	return made, nil
}

// live is the server of the library's examples, with its SliceRepository only where
// that is asked for: a client that leaves during a replay locks it for good.
func live(replay bool) (http.Handler, func(goserver.Tick)) {
	server := eventsource.NewServer()
	channels := []string{"ticks"}
	handler := server.Handler("ticks")
	if !replay {
		return handler, func(t goserver.Tick) { server.Publish(channels, tick(t)) }
	}
	repository := eventsource.NewSliceRepository()
	server.Register("ticks", repository)
	return handler, func(t goserver.Tick) {
		repository.Add("ticks", tick(t))
		server.Publish(channels, tick(t))
	}
}

func tick(t goserver.Tick) event { return event{id: t.ID, event: t.Event, data: t.Data} }

// script publishes to the one subscriber of a server of its own.
func script(w http.ResponseWriter, r *http.Request, play goserver.Play[message]) {
	server := eventsource.NewServer()
	channels := []string{"script"}
	goserver.Broadcast[message]{
		Handler: server.Handler("script"),
		Publish: func(m message) {
			if m.comment != nil {
				server.PublishComment(channels, *m.comment)
			} else {
				server.Publish(channels, m.event)
			}
		},
		End: server.Close,
	}.Serve(w, r, play)
}
