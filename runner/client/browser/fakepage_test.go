package browser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// A fakePage speaks the page's protocol, one request after the other.
type fakePage struct {
	home string // its URL, which ends with /

	mu      sync.Mutex
	session string
	next    int          // the number of the next command
	posted  int          // the number of the next report
	made    map[int]bool // the event sources that were made
}

// fakeCommand is a command of the driver.
type fakeCommand struct {
	Op, Name, URL   string
	Stream, Frame   int
	Listen          []string
	WithCredentials bool
	CloseAfter      int
}

func newFakePage(home string) *fakePage { return &fakePage{home: home, made: map[int]bool{}} }

// noReuse opens a connection for each request, as the driver's hosts do.
var noReuse = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// errGone is the driver's answer to a page that is no more.
var errGone = errors.New("410 Gone")

func (p *fakePage) post(ctx context.Context, path string, body io.Reader) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.home+path, body)
	if err != nil {
		return nil, err
	}
	response, err := noReuse.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode == http.StatusGone:
		return nil, errGone
	case response.StatusCode/100 != 2:
		return nil, fmt.Errorf("%s: %s", response.Status, answer)
	}
	return answer, nil
}

// load gets the page and its frames as a browser would, and says hello.
func (p *fakePage) load(ctx context.Context, userAgent string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.home, nil)
	if err != nil {
		return err
	}
	response, err := noReuse.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if page, err := io.ReadAll(response.Body); err != nil || !strings.Contains(string(page), "page.js") {
		return fmt.Errorf("%s is not the page: %w", p.home, err)
	}
	return p.hello(ctx, userAgent)
}

func (p *fakePage) hello(ctx context.Context, userAgent string) error {
	body, err := json.Marshal(map[string]string{"userAgent": userAgent})
	if err != nil {
		return err
	}
	answer, err := p.post(ctx, "hello", bytes.NewReader(body))
	if err != nil {
		return err
	}
	var hello struct{ Session string }
	if err := json.Unmarshal(answer, &hello); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.session, p.next, p.posted, p.made = hello.Session, 0, 0, map[int]bool{}
	return nil
}

// commands asks for the commands from a number on, once.
func (p *fakePage) commands(ctx context.Context, from int) ([]fakeCommand, error) {
	answer, err := p.post(ctx, fmt.Sprintf("poll?session=%s&from=%d", p.id(), from), nil)
	if err != nil {
		return nil, err
	}
	var commands struct{ Commands []fakeCommand }
	err = json.Unmarshal(answer, &commands)
	return commands.Commands, err
}

// command waits for the next command and confirms it with the next call.
func (p *fakePage) command(ctx context.Context) (fakeCommand, error) {
	for {
		commands, err := p.commands(ctx, p.number())
		if err != nil {
			return fakeCommand{}, err
		}
		if len(commands) > 0 {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.next++
			return commands[0], nil
		}
	}
}

// report posts reports, each a JSON object.
func (p *fakePage) report(ctx context.Context, reports ...string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.reportFrom(ctx, p.posted, reports...)
	if err == nil {
		p.posted += len(reports)
	}
	return err
}

func (p *fakePage) reportFrom(ctx context.Context, from int, reports ...string) error {
	body := strings.NewReader("[" + strings.Join(reports, ",") + "]")
	_, err := p.post(ctx, fmt.Sprintf("seen?session=%s&from=%d", p.session, from), body)
	return err
}

// made is the report that an event source was made.
func made(stream int) string { return fmt.Sprintf(`{"stream":%d,"on":"facts"}`, stream) }

// makes reports of every event source that the page is asked for that it was
// made, until ctx is done; it confirms no command.
func (p *fakePage) makes(ctx context.Context) {
	for ctx.Err() == nil {
		commands, _ := p.commands(ctx, p.number()) // none of a page that is lost, until it says hello
		for _, c := range commands {
			if c.Op == "connect" && p.isNew(c.Stream) {
				_ = p.report(context.WithoutCancel(ctx), made(c.Stream))
			}
		}
	}
}

func (p *fakePage) id() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.session
}

func (p *fakePage) number() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.next
}

func (p *fakePage) isNew(stream int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.made[stream]
	p.made[stream] = true
	return !before
}
