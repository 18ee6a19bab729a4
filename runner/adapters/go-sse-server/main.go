// Command go-sse-server is the server of github.com/tmaxmax/go-sse as a subject of
// ssecheck, and with -encoder its Message as an encoder.
package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/tmaxmax/go-sse"

	"github.com/ssecheck/ssecheck/runner/adapters/goserver"
)

func main() {
	goserver.Main(goserver.Library[*sse.Message]{
		Name:         "go tmaxmax/go-sse",
		Version:      goserver.Version("github.com/tmaxmax/go-sse"),
		Capabilities: []string{"comments", "retry", "no-data", "id", "event"},
		Messages:     messages,
		Live:         live,
		Script:       script,
		Encode:       encode,
	})
}

// messages makes the one message. NewID and NewType refuse line breaks.
func messages(i goserver.Item) ([]*sse.Message, error) {
	m := &sse.Message{}
	var err error
	if i.ID != nil {
		var refused error
		m.ID, refused = sse.NewID(*i.ID)
		err = errors.Join(err, refused)
	}
	if i.Event != nil {
		var refused error
		m.Type, refused = sse.NewType(*i.Event)
		err = errors.Join(err, refused)
	}
	if i.Retry != nil {
		var refused error
		m.Retry, refused = duration(*i.Retry)
		err = errors.Join(err, refused)
	}
	if i.Comment != nil {
		m.AppendComment(*i.Comment)
	}
	if i.Data != nil {
		m.AppendData(*i.Data)
	}
	return []*sse.Message{m}, err
}

// duration is the reconnection time as Message.Retry takes it.
func duration(r goserver.Retry) (time.Duration, error) {
	if !r.Number {
		return 0, fmt.Errorf("retry is a time.Duration, and cannot be the text %q", r.Text)
	}
	d, err := time.ParseDuration(r.Text + "ms")
	if err != nil {
		return 0, fmt.Errorf("retry is a time.Duration, and cannot be %s ms", r.Text)
	}
	return d, nil
}

// live is the server with Joe, and the replayer as in the library's README.
func live(goserver.Clock) (http.Handler, func(goserver.Tick)) {
	replayer, err := sse.NewValidReplayer(5*time.Minute, false)
	if err != nil {
		panic(err) // for a time that is not positive
	}
	server := &sse.Server{Provider: &sse.Joe{Replayer: replayer}}
	return server, func(t goserver.Tick) {
		m := &sse.Message{ID: sse.ID(t.ID)}
		if t.Event != "" {
			m.Type = sse.Type(t.Event)
		}
		m.AppendData(t.Data)
		_ = server.Publish(m)
	}
}

// script sends to a session of its own: Upgrade is how a handler without a
// provider is written.
func script(w http.ResponseWriter, r *http.Request, play goserver.Play[*sse.Message]) {
	session, err := sse.Upgrade(w, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	play(func(m *sse.Message) error {
		if err := session.Send(m); err != nil {
			return err
		}
		return session.Flush()
	})
}

func encode(w io.Writer, m *sse.Message) error {
	_, err := m.WriteTo(w)
	return err
}
