package server

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A Scripted is a server that emits what each request asks for: its library is judged
// as an encoder is, and by how its stream arrives.
type Scripted struct {
	address string
	opts    Options
	get     bool
	slots   *semaphore.Weighted

	// What follows is set by Start.
	dialer *dialer
	target *url.URL
	fields []transcript.Field
	hello  *protocol.Hello // nil of a server that says nothing of itself
}

var (
	_ runner.Subject    = (*Scripted)(nil)
	_ runner.Timekeeper = (*Scripted)(nil)
)

// NewScripted returns the subject at a URL that takes scripts: with POST as JSON, or
// with get in the query parameter script, as base64url.
func NewScripted(url string, get bool, opts Options) *Scripted {
	opts = opts.withDefaults(url)
	return &Scripted{address: url, opts: opts, get: get, slots: semaphore.NewWeighted(int64(opts.Connections))}
}

// Start greets the server with the hello of the adapter protocol, as it would be
// greeted with a script. A server that knows it answers with its hello as JSON, and
// says by it what its library can do; one that does not is held to be able to do all.
func (s *Scripted) Start(ctx context.Context) error {
	plain := &Server{address: s.address, opts: s.opts}
	target, err := plain.prepare()
	if err != nil {
		return err
	}
	s.target, s.dialer, s.fields = target, plain.dialer, plain.fields
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	v := open(ctx, s.dialer, "hello", s.way([]byte(protocol.HelloLine)), time.Now(), false)
	defer func() {
		v.leave(false)
		<-v.done
	}()
	v.wait(ctx, func(c *transcript.Conn) bool { return isOver(c) || c.Answered() && c.MediaType() != "application/json" })
	c := v.snapshot()
	switch {
	case !c.Answered():
		return &TargetError{target.Redacted(), cmp.Or(c.Err, fmt.Sprintf("it sends no response within %s", startWait)), plain.remedy(c.Err)}
	case c.Status == 404 || c.Status == 405 || c.Status == 401 || c.Status == 403:
		return &TargetError{target.Redacted(), "it answers " + described(c) + " to a script", plain.remedyFor(c.Status)}
	case c.MediaType() == "application/json" && c.Status == 200:
		return s.introduced(c.Body)
	}
	return nil
}

// introduced reads the server's hello.
func (s *Scripted) introduced(body []byte) error {
	hello, err := protocol.ReadHello(body)
	if err != nil {
		return &TargetError{s.target.Redacted(), "it answers the hello with JSON that is none: " + err.Error(),
			"answer with a hello of the adapter protocol, or with an empty event stream"}
	}
	s.hello = &hello
	return nil
}

// way is how a script is handed over.
func (s *Scripted) way(script []byte) way {
	return way{want: dialing{url: s.target}, r: s.request(script)}
}

// request is the one that hands a script over.
func (s *Scripted) request(script []byte) request {
	r := request{method: "POST", url: s.target, version: "1.1", fields: set(s.fields, "Content-Type", "application/json"), body: script}
	if s.get {
		u := *s.target
		query := u.Query()
		query.Set("script", base64.RawURLEncoding.EncodeToString(script))
		u.RawQuery = query.Encode()
		r = request{method: "GET", url: &u, version: "1.1", fields: s.fields}
	}
	return r
}

// Info is who the server said it is.
func (s *Scripted) Info() runner.Info {
	i := runner.Info{Role: reports.RoleServer, Name: s.address, Address: s.address, Flags: s.opts.Flags, Scripted: true}
	if u, err := url.Parse(s.address); err == nil && u.Host != "" {
		i.Name = u.Host
	}
	if s.hello != nil {
		i.Name, i.Version, i.Deviates = cmp.Or(s.hello.Name, i.Name), s.hello.Version, s.hello.Deviates
	}
	return i
}

// claims says what the server's library can do.
func (s *Scripted) claims(word string) bool { return s.hello == nil || s.hello.Claims(word) }

// Parallel is how many scripts are played at once.
func (s *Scripted) Parallel() int { return s.opts.Connections }

// maxQuery bounds a script in a query parameter: servers take a few KiB of it.
const maxQuery = 6 << 10

// Skip skips what the library has no way to emit, and what no query parameter holds.
func (s *Scripted) Skip(c *cases.Case) runner.Skip {
	for _, word := range c.Claims() {
		if !s.claims(word) {
			return runner.Skip{Kind: reports.SkipCapability, Reason: "the server does not claim the capability " + word}
		}
	}
	if s.get && len(c.Script(true)) > maxQuery {
		return runner.Skip{Kind: reports.SkipCapability,
			Reason: fmt.Sprintf("the script has more than the %d bytes that a query parameter may be trusted to hold", maxQuery)}
	}
	return runner.Skip{}
}

// Variants are as written and, where the library may refuse, the control.
func (s *Scripted) Variants(c *cases.Case) []cases.Variant { return cases.EmitVariants(c) }

// Close has nothing to end: each play ends what it began.
func (s *Scripted) Close() error { return nil }

// Play plays a variant within the time of ctx.
func (s *Scripted) Play(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
	return s.PlayFor(ctx, 0, c, v)
}

// PlayFor plays a variant. The time runs from when its connections are free; what the
// script sleeps comes on top.
func (s *Scripted) PlayFor(ctx context.Context, limit time.Duration, c *cases.Case, v cases.Variant) *transcript.Transcript {
	if s.dialer == nil {
		return &transcript.Transcript{Broken: "the server was not started"}
	}
	places := min(2, int64(s.opts.Connections))
	if err := s.slots.Acquire(ctx, places); err != nil {
		return &transcript.Transcript{Broken: "the time was up before connections were free: " + err.Error()}
	}
	defer s.slots.Release(places)
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit+slept(c), errOverrun)
		defer cancel()
	}
	p := &scriptPlay{server: s, of: c, control: v.Control, log: transcript.NewLog()}
	if v.Control {
		p.of = c.Control()
	}
	return p.play(ctx)
}

var errOverrun = errors.New("the time of the case was up")

// slept is how long the script sleeps, and the runner watches what is held open.
func slept(c *cases.Case) time.Duration {
	d := time.Duration(0)
	for i := range c.Emit {
		d += c.Emit[i].Sleep
	}
	if c.EndOfScript() == cases.EndHold {
		d += heldFor
	}
	if slices.Contains(c.Delivery, cases.DeliveryNoticesLeaving) {
		d += noticeWait
	}
	return d
}

// What the server says of its data and ids.
func (s *Scripted) jsonData() bool { return s.hello != nil && s.hello.Claims("json-data") }
func (s *Scripted) ownIDs() bool   { return s.hello != nil && s.hello.Claims("own-ids") }
