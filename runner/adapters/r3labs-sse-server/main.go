// Command r3labs-sse-server is the server of github.com/r3labs/sse/v2 as a subject
// of ssecheck. The server is New's, with its defaults.
package main

import (
	"context"
	"net/http"

	"github.com/r3labs/sse/v2"

	"github.com/ssecheck/ssecheck/runner/adapters/goserver"
)

func main() {
	goserver.Main(goserver.Library[*sse.Event]{
		Name:    "go r3labs/sse",
		Version: goserver.Version("github.com/r3labs/sse/v2"),
		// Not no-data: an event with neither data nor a comment ends the response.
		Capabilities: []string{"comments", "retry", "id", "event", "own-ids"},
		Messages:     messages,
		Live:         live,
		Script:       script,
	})
}

// messages makes the one event, whose members are all bytes.
func messages(i goserver.Item) ([]*sse.Event, error) {
	e := &sse.Event{
		ID:      []byte(goserver.Value(i.ID)),
		Data:    []byte(goserver.Value(i.Data)),
		Event:   []byte(goserver.Value(i.Event)),
		Comment: []byte(goserver.Value(i.Comment)),
	}
	if i.Retry != nil {
		e.Retry = []byte(i.Retry.Text)
	}
	return []*sse.Event{e}, nil
}

// live is the server of the library's README, whose stream is at
// /events?stream=messages.
func live(goserver.Clock) (http.Handler, func(goserver.Tick)) {
	server := sse.New()
	server.CreateStream("messages")
	return server, func(t goserver.Tick) {
		server.Publish("messages", &sse.Event{ID: []byte(t.ID), Event: []byte(t.Event), Data: []byte(t.Data)})
	}
}

// script publishes to the one subscriber of a server of its own. The end of the
// request's context is how the library lets a subscriber go.
func script(w http.ResponseWriter, r *http.Request, play goserver.Play[*sse.Event]) {
	gone := make(chan struct{})
	server := sse.NewWithCallback(nil, func(string, *sse.Subscriber) { close(gone) })
	server.CreateStream("script")
	ctx, end := context.WithCancel(r.Context())
	subscribe := r.Clone(ctx)
	subscribe.URL.RawQuery = "stream=script"
	subscribe.Header.Del("Last-Event-ID") // there is nothing to replay, and one that is no number is refused

	goserver.Broadcast[*sse.Event]{
		Handler: server,
		Publish: func(e *sse.Event) { server.Publish("script", e) },
		End:     end,
	}.Serve(w, subscribe, play)
	<-gone // a server that is closed before would never let it go
	server.Close()
}
