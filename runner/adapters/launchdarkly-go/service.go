package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/adapters/goclient"
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

// service speaks the protocol of the contract tests.
type service struct {
	api  *http.Client // for callbacks
	exit context.CancelFunc

	mu      sync.Mutex
	count   int
	streams map[string]*stream
}

// A stream is one that was created.
type stream struct {
	cancel  context.CancelFunc
	restart chan struct{}
	over    chan struct{} // closed when nothing more is called back
}

// serve ends when it is told to, or ctx is done.
func serve(ctx context.Context, address string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	ctx, exit := context.WithCancel(ctx)
	defer exit()
	s := &service{
		api:  &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}, Timeout: time.Minute},
		exit: exit, streams: map[string]*stream{},
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
	if err := server.Shutdown(grace); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close()
}

func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", status)
	mux.HandleFunc("POST /{$}", s.create)
	mux.HandleFunc("DELETE /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		s.exit()
	})
	mux.HandleFunc("POST /streams/{id}", s.command)
	mux.HandleFunc("DELETE /streams/{id}", s.delete)
	return mux
}

// status says what the library can do; version and language are additions to
// the protocol.
func status(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"name": "go launchdarkly/eventsource", "version": goclient.Version(library), "language": "go",
		"capabilities": []string{"headers", "last-event-id", "post", "read-timeout", "report", "restart"},
	})
}

// create answers before the client is connected, so that the server may take
// its time.
func (s *service) create(w http.ResponseWriter, r *http.Request) {
	var c creation
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	one := &stream{cancel: cancel, restart: make(chan struct{}), over: make(chan struct{})}
	go func() {
		defer close(one.over)
		tell := &caller{api: s.api, url: c.CallbackURL, tag: c.Tag}
		if err := run(ctx, c.asked(one.restart), tell); err != nil && ctx.Err() == nil {
			tell.Error(err, false)
		}
	}()
	s.mu.Lock()
	s.count++
	id := strconv.Itoa(s.count)
	s.streams[id] = one
	s.mu.Unlock()
	w.Header().Set("Location", "/streams/"+id)
	w.WriteHeader(http.StatusCreated)
}

func (c creation) asked(restart <-chan struct{}) asked {
	return asked{
		Connect: goclient.Connect{
			URL: c.StreamURL, Method: c.Method, Body: c.Body, Headers: c.Headers, LastEventID: c.LastEventID,
		},
		retry: c.InitialDelayMs, readTimeout: c.ReadTimeoutMs, restart: restart,
	}
}

func (s *service) command(w http.ResponseWriter, r *http.Request) {
	var c struct {
		Command string `json:"command"`
	}
	one := s.stream(r.PathValue("id"), false)
	err := json.NewDecoder(r.Body).Decode(&c)
	switch {
	case one == nil:
		w.WriteHeader(http.StatusNotFound)
		return
	case err != nil || c.Command != "restart":
		http.Error(w, "the one command is restart", http.StatusBadRequest)
		return
	}
	select {
	case one.restart <- struct{}{}:
	case <-one.over:
	case <-r.Context().Done():
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *service) delete(w http.ResponseWriter, r *http.Request) {
	one := s.stream(r.PathValue("id"), true)
	if one == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	one.cancel()
	<-one.over
	w.WriteHeader(http.StatusNoContent)
}

// stream looks one up, and forgets it when it is to be closed.
func (s *service) stream(id string, forget bool) *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.streams[id]
	if forget {
		delete(s.streams, id)
	}
	return one
}
