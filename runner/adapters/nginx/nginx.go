// Package nginx starts nginx for the specs of the folders beside it, each with a template
// of its configuration.
package nginx

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

// Template is the file that [Start] reads.
const Template = "nginx.conf.tmpl"

// Installed says where nginx is, or which of it and these files is missing.
func Installed(files ...string) (path, missing string) {
	path, err := exec.LookPath("nginx")
	if err != nil {
		path = "/usr/sbin/nginx"
	}
	for _, file := range append([]string{path}, files...) {
		if _, err := os.Stat(file); err != nil {
			return "", file + " is missing: apt-get install nginx-light libnginx-mod-nchan"
		}
	}
	return path, ""
}

// A Process is one that we started, below a folder of its own.
type Process struct {
	command *exec.Cmd
	done    chan error
	urls    map[string]string // by the name of the port
}

// Start starts nginx on a free port for each of the names. The template is given these,
// the values, the folder (Dir), and whether we are root (Root). A port that was free a
// moment ago may be taken, so it tries a few times.
func Start(ctx context.Context, path, dir string, ports []string, values map[string]any) (*Process, error) {
	var failed error
	for range 5 {
		p, err := startOnce(ctx, path, dir, ports, values)
		if err == nil {
			return p, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, failed
}

func startOnce(ctx context.Context, path, dir string, ports []string, values map[string]any) (*Process, error) {
	addrs, err := freeAddrs(len(ports))
	if err != nil {
		return nil, err
	}
	all := map[string]any{"Dir": dir, "Root": os.Geteuid() == 0}
	for name, value := range values {
		all[name] = value
	}
	p := &Process{done: make(chan error, 1), urls: map[string]string{}}
	for i, name := range ports {
		all[name], p.urls[name] = addrs[i].Port, "http://"+addrs[i].String()
	}
	config, err := writeConfig(dir, all)
	if err != nil {
		return nil, err
	}
	p.command = exec.CommandContext(ctx, path, "-p", dir, "-e", filepath.Join(dir, "error.log"), "-c", config)
	// The master ends its workers when it is asked to.
	p.command.Cancel = func() error { return p.command.Process.Signal(syscall.SIGTERM) }
	p.command.WaitDelay = 5 * time.Second
	var output bytes.Buffer
	p.command.Stdout, p.command.Stderr = &output, &output
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go func() { p.done <- p.command.Wait() }()
	if err := p.ready(ctx, addrs); err != nil {
		p.Stop()
		log, _ := os.ReadFile(filepath.Join(dir, "error.log"))
		return nil, fmt.Errorf("nginx does not answer: %w\n%s%s", err, output.Bytes(), log)
	}
	return p, nil
}

// URL is the root of a port.
func (p *Process) URL(port string) string { return p.urls[port] }

// Stop ends nginx and waits for it.
func (p *Process) Stop() {
	_ = p.command.Process.Signal(syscall.SIGTERM)
	err := <-p.done
	p.done <- err
}

// freeAddrs are addresses of the loopback interface that nobody listens at just now.
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

func writeConfig(dir string, values map[string]any) (string, error) {
	t, err := template.ParseFiles(Template)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "nginx.conf")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	return path, errors.Join(t.Execute(f, values), f.Close())
}

// ready waits until nginx takes connections at all its ports.
func (p *Process) ready(ctx context.Context, addrs []*net.TCPAddr) error {
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
			case gone := <-p.done:
				p.done <- gone
				return fmt.Errorf("it has ended: %w", gone)
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
	return nil
}
