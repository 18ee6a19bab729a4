// Command gin-sse is github.com/gin-contrib/sse in github.com/gin-gonic/gin, where
// most of its users meet it, as a subject of ssecheck; with -encoder it is Encode
// as an encoder.
package main

import (
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"

	"github.com/gin-contrib/sse"
	"github.com/gin-gonic/gin"

	"github.com/ssecheck/ssecheck/runner/adapters/goserver"
)

func main() {
	gin.SetMode(gin.ReleaseMode) // the debug mode prints on standard output
	goserver.Main(goserver.Library[sse.Event]{
		Name:    "go gin-contrib/sse",
		Version: goserver.Version("github.com/gin-contrib/sse"),
		// Not no-data: Encode always writes data, for nil the text <nil>.
		Capabilities: []string{"retry", "id", "event"},
		Messages:     messages,
		Live:         live,
		Script:       script,
		Encode:       func(w io.Writer, e sse.Event) error { return sse.Encode(w, e) },
	})
}

// messages makes the one event.
func messages(i goserver.Item) ([]sse.Event, error) {
	e := sse.Event{Event: goserver.Value(i.Event), Id: goserver.Value(i.ID), Data: goserver.Value(i.Data)}
	if i.Retry != nil {
		retry, err := strconv.ParseUint(i.Retry.Text, 10, strconv.IntSize)
		if err != nil || !i.Retry.Number {
			return nil, fmt.Errorf("retry is a uint, and cannot be %q", i.Retry.Text)
		}
		e.Retry = uint(retry)
	}
	return []sse.Event{e}, nil
}

// live streams as gin's examples do, with Context.Stream. Neither gin nor the
// encoder knows of subscribers: each handler has the ticks of the one clock.
func live(clock goserver.Clock) (http.Handler, func(goserver.Tick)) {
	engine := gin.New()
	engine.GET("/events", func(c *gin.Context) {
		next, stop := iter.Pull(clock.Ticks(c.Request.Context()))
		defer stop()
		c.Stream(func(io.Writer) bool {
			t, more := next()
			if more {
				c.Render(-1, sse.Event{Id: t.ID, Event: t.Event, Data: t.Data})
			}
			return more
		})
	})
	return engine, nil
}

// script renders into a request of an engine of its own.
func script(w http.ResponseWriter, r *http.Request, play goserver.Play[sse.Event]) {
	engine := gin.New()
	engine.POST("/script", func(c *gin.Context) {
		play(func(e sse.Event) error {
			c.Render(-1, e)
			c.Writer.Flush()
			return nil // that nobody reads any more the request's context says
		})
	})
	engine.ServeHTTP(w, r)
}
