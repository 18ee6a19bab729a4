package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// A creation asks for a stream.
type creation struct {
	Tag            string            `json:"tag"`
	CallbackURL    string            `json:"callbackUrl"`
	StreamURL      string            `json:"streamUrl"`
	InitialDelayMs *int64            `json:"initialDelayMs"`
	LastEventID    string            `json:"lastEventId"`
	Method         string            `json:"method"`
	Body           string            `json:"body"`
	Headers        map[string]string `json:"headers"`
	ReadTimeoutMs  *int64            `json:"readTimeoutMs"`
}

// A callback is what is said of a stream.
type callback struct {
	Kind  string         `json:"kind"`
	Event *callbackEvent `json:"event,omitempty"`
	Error text           `json:"error,omitempty"`
}

type callbackEvent struct {
	Type text `json:"type"`
	Data text `json:"data"`
	// DataBase64 stands beside data that is no text, which JSON cannot carry.
	DataBase64 []byte `json:"dataBase64,omitempty"`
	ID         text   `json:"id"`
}

// service speaks the protocol of the contract tests.
type service struct {
	callbacks *http.Client
	exit      context.CancelFunc

	mu      sync.Mutex
	count   int
	sources map[string]*source
}

// serveHTTP ends when it is told to, or ctx is done.
func serveHTTP(ctx context.Context, address string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	ctx, exit := context.WithCancel(ctx)
	defer exit()
	s := &service{
		callbacks: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}, Timeout: time.Minute},
		exit:      exit, sources: map[string]*source{},
	}
	server := &http.Server{Handler: s.routes(), ReadHeaderTimeout: time.Minute}
	fmt.Printf("listening at http://%s\n", listener.Addr())
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err = server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	return err
}

func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.status)
	mux.HandleFunc("POST /{$}", s.create)
	mux.HandleFunc("DELETE /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		s.exit()
	})
	mux.HandleFunc("POST /streams/{id}", s.command)
	mux.HandleFunc("DELETE /streams/{id}", s.delete)
	return mux
}

func (s *service) status(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(line(map[string]any{
		"name": library, "version": version(), "language": "go",
		"capabilities": []string{"headers", "last-event-id", "post", "read-timeout", "report", "restart"},
	}))
}

// create answers before the client is connected, so that a server may take its
// time.
func (s *service) create(w http.ResponseWriter, r *http.Request) {
	var c creation
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	counter := 0
	src, err := open(asked{
		URL: c.StreamURL, Method: c.Method, Body: c.Body, Headers: c.Headers,
		LastEventID: c.LastEventID, Retry: c.InitialDelayMs, ReadTimeout: c.ReadTimeoutMs,
	}, func(t told) { // one at a time
		counter++
		s.call(c, counter, t)
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.count++
	id := strconv.Itoa(s.count)
	s.sources[id] = src
	s.mu.Unlock()
	w.Header().Set("Location", "/streams/"+id)
	w.WriteHeader(http.StatusCreated)
}

// call says what was told of a stream.
func (s *service) call(c creation, counter int, t told) {
	body := callback{Kind: "error"}
	if t.err != nil {
		body.Error = text(t.err.Error())
	} else {
		body = callback{Kind: "event", Event: &callbackEvent{
			Type: text(t.event.kind), Data: text(t.event.data), DataBase64: inBytes(t.event.data), ID: text(t.event.id),
		}}
	}
	response, err := s.callbacks.Post(fmt.Sprintf("%s/%d", c.CallbackURL, counter), "application/json", bytes.NewReader(line(body)))
	if err != nil {
		log.Printf("%s: callback %d: %v", c.Tag, counter, err)
		return
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	if response.StatusCode >= 300 {
		log.Printf("%s: callback %d was answered with %s", c.Tag, counter, response.Status)
	}
}

func (s *service) command(w http.ResponseWriter, r *http.Request) {
	var c struct {
		Command string `json:"command"`
	}
	src := s.source(r.PathValue("id"), false)
	err := json.NewDecoder(r.Body).Decode(&c)
	switch {
	case src == nil:
		w.WriteHeader(http.StatusNotFound)
	case err != nil || c.Command != "restart":
		http.Error(w, "the one command is restart", http.StatusBadRequest)
	default:
		src.restart()
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *service) delete(w http.ResponseWriter, r *http.Request) {
	src := s.source(r.PathValue("id"), true)
	if src == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	src.close()
	w.WriteHeader(http.StatusNoContent)
}

// source looks one up, and forgets it when it is to be closed.
func (s *service) source(id string, forget bool) *source {
	s.mu.Lock()
	defer s.mu.Unlock()
	src := s.sources[id]
	if forget {
		delete(s.sources, id)
	}
	return src
}
