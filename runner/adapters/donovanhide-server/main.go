// Command donovanhide-server is the server of github.com/donovanhide/eventsource as
// a subject of ssecheck, and with -encoder its Encoder as an encoder. The server is
// NewServer's, with its defaults.
package main

import (
	"io"
	"net/http"

	"github.com/donovanhide/eventsource"

	"github.com/ssecheck/ssecheck/runner/adapters/goserver"
)

func main() {
	goserver.Main(goserver.Library[event]{
		Name:    "go donovanhide/eventsource",
		Version: goserver.Version("github.com/donovanhide/eventsource"),
		// An event whose data is "" is written without data.
		Capabilities: []string{"no-data", "id", "event"},
		Messages:     messages,
		Live:         live,
		Script:       script,
		Encode:       func(w io.Writer, e event) error { return eventsource.NewEncoder(w, false).Encode(e) },
	})
}

// event is an eventsource.Event.
type event struct{ id, event, data string }

func (e event) Id() string    { return e.id }
func (e event) Event() string { return e.event }
func (e event) Data() string  { return e.data }

func messages(i goserver.Item) ([]event, error) {
	return []event{{id: goserver.Value(i.ID), event: goserver.Value(i.Event), data: goserver.Value(i.Data)}}, nil
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
func script(w http.ResponseWriter, r *http.Request, play goserver.Play[event]) {
	server := eventsource.NewServer()
	goserver.Broadcast[event]{
		Handler: server.Handler("script"),
		Publish: func(e event) { server.Publish([]string{"script"}, e) },
		End:     server.Close,
	}.Serve(w, r, play)
}
