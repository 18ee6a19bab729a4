package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/runner/wire"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A Subject is a client under test: an implementation behind its driver, and
// the scripted server that it is let loose on.
type Subject struct {
	driver Driver
	hello  Hello
	wire   *wire.Server
	pace   *pace

	gate *gate // who may play

	stirred atomic.Int64 // when the client last did something, in ns since 1970

	life    context.Context // of what runs beside the plays
	endLife context.CancelFunc
	beside  sync.WaitGroup
}

// A Spread is a Driver that wants the cases at several hosts: browsers count
// their connections by host.
type Spread interface {
	// Hosts is at how many.
	Hosts() int
}

// A Slow is a Driver whose Connect may take long before it asks the
// implementation, which is not held against that: it may wait until there is
// room in it, or until it has started.
type Slow interface {
	// ConnectTime is how long that may take.
	ConnectTime() time.Duration
}

// A Stalling driver knows when its implementation answered nobody for a while,
// as one does that has one thread for all event sources.
type Stalling interface {
	// Stalled is when that was last so; the zero time is never.
	Stalled() time.Time
}

// New makes a subject of the implementation that the driver drives.
func New(d Driver) *Subject {
	s := &Subject{driver: d, hello: d.Hello(), gate: newGate()}
	s.life, s.endLife = context.WithCancel(context.Background())
	s.pace = newPace(s.measureWait)
	return s
}

// Start starts the wire server and the implementation.
func (s *Subject) Start(ctx context.Context) error {
	hosts := 1
	if spread, ok := s.driver.(Spread); ok {
		hosts = max(1, spread.Hosts())
	}
	server, err := wire.Start(s.life, wire.Options{Hosts: hosts})
	if err != nil {
		return fmt.Errorf("the scripted server could not be started: %w", err)
	}
	s.wire = server
	env := Environment{
		CACert: server.CACert(), Hosts: server.Hosts(), Mount: server.Mount,
		Env: []string{"SSL_CERT_FILE=" + server.CACert(), "NODE_EXTRA_CA_CERTS=" + server.CACert()},
	}
	if err := s.driver.Start(ctx, env); err != nil {
		return err
	}
	s.hello = s.driver.Hello()
	s.gate.shared = s.hello.Shared
	return nil
}

// Info is who the implementation is.
func (s *Subject) Info() runner.Info {
	profile := ProfileLibrary
	if s.hello.Browser {
		profile = ProfileBrowser
	}
	return runner.Info{
		Role: reports.RoleClient, Name: s.hello.Name, Version: s.hello.Version,
		Address: s.hello.Address, Flags: s.hello.Flags, Deviates: s.hello.Deviates, Profile: profile,
	}
}

// The profiles of a client: what a failure is, is the standard's letter for the
// one, and the implementation's own matter for the other.
const (
	ProfileBrowser = "browser"
	ProfileLibrary = "library"
)

// Level is the case's level for this client: information only, where the
// standard binds browsers and leaves the matter to libraries.
func (s *Subject) Level(c *cases.Case) requirements.Level {
	if c.Library == cases.LibraryInfo && !s.hello.Browser {
		return requirements.Info
	}
	return c.Level
}

// Skip skips what the implementation does not offer or report.
func (s *Subject) Skip(c *cases.Case) runner.Skip {
	if c.Kind() == cases.KindStream && c.Finally != nil && (c.Finally.ReconnectionTime != nil || c.Finally.NoReconnectionTime) {
		return runner.Skip{Kind: reports.SkipCapability, Reason: "a client tells no reconnection time; the cases client/retry measure it"}
	}
	for _, n := range needs(c) {
		if !s.hello.Claims(n.capability) {
			return runner.Skip{Kind: reports.SkipCapability, Reason: fmt.Sprintf("the client %s (capability %s)", n.lack, n.capability)}
		}
	}
	if c.Certificate != "" && s.hello.Credulous {
		return runner.Skip{Kind: reports.SkipCapability, Reason: "the client was started with the word to take any certificate"}
	}
	return runner.Skip{}
}

// Variants are those of a client.
func (s *Subject) Variants(c *cases.Case) []cases.Variant { return cases.ClientVariants(c) }

// atOnce is how many event sources a client has open at once unless it says
// otherwise. Most of them wait for something, and all cases side by side take
// about as long as the slowest.
const atOnce = 256

// Parallel is how many event sources the client may have open at once.
func (s *Subject) Parallel() int {
	if s.hello.Parallel > 0 {
		return s.hello.Parallel
	}
	return atOnce
}

