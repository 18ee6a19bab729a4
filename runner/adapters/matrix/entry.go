package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/process"
)

// An entry is one implementation.
type entry struct {
	// Folder is where it is, below runner/adapters; all commands run there.
	Folder string `yaml:"folder"`
	// Mode sets it apart from another entry of its folder. Its list of what is known to
	// fail is known-failing-MODE.yaml, if there is one, and known-failing.yaml otherwise.
	Mode string `yaml:"mode"`
	// Name is said of a service or a server, which cannot say it itself.
	Name string `yaml:"name"`
	// Build is what makes it, if anything must.
	Build string `yaml:"build"`
	// Start starts a service or a server; {port} in it is a free port.
	Start string `yaml:"start"`
	// Parser, Encoder, Client, Service, Browser and Target are the flag of the role, and
	// Scripted is the target of scripts; one is set.
	Parser   string `yaml:"parser"`
	Encoder  string `yaml:"encoder"`
	Client   string `yaml:"client"`
	Service  string `yaml:"client-service"`
	Browser  string `yaml:"browser"`
	Target   string `yaml:"target"`
	Scripted string `yaml:"scripted"`
}

func readEntries(file string) ([]entry, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var all []entry
	if err := yaml.UnmarshalWithOptions(b, &all, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return all, nil
}

// flags select the implementation.
func (e *entry) flags(port int) []string {
	for _, f := range []struct {
		name, value string
		more        []string
	}{
		{"--parser", e.Parser, nil}, {"--encoder", e.Encoder, nil}, {"--client", e.Client, nil},
		{"--client-service", e.Service, nil}, {"--browser", e.Browser, nil},
		{"--target", e.Target, []string{"--observe", "5s"}}, {"--target", e.Scripted, []string{"--scripted"}},
	} {
		if f.value != "" {
			return append([]string{f.name, strings.ReplaceAll(f.value, "{port}", strconv.Itoa(port))}, f.more...)
		}
	}
	return nil
}

// title is the folder, and the mode.
func (e *entry) title() string {
	if e.Mode == "" {
		return e.Folder
	}
	return e.Folder + "-" + e.Mode
}

// known is the list of what is known to fail, empty if there is none.
func (e *entry) known(folder string) string {
	for _, name := range []string{"known-failing-" + e.Mode + ".yaml", "known-failing.yaml"} {
		if file := filepath.Join(folder, name); exists(file) {
			return file
		}
	}
	return ""
}

// build is the command that builds it, if any: a program in Go is compiled before the
// time that it has to start.
func (e *entry) build(folder string) string {
	if e.Build == "" && exists(filepath.Join(folder, "go.mod")) {
		return "go build -o " + os.DevNull + " ."
	}
	return e.Build
}

// play builds, starts and plays one implementation. passed says that only listed
// cases failed, and all of them.
func (e *entry) play(ctx context.Context, root, binary string, stderr io.Writer) (r *reports.Report, passed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, perEntry)
	defer cancel()
	folder := filepath.Join(root, "runner", "adapters", e.Folder)
	if build := e.build(folder); build != "" {
		if out, err := shell(ctx, folder, build).CombinedOutput(); err != nil {
			return nil, false, fmt.Errorf("%s: %w: %s", build, err, out)
		}
	}
	port, err := freePort()
	if err != nil {
		return nil, false, err
	}
	if e.Start != "" {
		// What it prints goes to standard error, whose end is kept and the rest dropped.
		start := fmt.Sprintf("cd '%s' && { %s; } >&2", folder, strings.ReplaceAll(e.Start, "{port}", strconv.Itoa(port)))
		service, err := process.Start(start)
		if err != nil {
			return nil, false, err
		}
		defer service.Close(process.Grace)
		if err := listening(ctx, port); err != nil {
			return nil, false, fmt.Errorf("%s: %w", e.Start, err)
		}
	}
	file := filepath.Join(root, "matrix", e.title()+".json")
	args := append([]string{"run", "--quiet", "--report", "pretty", "--report", "json=" + file}, e.flags(port)...)
	if known := e.known(folder); known != "" {
		args = append(args, "--known-failing", known)
	}
	command := exec.CommandContext(ctx, binary, args...)
	command.Dir, command.Stdout, command.Stderr = folder, stderr, stderr
	err = command.Run()
	status, failed := errors.AsType[*exec.ExitError](err)
	if err != nil && (!failed || status.ExitCode() != 1) {
		return nil, false, err
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	r, err = reports.ReadJSON(f)
	if err == nil && e.Name != "" {
		for i := range r.Subjects {
			r.Subjects[i].Name, r.Subjects[i].Version = e.Name, ""
		}
	}
	return r, !failed, err
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func shell(ctx context.Context, folder, line string) *exec.Cmd {
	command := exec.CommandContext(ctx, "sh", "-c", line)
	command.Dir = folder
	return command
}

// startWait is how long a service may take to listen.
const startWait = 30 * time.Second

// listening waits until somebody listens at the port.
func listening(ctx context.Context, port int) error {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		var d net.Dialer
		conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("nobody listens at port %d after %s: %w", port, startWait, err)
		case <-tick.C:
		}
	}
}

// freePort is a port that nobody listens at just now.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
