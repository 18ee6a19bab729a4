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

	"github.com/goccy/go-yaml"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/process"
)

// An entry is one implementation.
type entry struct {
	// Folder is where it is, below runner/adapters; all commands run there.
	Folder string `yaml:"folder"`
	// Name is said of a service, which cannot say it itself.
	Name string `yaml:"name"`
	// Build is what makes it, if anything must.
	Build string `yaml:"build"`
	// Start starts a service; {port} in it is a free port.
	Start string `yaml:"start"`
	// Parser, Client, Service and Browser are the flag of the role; one is set.
	Parser  string `yaml:"parser"`
	Client  string `yaml:"client"`
	Service string `yaml:"client-service"`
	Browser string `yaml:"browser"`
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
	for _, f := range []struct{ name, value string }{
		{"--parser", e.Parser}, {"--client", e.Client}, {"--client-service", e.Service}, {"--browser", e.Browser},
	} {
		if f.value != "" {
			return []string{f.name, strings.ReplaceAll(f.value, "{port}", strconv.Itoa(port))}
		}
	}
	return nil
}

// play builds, starts and plays one implementation. passed says that only listed
// cases failed, and all of them.
func (e *entry) play(ctx context.Context, root, binary string, stderr io.Writer) (r *reports.Report, passed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, perEntry)
	defer cancel()
	folder := filepath.Join(root, "runner", "adapters", e.Folder)
	if e.Build != "" {
		if out, err := shell(ctx, folder, e.Build).CombinedOutput(); err != nil {
			return nil, false, fmt.Errorf("%s: %w: %s", e.Build, err, out)
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
	}
	file := filepath.Join(root, "matrix", e.Folder+".json")
	args := append([]string{"run", "--quiet", "--report", "pretty", "--report", "json=" + file}, e.flags(port)...)
	if known := filepath.Join(folder, "known-failing.yaml"); exists(known) {
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

// freePort is a port that nobody listens at just now.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