// Play plays a variant within the default time.
func (s *Subject) Play(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
	return s.PlayFor(ctx, runner.DefaultTimeout, c, v)
}

// PlayFor plays a variant. limit is the time that the client has beyond the
// waits that the case itself asks for and that are the client's nature.
//
// An implementation whose process ends while it has several sources open is
// played again, alone: what ends it then is its own doing.
func (s *Subject) PlayFor(ctx context.Context, limit time.Duration, c *cases.Case, v cases.Variant) *transcript.Transcript {
	if s.wire == nil {
		return &transcript.Transcript{Broken: "the client was not started"}
	}
	t, lost := s.undisturbed(ctx, limit, c, v)
	for range races {
		if lost != nil || !raced(t) {
			break
		}
		t, lost = s.undisturbed(ctx, limit, c, v)
	}
	switch {
	case lost == nil && unsure(t):
		t.Broken = "the client was asked to close, and made a request before it had confirmed that, each time that this was tried: " +
			"the machine is too busy to tell which came first"
		return t
	case lost == nil:
		return t
	}
	again, lost, _ := s.attempt(ctx, limit, c, v, alone)
	if again == nil {
		return t
	}
	if lost != nil {
		again.Failed, again.Stderr = lost.What, lost.Stderr
	}
	return again
}

// disturbances is how often a play is played again that another one disturbed.
const disturbances = 3

// undisturbed is attempt, once more where the implementation answered nobody for
// a while because of another play: nothing is known of this one then.
func (s *Subject) undisturbed(ctx context.Context, limit time.Duration, c *cases.Case, v cases.Variant) (*transcript.Transcript, *SubjectError) {
	for n := 0; ; n++ {
		kind := beside
		if !s.stalled().IsZero() {
			kind = weigh(c, v)
			s.untilAwake(ctx)
		}
		t, lost, began := s.attempt(ctx, limit, c, v, kind)
		if kind == heavy || n == disturbances || s.stalled().Before(began) || ctx.Err() != nil {
			return t, lost
		}
	}
}

// longestStall is how long an implementation may answer nobody before it is played on
// all the same. One that is quadratic in what it reads has taken a minute and a
// half for a few mebibytes, which it went on to read when nobody waited any more.
const longestStall = 3 * time.Minute

// untilAwake waits while the implementation answers nobody.
func (s *Subject) untilAwake(ctx context.Context) {
	ctx, stop := context.WithTimeout(ctx, longestStall)
	defer stop()
	const look = 50 * time.Millisecond
	for time.Since(s.stalled()) < look {
		select {
		case <-ctx.Done():
			return
		case <-time.After(look):
		}
	}
}

func (s *Subject) stalled() time.Time {
	if d, ok := s.driver.(Stalling); ok {
		return d.Stalled()
	}
	return time.Time{}
}

// attempt plays once; lost says how the implementation ended on the way, began
// when the play began. There is no transcript where ctx ended before the play
// could begin alone.
func (s *Subject) attempt(ctx context.Context, limit time.Duration, c *cases.Case, v cases.Variant, kind playKind) (
	t *transcript.Transcript, lost *SubjectError, began time.Time) {
	if err := s.gate.enter(ctx, kind); err != nil {
		if kind == alone {
			return nil, nil, time.Now()
		}
		return &transcript.Transcript{Broken: err.Error()}, nil, time.Now()
	}
	defer s.gate.leave(kind)
	began = time.Now()
	p := &play{subject: s, of: c, variant: v, limit: limit, log: transcript.NewLog()}
	err := p.run(ctx, kind == alone)
	lost, ok := errors.AsType[*SubjectError](err)
	if err != nil && !ok {
		return &transcript.Transcript{Broken: err.Error(), Entries: p.log.Entries()}, nil, began
	}
	return p.transcript(), lost, began
}

// stir notes that the client has done something, on whichever event source.
func (s *Subject) stir() { s.stirred.Store(time.Now().UnixNano()) }

// idle is for how long the client has done nothing at all.
func (s *Subject) idle() time.Duration {
	return time.Since(time.Unix(0, s.stirred.Load()))
}

// Close ends the implementation, then the server.
func (s *Subject) Close() error {
	s.endLife()
	s.beside.Wait()
	err := s.driver.Close()
	if s.wire != nil {
		err = errors.Join(err, s.wire.Close())
	}
	return err
}
