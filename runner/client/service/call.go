package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/ssecheck/ssecheck/runner/protocol"
)

// maxAnswer is how many bytes of an answer are read.
const maxAnswer = 1 << 20

// errNoAnswer is in the chain of an error of call when the limit was over.
var errNoAnswer = errors.New("no answer")

// newAPI is the HTTP client that talks to the service. A redirect is no answer
// that the protocol knows, and is shown as it is.
func newAPI(parallel int) *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			// Creations may hang for as long as a case goes on; its deletion and
			// those of others must not wait for them.
			MaxConnsPerHost:     2*parallel + 8,
			MaxIdleConnsPerHost: parallel,
			// Shorter than the few seconds after which servers hang up: a request
			// that is not idempotent is not sent again when it meets a hangup.
			IdleConnTimeout: time.Second,
		},
	}
}

// An answer is what the service said to a request.
type answer struct {
	method, url string
	status      int
	location    string
	body        []byte
}

// ok reports whether the status is a 2xx.
func (a *answer) ok() bool { return a.status >= 200 && a.status < 300 }

// refusal says what was answered in place of a 2xx.
func (a *answer) refusal() error {
	body := ""
	if len(bytes.TrimSpace(a.body)) > 0 {
		body = ", " + protocol.Excerpt(a.body)
	}
	return fmt.Errorf("the service answered %s %s with %d%s; expected 2xx", a.method, a.url, a.status, body)
}

// forever is a limit that is none: the driver's end is.
const forever = 1<<63 - 1

// call sends a request, with a body of JSON unless it is nil, and reads the
// answer. It takes at most limit.
func (d *Driver) call(ctx context.Context, limit time.Duration, method, address string, body []byte) (*answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w within %v", errNoAnswer, limit))
	defer cancel()
	a, err := d.exchange(ctx, method, address, body)
	if err != nil {
		// url.Error would repeat method and URL in its own way.
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err
		}
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, fmt.Errorf("%s %s: %w", method, address, err)
	}
	return a, nil
}

func (d *Driver) exchange(ctx context.Context, method, address string, body []byte) (*answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := d.api.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	read, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	return &answer{method: method, url: address, status: response.StatusCode,
		location: response.Header.Get("Location"), body: read}, nil
}

// unreachable reports whether there was no connection at all.
func unreachable(err error) bool {
	e, ok := errors.AsType[*net.OpError](err)
	return ok && e.Op == "dial" && !e.Timeout()
}
