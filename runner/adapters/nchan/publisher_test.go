package nchan_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/runner/adapters/nginx"
)

// module is where Debian's libnginx-mod-nchan puts the module.
const module = "/usr/lib/nginx/modules/ngx_nchan_module.so"

// A publisher is nginx with nchan.
type publisher struct {
	*nginx.Process
	url string
}

func start(ctx context.Context, path, dir string) (*publisher, error) {
	p, err := nginx.Start(ctx, path, dir, []string{"Port"}, map[string]any{"Module": module})
	if err != nil {
		return nil, err
	}
	return &publisher{p, p.URL("Port")}, nil
}

// publish sends one message through nchan's own publisher.
func (n *publisher) publish(ctx context.Context, event, data string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, n.url+"/publish", strings.NewReader(data))
	if err != nil {
		return err
	}
	if event != "" {
		r.Header.Set("X-EventSource-Event", event)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	if response.StatusCode/100 != 2 {
		return errors.New("the publisher answers " + response.Status)
	}
	return nil
}

// publishSteadily publishes a message in each period until ctx is done.
func (n *publisher) publishSteadily(ctx context.Context, period time.Duration) {
	ticks := time.NewTicker(period)
	defer ticks.Stop()
	for i := 1; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		event := ""
		if i%3 == 0 {
			event = "tick"
		}
		// One that is lost is none that a subscriber could miss.
		_ = n.publish(ctx, event, fmt.Sprintf("message %d\nof a steady stream", i))
	}
}

// stop ends nginx and waits for it.
func (n *publisher) stop() {
	n.Stop()
	http.DefaultClient.CloseIdleConnections()
}
