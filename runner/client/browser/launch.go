package browser

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/process"
)

// launched is a browser that was started, and the folder that holds its profile
// and all its temporary files.
type launched struct {
	process *process.Process
	grace   time.Duration
	dir     string
	watch   sync.WaitGroup
	once    sync.Once
	err     error
}

// launch starts the browser on the page.
func (d *Driver) launch() (*launched, error) {
	dir, err := os.MkdirTemp("", "ssecheck-browser-")
	if err != nil {
		return nil, fmt.Errorf("browser: make a folder for its profile: %w", err)
	}
	l := &launched{dir: dir, grace: d.browser.kind.grace}
	start, err := d.browser.command(dir, site{url: d.home.String(), hosts: names(d.env.Hosts), cert: d.env.CACert})
	if err == nil {
		l.process, err = process.StartProgram(start.path, start.args, start.env...)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("browser: start %s: %w", d.browser.path, err), os.RemoveAll(dir))
	}
	l.process.CloseStdin()
	l.watch.Go(func() { _, _ = io.Copy(l.process.Stderr(), l.process.Stdout()) })
	return l, nil
}

// stop ends the browser and removes its folder; more than once is as good as
// once.
func (l *launched) stop() error {
	l.once.Do(func() {
		l.end()
		l.process.Abort() // nobody reads what it printed any more
		l.err = errors.Join(l.process.Close(0), removeAll(l.dir))
		l.watch.Wait()
	})
	return l.err
}

// end ends the processes, and waits for their last words.
func (l *launched) end() {
	if l.grace > 0 {
		l.process.Stop(l.grace)
	}
	l.process.Kill()
}

// removeAll removes the folder. Processes that are being killed may write into it
// for a moment yet.
func removeAll(dir string) error {
	for try := 0; ; try++ {
		err := os.RemoveAll(dir)
		if err == nil || try == 20 {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// current is the page, once there is one: a browser that has ended is started
// anew, and a page that the user has closed is waited for.
func (d *Driver) current(ctx context.Context) (*session, error) {
	if page := d.living(); page != nil {
		return page, nil
	}
	select {
	case _, open := <-d.starting:
		if !open {
			return nil, errClosed
		}
		defer func() { d.starting <- struct{}{} }()
	case <-ctx.Done():
		return nil, fmt.Errorf("browser: it is being started: %w", ctx.Err())
	}
	if page := d.living(); page != nil {
		return page, nil
	}
	if d.name == Manual {
		return d.awaitUser(ctx)
	}
	return d.start(ctx)
}

// living is the page that is there, or nil.
func (d *Driver) living() *session {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.page == nil || d.page.over() {
		return nil
	}
	return d.page
}

func (s *session) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// start starts the browser, or starts it anew, and waits for its page.
func (d *Driver) start(ctx context.Context) (*session, error) {
	d.mu.Lock()
	old, lost := d.launched, d.page
	d.mu.Unlock()
	if lost != nil {
		if d.restarts >= d.options.Restarts {
			return nil, &client.SubjectError{What: fmt.Sprintf("the browser ended, and was started anew %d times already", d.restarts)}
		}
		d.restarts++
	}
	if old != nil {
		if err := old.stop(); err != nil {
			return nil, err
		}
	}
	l, err := d.launch()
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.launched, d.loaded = l, 0
	d.mu.Unlock()
	named := make(chan struct{})
	go func() {
		defer close(named)
		d.setVersion(d.browser.version(ctx))
	}()
	defer func() { <-named }()
	page, err := d.awaitHello(ctx, l, d.options.times.start)
	if err != nil {
		return nil, errors.Join(err, l.stop())
	}
	// The session ends with the process.
	l.watch.Go(func() {
		<-l.process.Exited()
		page.lose("it ended: " + l.process.Exit())
	})
	return page, nil
}

// awaitUser tells the user the page's address and waits until it is open.
func (d *Driver) awaitUser(ctx context.Context) (*session, error) {
	d.mu.Lock()
	again := ""
	if d.page != nil {
		again = " again (the page was closed or loaded anew)"
	}
	d.mu.Unlock()
	d.options.Say(fmt.Sprintf("open%s in the browser to be judged: %s", again, d.home))
	return d.awaitHello(ctx, nil, 0)
}

// awaitHello waits until a page says hello. atMost 0 is as long as ctx allows.
func (d *Driver) awaitHello(ctx context.Context, l *launched, atMost time.Duration) (*session, error) {
	var exited <-chan struct{}
	var late <-chan time.Time
	if l != nil {
		exited = l.process.Exited()
		timer := time.NewTimer(atMost)
		defer timer.Stop()
		late = timer.C
	}
	for {
		d.mu.Lock()
		page, arrival := d.page, d.arrival
		d.mu.Unlock()
		if page != nil && !page.over() {
			return page, nil
		}
		select {
		case <-arrival:
		case <-exited:
			return nil, d.failed(l, fmt.Sprintf("ended before it opened the page: %s", l.process.Exit()))
		case <-late:
			return nil, d.failed(l, fmt.Sprintf("did not open the page within %v: %s", atMost, d.progress()))
		case <-d.ending:
			return nil, errClosed
		case <-ctx.Done():
			return nil, fmt.Errorf("browser: nobody opened %s: %w", d.home, ctx.Err())
		}
	}
}

// progress says how far the browser came.
func (d *Driver) progress() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.loaded == 0 {
		return "it never asked for it"
	}
	return "it asked for the page, whose script then did not say hello"
}

// failed is the error of a browser that did not come up, with its last words.
func (d *Driver) failed(l *launched, what string) error {
	l.end()
	return &client.SubjectError{What: fmt.Sprintf("%s (%s) %s", d.name, d.browser.path, what), Stderr: l.process.Stderr().String()}
}

// welcome begins the session of a page; nil when the driver is closed.
func (d *Driver) welcome(userAgent string) (page *session, name string) {
	id := rand.Text()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, ""
	}
	lastWords := func() string { return "" }
	if l := d.launched; l != nil {
		lastWords = func() string { return l.process.Stderr().String() }
	}
	if d.page != nil {
		d.page.lose("the page was loaded anew, or opened a second time")
	}
	d.page = newSession(id, d.options.times.patience, lastWords)
	close(d.arrival)
	d.arrival = make(chan struct{})
	agent := parseUserAgent(userAgent)
	if d.name == Manual || d.hello.Version == "" {
		d.hello.Name, d.hello.Version = agent.name, agent.version
	}
	return d.page, d.hello.Name + " " + d.hello.Version
}

// setVersion is told what the browser says of itself, which is more exact than
// its User-Agent.
func (d *Driver) setVersion(a agent) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if a.version != "" {
		d.hello.Name, d.hello.Version = a.name, a.version
	}
}

// session is the page of an id, or nil.
func (d *Driver) session(id string) *session {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.page == nil || d.page.id != id || d.page.over() {
		return nil
	}
	return d.page
}

// sub makes a folder below the browser's own.
func sub(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	return path, os.MkdirAll(path, 0o700)
}
