package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/runner/adapters/goclient"
)

// A caller calls back what is told of one stream, one call after the other.
type caller struct {
	api      *http.Client
	url, tag string
	count    int
}

// A callback is the body of a call.
type callback struct {
	Kind  string         `json:"kind"`
	Event *callbackEvent `json:"event,omitempty"`
	Error goclient.Text  `json:"error,omitempty"`
}

type callbackEvent struct {
	Type goclient.Text `json:"type"`
	Data goclient.Text `json:"data"`
	// DataBase64 is an addition to the protocol, for data that is no text.
	DataBase64 []byte        `json:"dataBase64,omitempty"`
	ID         goclient.Text `json:"id"`
}

func (c *caller) Event(e goclient.Event) {
	event := &callbackEvent{Type: goclient.Text(e.Type), Data: goclient.Text(e.Data), ID: goclient.Text(*e.LastEventID)}
	if !utf8.ValidString(e.Data) {
		event.DataBase64 = []byte(e.Data)
	}
	c.call(callback{Kind: "event", Event: event})
}

func (c *caller) Error(err error, _ bool) {
	c.call(callback{Kind: "error", Error: goclient.Text(err.Error())})
}

func (c *caller) call(body callback) {
	c.count++
	b, err := json.Marshal(body)
	if err != nil {
		panic(err) // texts only
	}
	response, err := c.api.Post(fmt.Sprintf("%s/%d", c.url, c.count), "application/json", bytes.NewReader(b))
	if err != nil {
		log.Printf("%s: callback %d: %v", c.tag, c.count, err)
		return
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	if response.StatusCode >= 300 {
		log.Printf("%s: callback %d was answered with %s", c.tag, c.count, response.Status)
	}
}
