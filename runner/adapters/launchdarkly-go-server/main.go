// Command launchdarkly-go-server is the server of github.com/launchdarkly/eventsource
// as a subject of ssecheck, and with -encoder its Encoder as an encoder. The server
// is NewServer's, with its defaults.
package main

import (
	"io"
	"net/http"

	"github.com/launchdarkly/eventsource"

	"github.com/ssecheck/ssecheck/runner/adapters/goserver"
)

func main() {
	goserver.Main(goserver.Library[message]{
		Name:    "go launchdarkly/eventsource",
		Version: goserver.Version("github.com/launchdarkly/eventsource"),
		// Not no-data: the encoder writes data also when it is "".
		Capabilities: []string{"comments", "id", "event"},
		Messages:     messages,
		Live:         live,
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

// live is the server of the library's examples, with its SliceRepository for the
// replay.
func live(goserver.Clock) (http.Handler, func(goserver.Tick)) {
	server := eventsource.NewServer()
	repository := eventsource.NewSliceRepository()
	server.Register("ticks", repository)
	return server.Handler("ticks"), func(t goserver.Tick) {
		e := event{id: t.ID, event: t.Event, data: t.Data}
		repository.Add("ticks", e)
		server.Publish([]string{"ticks"}, e)
	}
}

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
