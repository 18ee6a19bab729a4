package main

import (
	"strings"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/command"
)

// clients makes a subject of each --client.
func (s *subjects) clients(a *app, f *runFlags) error {
	for _, line := range f.clients {
		if strings.TrimSpace(line) == "" {
			return usageError("--client is empty; it is the command that starts your client's adapter, or your client with {url} in place of its URL")
		}
		s.all = append(s.all, client.New(command.New(line, f.adapter.clientOptions())))
	}
	return nil
}

// clientOptions takes 0 restarts for what it says: none.
func (b adapterFlags) clientOptions() command.Options {
	o := command.Options{MaxLine: b.maxLine, Restarts: b.restarts}
	if b.restarts <= 0 {
		o.Restarts = -1
	}
	return o
}
