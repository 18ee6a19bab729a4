package suite

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/spec"
)

// A Parse reads an event stream to its end and emits each event as soon as it
// is known, in any goroutine, but none after it has returned. An error says
// that it refuses the stream, which fails the case: event streams have no
// syntax errors.
type Parse = func(r io.Reader, emit func(spec.Event)) error

// TestParser plays the stream cases of the corpus against a parser.
func TestParser(t *testing.T, parse Parse, opts ...Option) {
	t.Helper()
	TestSubject(t, Parser(parse), opts...)
}

// Parser makes a subject of a parser, for [TestSubject] and [Describe].
func Parser(parse Parse) runner.Subject {
	return parser.Func("parser", func(r io.Reader, sink parser.Sink) error { return parse(r, sink.Event) })
}

// An Encode writes a stream of items; see [encoder.EncodeFunc].
type Encode = encoder.EncodeFunc

// TestEncoder plays the emit cases of the corpus against an encoder: what is handed to
// it must come back from a reader, and what the format cannot carry must be refused or
// made harmless.
func TestEncoder(t *testing.T, encode Encode, opts ...Option) {
	t.Helper()
	TestSubject(t, Encoder(encode), opts...)
}

// Encoder makes a subject of an encoder, for [TestSubject] and [Describe].
func Encoder(encode Encode) runner.Subject { return encoder.Func("encoder", encode) }

// TestScripted plays the emit cases against the server at url, which emits what each
// request asks for (docs/encoder.md); it is judged by how its stream arrives, too.
func TestScripted(t *testing.T, url string, opts ...Option) {
	t.Helper()
	TestSubject(t, server.NewScripted(url, false, collect(opts).server), opts...)
}

// A Connect opens the event source at ask.URL, hands each event to r, and
// returns when ctx is done, which closes the source, or when it has given up for
// good. What it reports beyond events, and takes beyond the URL, is named by
// [Capabilities].
type Connect = client.Func

// TestClient plays the stream cases of the corpus against a client: what it makes
// of a stream, how it asks, whether it comes back, when, and with which last event
// ID, and when it gives up. The server is on the loopback interface.
func TestClient(t *testing.T, connect Connect, opts ...Option) {
	t.Helper()
	o := collect(opts)
	TestSubject(t, Client(connect, o.profile, o.capabilities...), opts...)
}

// Client makes a subject of a client, for [TestSubject] and [Describe]. profile
// is client.ProfileBrowser or client.ProfileLibrary ("" too).
func Client(connect Connect, profile string, capabilities ...string) runner.Subject {
	return client.New(client.Function("client", connect, profile, capabilities...))
}

// TestServer plays the probe cases of the corpus against the server that
// streams at url.
func TestServer(t *testing.T, url string, opts ...Option) {
	t.Helper()
	TestSubject(t, server.New(url, collect(opts).server), opts...)
}

// TestHandler plays the probe cases of the corpus against a handler, which it
// serves on the loopback interface. It asks for the stream at / ([Path]: at
// another path).
func TestHandler(t *testing.T, handler http.Handler, opts ...Option) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("no port on the loopback interface: %v", err)
	}
	// Not httptest: its Close waits for handlers, and one that never notices
	// that its client has left is what a case is to report, not to hang on.
	s := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- s.Serve(listener) }()
	t.Cleanup(func() {
		_ = s.Close()
		<-served
	})
	TestServer(t, "http://"+listener.Addr().String()+collect(opts).path, opts...)
}

// TestSubject plays the cases of the subject's role: a subtest per case, named
// as the case and parallel to the others. The subject is started first and
// closed when the last subtest is over.
func TestSubject(t *testing.T, s runner.Subject, opts ...Option) {
	t.Helper()
	b, err := open(opts)
	if err != nil {
		t.Fatal(err)
	}
	own := runner.CasesFor(s, b.cases)
	if len(own) == 0 {
		t.Fatalf("no case for the role %s is selected, so there is nothing to judge", s.Info().Role)
	}
	// Cleanup runs once the parallel subtests are over; t.Context ends before.
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var all, judged atomic.Int32
	t.Cleanup(func() {
		cancel()
		if err := s.Close(); err != nil {
			t.Errorf("outside any case: %v", err)
		}
		if all.Load() > 0 && judged.Load() == 0 {
			t.Errorf("none of the %d cases could be judged", all.Load())
		}
	})
	if err := s.Start(ctx); err != nil {
		t.Fatal(err)
	}
	slots := runner.NewSlots(runner.Pace(s))
	for _, c := range own {
		t.Run(c.Name(), func(t *testing.T) {
			played := func() reports.Result { return b.play(ctx, s, c, slots) }
			if s.Info().Role == reports.RoleClient {
				played = ahead(played)
			}
			t.Parallel()
			r := played()
			all.Add(1)
			if r.Verdict == reports.Pass || r.Verdict == reports.Fail {
				judged.Add(1)
			}
			conclude(t, b, c, s.Info(), r)
		})
	}
}

// ahead begins a play now. A client's cases wait most of the time, and of parallel
// subtests only as many run at once as there are processors.
func ahead(play func() reports.Result) func() reports.Result {
	result := make(chan reports.Result, 1)
	go func() { result <- play() }()
	return func() reports.Result { return <-result }
}

// play plays a case as the options say.
func (b *book) play(ctx context.Context, s runner.Subject, c *cases.Case, slots runner.Slots) reports.Result {
	return runner.PlayCase(ctx, s, c, runner.CaseOptions{Timeout: b.timeout, Slots: slots})
}

// conclude ends a subtest.
func conclude(t *testing.T, b *book, c *cases.Case, info runner.Info, r reports.Result) {
	t.Helper()
	switch how, text := b.end(c, info, r); {
	case how == fails:
		t.Error(text)
	case how == skips:
		t.Skip(text)
	case text != "":
		t.Log(text)
	}
}
