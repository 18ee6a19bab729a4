package nchan_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"
	"time"
)

// module is where Debian's libnginx-mod-nchan puts the module.
const module = "/usr/lib/nginx/modules/ngx_nchan_module.so"

// An nginx is one that we started, below a folder of its own.
type nginx struct {
	command *exec.Cmd
	dir     string
	url     string
	done    chan error
}

// installed says what is missing for this test, or "".
func installed() (path, missing string) {
	path, err := exec.LookPath("nginx")
	if err != nil {
		path = "/usr/sbin/nginx"
	}
	for _, file := range []string{path, module} {
		if _, err := os.Stat(file); err != nil {
			return "", file + " is missing: apt-get install nginx-light libnginx-mod-nchan"
		}
	}
	return path, ""
}

// start starts nginx on a free port. A port that was free a moment ago may be
// taken, so it tries a few.
func start(ctx context.Context, path, dir string) (*nginx, error) {
	var failed error
	for range 5 {
		n, err := startOnce(ctx, path, dir)
		if err == nil {
			return n, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, failed
}

func startOnce(ctx context.Context, path, dir string) (*nginx, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	config, err := writeConfig(dir, port)
	if err != nil {
		return nil, err
	}
	n := &nginx{dir: dir, url: fmt.Sprintf("http://127.0.0.1:%d", port), done: make(chan error, 1)}
	n.command = exec.CommandContext(ctx, path, "-p", dir, "-e", filepath.Join(dir, "error.log"), "-c", config)
	// The master ends its workers when it is asked to.
	n.command.Cancel = func() error { return n.command.Process.Signal(syscall.SIGTERM) }
	n.command.WaitDelay = 5 * time.Second
	var output bytes.Buffer
	n.command.Stdout, n.command.Stderr = &output, &output
	if err := n.command.Start(); err != nil {
		return nil, err
	}
	go func() { n.done <- n.command.Wait() }()
	if err := n.ready(ctx); err != nil {
		n.stop()
		log, _ := os.ReadFile(filepath.Join(dir, "error.log"))
		return nil, fmt.Errorf("nginx does not answer: %w\n%s%s", err, output.Bytes(), log)
	}
	return n, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func writeConfig(dir string, port int) (string, error) {
	t, err := template.ParseFiles("nginx.conf.tmpl")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "nginx.conf")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	err = t.Execute(f, map[string]any{"Dir": dir, "Port": port, "Module": module, "Root": os.Geteuid() == 0})
	return path, errors.Join(err, f.Close())
}

// ready publishes until nginx takes it.
func (n *nginx) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		err := n.publish(ctx, "", "ready")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case gone := <-n.done:
			n.done <- gone
			return fmt.Errorf("it has ended: %w", gone)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// publish sends one message through nchan's own publisher.
func (n *nginx) publish(ctx context.Context, event, data string) error {
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
func (n *nginx) publishSteadily(ctx context.Context, period time.Duration) {
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
func (n *nginx) stop() {
	_ = n.command.Process.Signal(syscall.SIGTERM)
	err := <-n.done
	n.done <- err
	http.DefaultClient.CloseIdleConnections()
}
