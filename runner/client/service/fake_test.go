package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// harness is the side of the run. The driver has no use for what it serves, only
// for where.
var harness = client.Environment{Hosts: []string{"127.0.0.1:1"}}

// A fake is a test service whose every answer can be another one. Its client is
// right, and is used for the preflight; other streams are the test's to play.
type fake struct {
	*httptest.Server

	// status answers GET; the default is {}.
	status http.HandlerFunc
	// create answers POST; the default is 201, and a Location of its own.
	create http.HandlerFunc
	// number is the path of the n-th callback, or silent; the default counts from 1.
	number func(n int) string
	// body is that of the n-th callback.
	body func(n int, e spec.Event) string
	// command and delete answer for a stream; the default is 204.
	command, delete http.HandlerFunc
	// quit answers DELETE of the service itself; the default is 405.
	quit http.HandlerFunc
	// deaf keeps the client from opening streams.
	deaf bool

	clients sync.WaitGroup
	mu      sync.Mutex
	leave   []context.CancelFunc
	// created are the creations but that of the preflight.
	created chan creation
	calls   chan string
}

// silent is the path of a callback that is not made.
const silent = "none"

// creation is what was asked for.
type creation struct {
	raw                         string
	Tag, CallbackURL, StreamURL string
}

func newFake() *fake {
	f := &fake{
		status: says(200, "{}"),
		create: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/streams/1")
			w.WriteHeader(201)
		},
		number:  func(n int) string { return fmt.Sprintf("/%d", n+1) },
		body:    func(_ int, e spec.Event) string { return eventJSON(e) },
		command: says(204, ""), delete: says(204, ""), quit: says(405, ""),
		created: make(chan creation, 1000), calls: make(chan string, 1000),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { f.status(w, r) })
	mux.HandleFunc("POST /{$}", f.open)
	mux.HandleFunc("DELETE /{$}", func(w http.ResponseWriter, r *http.Request) { f.quit(w, r) })
	mux.HandleFunc("POST /streams/{id}", func(w http.ResponseWriter, r *http.Request) { f.called(w, r, f.command) })
	mux.HandleFunc("DELETE /streams/{id}", func(w http.ResponseWriter, r *http.Request) { f.called(w, r, f.delete) })
	f.Server = httptest.NewServer(mux)
	DeferCleanup(f.stop)
	return f
}

// says answers with a status and a body.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func (f *fake) called(w http.ResponseWriter, r *http.Request, answer http.HandlerFunc) {
	body, _ := io.ReadAll(r.Body)
	f.calls <- r.Method + " " + r.URL.Path + " " + string(body)
	answer(w, r)
}

func (f *fake) open(w http.ResponseWriter, r *http.Request) {
	defer GinkgoRecover()
	body, err := io.ReadAll(r.Body)
	Expect(err).NotTo(HaveOccurred())
	Expect(r.Header.Get("Content-Type")).To(Equal("application/json"))
	c := creation{raw: string(body)}
	Expect(json.Unmarshal(body, &c)).To(Succeed())
	if c.Tag != "preflight" {
		f.created <- c
	} else if !f.deaf {
		ctx, cancel := context.WithCancel(context.Background())
		f.mu.Lock()
		f.leave = append(f.leave, cancel)
		f.mu.Unlock()
		f.clients.Go(func() { f.client(ctx, c) })
	}
	f.create(w, r)
}

// client opens the stream and calls back for each event.
func (f *fake) client(ctx context.Context, c creation) {
	defer GinkgoRecover()
	request, err := http.NewRequestWithContext(ctx, "GET", c.StreamURL, nil)
	Expect(err).NotTo(HaveOccurred())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return
	}
	defer response.Body.Close()
	d := spec.NewDecoder(response.Body)
	for n := 0; ; n++ {
		v, err := d.Next()
		if err != nil {
			return
		}
		if number := f.number(n); number != silent {
			_, _ = post(c.CallbackURL+number, f.body(n, v.Event()))
		}
	}
}

func (f *fake) stop() {
	f.mu.Lock()
	for _, leave := range f.leave {
		leave()
	}
	f.mu.Unlock()
	f.Server.CloseClientConnections()
	f.Server.Close()
	f.clients.Wait()
	http.DefaultClient.CloseIdleConnections()
}

// post calls back, and returns the status.
func post(url, body string) (int, error) {
	response, err := http.Post(url, "", strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}

func eventJSON(e spec.Event) string {
	b, err := json.Marshal(map[string]any{"kind": "event",
		"event": map[string]string{"type": e.Type, "data": e.Data, "id": e.LastEventID}})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// seen keeps what a stream told.
type seen struct {
	mu   sync.Mutex
	list []transcript.Observation
}

func (s *seen) see(o transcript.Observation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, o)
}

func (s *seen) all() []transcript.Observation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]transcript.Observation(nil), s.list...)
}

// said are the data of events, the texts of comments and errors, and the word
// closed.
func (s *seen) said() []string {
	words := []string{}
	for _, o := range s.all() {
		words = append(words, o.Event.Data+o.Comment+o.Message)
		if o.Kind == transcript.SawClosed {
			words[len(words)-1] = "closed"
		}
	}
	return words
}

// subjectError demands that an error is the service's own doing.
func subjectError(err error) string {
	GinkgoHelper()
	e, ok := errors.AsType[*client.SubjectError](err)
	Expect(ok).To(BeTrue(), "%v is no SubjectError", err)
	return e.What
}
