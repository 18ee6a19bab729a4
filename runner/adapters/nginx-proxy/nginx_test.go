package nginxproxy_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"text/template"
	"time"
)

// An nginx is one that we started, below a folder of its own: proxies in front of
// the same upstream. Each URL has the paths of the upstream.
type nginx struct {
	command *exec.Cmd
	done    chan error
	urls    map[string]string // by the name of the port
}

// ports are the names of the ports in nginx.conf.tmpl.
var ports = []string{"Buffered", "Chunked", "Unbuffered", "Gzipped"}

// installed says what is missing for this test, or "".
func installed() (path, missing string) {
	path, err := exec.LookPath("nginx")
	if err != nil {
		path = "/usr/sbin/nginx"
	}
	if _, err := os.Stat(path); err != nil {
		return "", path + " is missing: apt-get install nginx-light"
	}
	return path, ""
}

// start starts nginx on free ports in front of the upstream, a URL without a path.
// A port that was free a moment ago may be taken, so it tries a few times.
func start(ctx context.Context, path, dir, upstream string) (*nginx, error) {
	var failed error
	for range 5 {
		n, err := startOnce(ctx, path, dir, upstream)
		if err == nil {
			return n, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, failed
}

func startOnce(ctx context.Context, path, dir, upstream string) (*nginx, error) {
	addrs, err := freeAddrs(len(ports))
	if err != nil {
		return nil, err
	}
	config, err := writeConfig(dir, upstream, addrs)
	if err != nil {
		return nil, err
	}
	n := &nginx{done: make(chan error, 1), urls: map[string]string{}}
	for i, name := range ports {
		n.urls[name] = "http://" + addrs[i].String()
	}
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
	if err := n.ready(ctx, addrs); err != nil {
		n.stop()
		log, _ := os.ReadFile(filepath.Join(dir, "error.log"))
		return nil, fmt.Errorf("nginx does not answer: %w\n%s%s", err, output.Bytes(), log)
	}
	return n, nil
}

// freeAddrs are addresses of the loopback interface that nobody listens at just
// now.
func freeAddrs(n int) ([]*net.TCPAddr, error) {
	var addrs []*net.TCPAddr
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // not before all are found, so that none is found twice
		addrs = append(addrs, l.Addr().(*net.TCPAddr))
	}
	return addrs, nil
}

func writeConfig(dir, upstream string, addrs []*net.TCPAddr) (string, error) {
	t, err := template.ParseFiles("nginx.conf.tmpl")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "nginx.conf")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	values := map[string]any{"Dir": dir, "Upstream": upstream, "Root": os.Geteuid() == 0}
	for i, name := range ports {
		values[name] = addrs[i].Port
	}
	return path, errors.Join(t.Execute(f, values), f.Close())
}

// ready waits until nginx takes connections at all its ports. The upstream is not
// asked.
func (n *nginx) ready(ctx context.Context, addrs []*net.TCPAddr) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for _, addr := range addrs {
		for {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr.String())
			if err == nil {
				_ = conn.Close()
				break
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
	return nil
}

// stop ends nginx and waits for it.
func (n *nginx) stop() {
	_ = n.command.Process.Signal(syscall.SIGTERM)
	err := <-n.done
	n.done <- err
}
