// Package service drives clients that stand behind an HTTP test service, in the
// protocol of LaunchDarkly's sse-contract-tests. It plays that protocol's
// harness, so that the services which SSE clients in a dozen languages already
// ship run unchanged; docs/client-service.md describes what goes over the wire.
//
// It starts no service and ends none unless it is told to, and it judges
// nothing.
package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Options bound what a service may cost. The zero value takes the defaults.
type Options struct {
	// StartTimeout is for how long a service that cannot be reached is tried
	// again at the start; default 10 s.
	StartTimeout time.Duration
	// Answer is how long one request to the service may take, and how long the
	// first callback is waited for; default 5 s.
	Answer time.Duration
	// Create is how long the creation of a stream may take; default 30 s. It is
	// longer, since some services answer only when their client is connected,
	// which is when the case lets it.
	Create time.Duration
	// Return is how long a service that went away may take to come back, where
	// something else starts it anew; default 5 s.
	Return time.Duration
	// Gap is how long a callback may be missing of which later ones have come;
	// default 10 s: one that is sent over a connection of its own may be seconds
	// late when there are thousands of them.
	Gap time.Duration
	// Parallel is how many streams the service has at once; default 64.
	Parallel int
	// MaxCallback is how many bytes one callback may have; default
	// [protocol.MaxLine].
	MaxCallback int64
	// StopAtEnd asks the service to exit when all is over.
	StopAtEnd bool
}

func (o Options) withDefaults() Options {
	o.StartTimeout = cmp.Or(o.StartTimeout, 10*time.Second)
	o.Answer = cmp.Or(o.Answer, 5*time.Second)
	o.Create = cmp.Or(o.Create, 30*time.Second)
	o.Return = cmp.Or(o.Return, 5*time.Second)
	o.Gap = cmp.Or(o.Gap, 10*time.Second)
	o.Parallel = cmp.Or(o.Parallel, 64)
	o.MaxCallback = cmp.Or(o.MaxCallback, protocol.MaxLine)
	return o
}

// grace is how long Close waits for requests under way.
const grace = 500 * time.Millisecond

// A Driver is the harness of one service.
type Driver struct {
	options Options
	address string   // as it was given
	base    *url.URL // the same, read by Start
	api     *http.Client
	offers  offers

	callbacks *callbacks
	hello     client.Hello

	// alive ends with Close; what outlives a call hangs on it.
	alive context.Context
	end   context.CancelFunc
	tasks sync.WaitGroup

	// firstCounter is that of a stream's first callback, as the preflight saw it.
	firstCounter uint64
	gap          time.Duration // Options.Gap, and less in the preflight

	asked   atomic.Pointer[time.Time] // since when it is asked whether it is there
	stalled atomic.Pointer[time.Time] // when it last was slow to say so

	returning sync.Mutex // held by who waits for the service to come back
	dead      bool       // it did not

	mu      sync.Mutex
	streams map[string]*stream // those that are called back, by their number
	count   int
}

// New drives the service at an http or https URL.
func New(address string, o Options) *Driver {
	o = o.withDefaults()
	d := &Driver{
		options: o, address: address,
		api:     newAPI(o.Parallel),
		hello:   client.Hello{Address: address, Flags: "--client-service " + address, Parallel: o.Parallel, Shared: true},
		streams: map[string]*stream{},
	}
	d.alive, d.end = context.WithCancel(context.Background())
	d.callbacks = newCallbacks(d)
	return d
}

// Hello is who stands behind the service, and what it offers.
func (d *Driver) Hello() client.Hello { return d.hello }

// Start asks the service what it offers and tries it with one small stream, so
// that what is wrong with the service itself is said before the first case.
func (d *Driver) Start(ctx context.Context, env client.Environment) (err error) {
	defer func() {
		if err != nil {
			d.finish()
		}
	}()
	if d.base, err = readAddress(d.address); err != nil {
		return err
	}
	status, err := d.awaitStatus(ctx)
	if err != nil {
		return err
	}
	d.offers = status.offers()
	d.hello.Name = cmp.Or(string(status.Name), "client service at "+d.base.Host)
	d.hello.Version, d.hello.Language = string(status.Version), string(status.Language)
	d.hello.Capabilities, d.hello.Late = d.offers.capabilities, d.offers.listen

	if err := d.callbacks.listen(ctx, env.Hosts[0]); err != nil {
		return err
	}
	if err := d.preflight(ctx); err != nil {
		return err
	}
	d.tasks.Go(d.watch)
	return nil
}

func readAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("%q is no URL of a test service; write it as http://HOST:PORT", address)
	}
	u.Fragment = ""
	return u, nil
}

// Connect has the service open a stream. It returns at once, unless the service
// must be told the event types of the case: then when it was. What goes wrong
// later is told by the stream.
func (d *Driver) Connect(ctx context.Context, c client.Connect, see func(transcript.Observation)) (client.Stream, error) {
	if err := d.offers.takes(c); err != nil {
		return nil, err
	}
	s := d.open(c, see)
	if !d.offers.listen {
		return s, nil
	}
	select {
	case <-s.created:
	case <-ctx.Done():
		_ = s.Close(ctx)
		s.Release()
		return nil, fmt.Errorf("the service has not answered yet: %w", context.Cause(ctx))
	}
	select {
	case <-s.lost:
		return nil, s.err
	default:
		return s, nil
	}
}

// open makes a stream that can be called back, and has it created.
func (d *Driver) open(c client.Connect, see func(transcript.Observation)) *stream {
	d.mu.Lock()
	d.count++
	s := newStream(d, strconv.Itoa(d.count), see)
	d.streams[s.number] = s
	d.mu.Unlock()
	d.tasks.Go(func() { s.create(c) })
	return s
}

// stream is the one that has a number, or nil.
func (d *Driver) stream(number string) *stream {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.streams[number]
}

// forget has callbacks for a stream answered with 404.
func (d *Driver) forget(s *stream) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.streams, s.number)
}

// all are the streams that are called back.
func (d *Driver) all() []*stream {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := make([]*stream, 0, len(d.streams))
	for _, s := range d.streams {
		list = append(list, s)
	}
	return list
}

// Close deletes the streams that are still there, asks the service to exit when
// that is wished, and waits for all that is under way.
func (d *Driver) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	var closing sync.WaitGroup
	for _, s := range d.all() {
		closing.Go(func() {
			_ = s.Close(ctx)
			s.Release()
		})
	}
	closing.Wait()
	var err error
	if d.options.StopAtEnd && d.base != nil {
		err = d.stop()
	}
	d.finish()
	return err
}

// finish ends what is under way, and waits for it.
func (d *Driver) finish() {
	d.end()
	d.callbacks.close()
	d.tasks.Wait()
	d.api.CloseIdleConnections()
}

// stop asks the service to exit. One that does so before it answers does right.
func (d *Driver) stop() error {
	ctx := context.Background()
	answer, err := d.call(ctx, d.options.Answer, http.MethodDelete, d.base.String(), nil)
	if errors.Is(err, errNoAnswer) {
		return fmt.Errorf("the service was asked to exit: %w", err)
	}
	if err == nil && !answer.ok() {
		return fmt.Errorf("the service was asked to exit: %w", answer.refusal())
	}
	return nil
}
