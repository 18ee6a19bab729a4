// Package browser puts the EventSource of a real browser to work. It serves a
// page that opens an event source for each case and posts what it saw, and
// starts a browser on it: headless, with an empty profile of its own. It drives
// the page and nothing else of the browser.
//
// A browser opens about six connections to one origin over HTTP/1.1. So the page
// holds a frame for each of several origins, and each frame opens few event
// sources at once. The page alone talks to ssecheck.
package browser

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Manual is the name of the browser that the user opens.
const Manual = "manual"

// Names are the browsers that are found by name; a path does as well.
func Names() []string { return []string{Chromium, Firefox, WebKit, Manual} }

// Options are what a driver is made with; the zero value works.
type Options struct {
	// Frames is how many frames the page has, each at an origin of its own; default
	// 4 for each processor, from 8 to 16: a browser that is too busy is late.
	Frames int
	// Sources is how many event sources a frame opens at once; default 5. More
	// than 5 leaves the browser no connection for what it does besides.
	Sources int
	// Restarts is how often a browser that ended is started anew, in all;
	// default 3, and negative is never.
	Restarts int
	// Say tells the user something while the driver waits, such as the URL to
	// open; default nobody is told.
	Say func(string)

	times times
}

// times are the bounds of waiting.
type times struct {
	start    time.Duration // until a browser that was started must have asked
	poll     time.Duration // how long a request for commands waits for one
	patience time.Duration // how long the page may be silent
	goodbye  time.Duration // how long the page may take to learn of the end
}

// Driver is a [client.Driver].
type Driver struct {
	name    string
	options Options
	seats   *seats
	env     client.Environment
	token   string // of the page's address, so that no other site can guess it
	home    *url.URL
	browser *program // nil: the user's

	starting chan struct{} // holds a token while nobody starts the browser
	ending   chan struct{} // closed when Close begins
	close    func() error

	mu       sync.Mutex
	hello    client.Hello
	launched *launched // the browser that was started last
	page     *session
	loaded   int           // how often the page was asked for
	arrival  chan struct{} // closed and made anew when a page says hello
	restarts int
	closed   bool
}

// New makes a driver for a browser: one of [Names], or a path. It looks for
// nothing yet.
func New(name string, o Options) *Driver {
	o.Frames = orDefault(o.Frames, min(max(8, 4*runtime.NumCPU()), 16))
	o.Sources = orDefault(o.Sources, 5)
	o.Restarts = orDefault(o.Restarts, 3)
	if o.Say == nil {
		o.Say = func(string) {}
	}
	o.times.start = orDefault(o.times.start, 30*time.Second)
	o.times.poll = orDefault(o.times.poll, 10*time.Second)
	o.times.patience = orDefault(o.times.patience, 30*time.Second)
	o.times.goodbye = orDefault(o.times.goodbye, 3*time.Second)
	d := &Driver{
		name: name, options: o,
		starting: make(chan struct{}, 1), ending: make(chan struct{}), arrival: make(chan struct{}),
	}
	d.starting <- struct{}{}
	d.close = sync.OnceValue(d.end)
	d.hello = client.Hello{Name: name, Browser: true, Flags: "--browser " + name, Capabilities: []string{
		client.Opens, client.Errors, client.WithCredentials, client.CORS, client.CloseInHandler, client.Interface,
	}}
	d.hello.Parallel = o.Frames * o.Sources
	return d
}

func orDefault[T int | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// Hosts is how many hosts the driver wants in its environment: one for the page
// and one for each frame. With fewer it opens fewer event sources at once.
func (d *Driver) Hosts() int { return 1 + d.options.Frames }

// ConnectTime is how long a Connect may take: a browser may have to be started
// anew first, and every place may be taken for a while.
func (d *Driver) ConnectTime() time.Duration { return 2 * time.Minute }

// Start finds the browser, serves the page and starts the browser on it.
func (d *Driver) Start(ctx context.Context, env client.Environment) error {
	if len(env.Hosts) == 0 || env.Mount == nil {
		return errors.New("browser: the environment has no host to serve a page on")
	}
	d.env = env
	d.seatFrames()
	if d.name != Manual {
		found, err := find(d.name)
		if err != nil {
			return err
		}
		d.browser = found
		d.hello.Address = found.path
		if found.kind.trusts() && env.CACert != "" {
			d.hello.Capabilities = append(d.hello.Capabilities, client.HTTPS, client.HTTP2)
			d.hello.Credulous = found.kind.credulous
		}
	}
	if err := d.serve(); err != nil {
		return err
	}
	if _, err := d.current(ctx); err != nil {
		return errors.Join(err, d.Close())
	}
	return nil
}

// seatFrames places the frames on the hosts: the first is left to the page,
// unless it is the only one.
func (d *Driver) seatFrames() {
	hosts := d.env.Hosts[:min(len(d.env.Hosts), d.Hosts())]
	sources := d.options.Sources
	if len(hosts) > 1 {
		hosts = hosts[1:]
	} else {
		sources = max(1, sources-2) // the page's own two requests count
	}
	d.seats = newSeats(hosts, sources)
	d.hello.Parallel = len(hosts) * sources
}

// Hello is who the browser is and what it offers.
func (d *Driver) Hello() client.Hello {
	d.mu.Lock()
	defer d.mu.Unlock()
	h := d.hello
	h.Capabilities = slices.Clone(h.Capabilities)
	return h
}

// Connect opens an event source in a frame, and returns when the page has made
// it. It waits while as many are open as the browser can hold connections; a
// browser that has ended is started anew.
func (d *Driver) Connect(ctx context.Context, c client.Connect, see func(transcript.Observation)) (client.Stream, error) {
	target, err := url.Parse(c.URL)
	if err != nil {
		return nil, fmt.Errorf("browser: the case's URL: %w", err)
	}
	foreign, bounded := "", ""
	if target.Scheme != "http" || !slices.Contains(d.env.Hosts, target.Host) {
		foreign = target.Host
	}
	if c.HTTP != cases.HTTP2 { // whose streams share one connection
		bounded = foreign
	}
	seat, err := d.seats.take(ctx, bounded, c.Alone)
	if err != nil {
		return nil, fmt.Errorf("browser: every place for an event source is taken: %w", err)
	}
	page, err := d.current(ctx)
	if err != nil {
		seat.leave()
		return nil, err
	}
	if foreign == "" {
		target.Host = seat.host
	}
	s := page.open(c, target.String(), seat, see)
	if err := s.untilMade(ctx); err != nil {
		s.Release()
		return nil, err
	}
	return s, nil
}

// Close tells the page that it is done, ends the browser and waits for it.
func (d *Driver) Close() error { return d.close() }

func (d *Driver) end() error {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	close(d.ending)
	<-d.starting // for good: it is started no more
	close(d.starting)
	d.mu.Lock()
	page, browser := d.page, d.launched
	d.mu.Unlock()
	if page != nil {
		page.bye(d.options.times.goodbye, browser == nil)
	}
	if browser != nil {
		return browser.stop()
	}
	return nil
}

// errClosed is why nothing can be opened any more.
var errClosed = errors.New("browser: the driver is closed")

var _ client.Driver = (*Driver)(nil)
var _ http.Handler = (*server)(nil)
