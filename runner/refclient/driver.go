package refclient

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// Name is what the reference client is called in reports.
const Name = "reference client"

// Capabilities are what it offers, in the words of the adapter protocol.
func Capabilities() []string {
	return []string{
		client.Comments, client.Opens, client.Errors, client.Headers, client.Method, client.LastEventID, client.Retry,
		client.HTTPS, client.HTTP2, client.H2C, client.CloseInHandler,
	}
}

// Driver drives the reference client in this process.
func Driver() client.Driver { return DriverOf(Name, Sound) }

// DriverOf drives a client of other rules, made anew for each source. One that
// goes on after it was closed is ended with the driver; what it reports
// once Stream.Close has returned is dropped.
func DriverOf(name string, rules func() Rules) client.Driver {
	return &driver{name: name, rules: rules}
}

type driver struct {
	name  string
	rules func() Rules
	roots *x509.CertPool
	life  context.Context
	end   context.CancelFunc
	wait  sync.WaitGroup
}

// Start reads the certificate.
func (d *driver) Start(ctx context.Context, env client.Environment) error {
	d.life, d.end = context.WithCancel(context.WithoutCancel(ctx))
	if env.CACert == "" {
		return nil
	}
	pem, err := os.ReadFile(env.CACert)
	if err != nil {
		return fmt.Errorf("the certificate that the reference client should trust: %w", err)
	}
	d.roots = x509.NewCertPool()
	if !d.roots.AppendCertsFromPEM(pem) {
		return fmt.Errorf("no certificate in PEM in %s, which the reference client should trust", env.CACert)
	}
	return nil
}

func (d *driver) Hello() client.Hello {
	return client.Hello{Name: d.name, Language: "go", Capabilities: Capabilities(), Browser: true, Address: "in this process"}
}

// Close ends every source and waits until they are gone.
func (d *driver) Close() error {
	if d.end != nil { // else it was never started
		d.end()
	}
	d.wait.Wait()
	return nil
}

func (d *driver) Connect(_ context.Context, c client.Connect, see func(transcript.Observation)) (client.Stream, error) {
	rules := d.rules()
	options := Options{
		URL: c.URL, Method: c.Method, Body: c.Body, LastEventID: c.LastEventID, HTTP: version(c.HTTP),
		Header: http.Header{}, Retry: time.Duration(c.Retry) * time.Millisecond, RootCAs: d.roots, Rules: &rules,
	}
	for name, value := range c.Headers {
		options.Header.Set(name, value)
	}
	s := &stream{see: see, closeAfter: c.CloseAfter, lost: make(chan struct{})}
	ctx, end := context.WithCancel(d.life)
	s.end = end
	s.source = newSource(ctx, options, s.handlers())
	s.source.start()
	d.wait.Go(func() { <-s.source.Done() })
	return s, nil
}

// version is the word of a case for a version in the client's own.
func version(http string) string {
	if http == cases.HTTPS1 {
		return "" // that it is over TLS, the URL says
	}
	return http
}

// A stream is one source of the driver.
type stream struct {
	source     *Source
	closeAfter int
	events     int
	end        context.CancelFunc
	lost       chan struct{} // never closed: this process is here as long as we are

	mu    sync.Mutex // held while see is called
	see   func(transcript.Observation)
	told  bool // that it is closed
	muted bool // nobody listens
}

func (s *stream) handlers() Handlers {
	return Handlers{
		Open:    func() { s.tell(transcript.Observation{Kind: transcript.SawOpen}) },
		Event:   s.event,
		Comment: func(text string) { s.tell(transcript.Observation{Kind: transcript.SawComment, Comment: text}) },
		Error: func(err error, reconnecting bool) {
			s.tell(transcript.Observation{Kind: transcript.SawError, Message: err.Error(), Reconnecting: &reconnecting})
		},
	}
}

func (s *stream) tell(o transcript.Observation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.muted {
		s.see(o)
	}
}

// tellClosed says once that the source is closed.
func (s *stream) tellClosed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.told && !s.muted {
		s.told = true
		s.see(transcript.Observation{Kind: transcript.SawClosed})
	}
}

// event is the handler in which the source may have to be closed.
func (s *stream) event(e spec.Event) {
	s.tell(transcript.Observation{Kind: transcript.SawEvent, Event: e})
	if s.events++; s.events == s.closeAfter {
		s.source.Close()
		s.tellClosed()
	}
}

// patience is how long a closed source may take to end before that is confirmed
// all the same.
const patience = 100 * time.Millisecond

// Close closes the source. One that keeps to the rules is gone at once; what
// another still reports is told until it is released.
func (s *stream) Close(ctx context.Context) error {
	s.source.Close()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case <-s.source.Done():
	case <-ctx.Done():
	}
	s.tellClosed()
	return nil
}

// Release ends also a source that goes on although it is closed, and lets
// nothing more through; a report that is under way ends before.
func (s *stream) Release() {
	s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.muted = true
}

func (s *stream) Lost() <-chan struct{} { return s.lost }

func (s *stream) Err() error { return nil }
