package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ssecheck/ssecheck/fuzz/campaign"
	"github.com/ssecheck/ssecheck/fuzz/hostile"
)

// fuzzServer sends odd but legal requests to a server.
func (a *app) fuzzServer(ctx context.Context, f *fuzzFlags, set *pflag.FlagSet) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	address, _, err := a.expandURL(f.target)
	if err != nil || !isServerURL(address) {
		return usageError("--target %q is no URL of a server; write it as http://HOST:PORT/PATH", f.target)
	}
	to, err := a.serverOptions(&runFlags{targets: []string{f.target}, server: f.server})
	if err != nil {
		return err
	}
	to.Flags = typed(set, "target", f.target)
	requests, err := f.oddities()
	if err != nil {
		return err
	}
	o, page, out, err := a.beginFuzz(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.discard()) }()
	page.begin(o.Seed)
	s, err := campaign.Server(ctx, address, hostile.Options{
		Requests: requests, Rate: f.rate, Connections: f.connections, Own: f.ownHost, Target: to,
	}, o, a.redactor.Text)
	page.end()
	if host := (*hostile.HostError)(nil); errors.As(err, &host) {
		return usageError("%w", err)
	}
	if s == nil {
		return notStarted(err)
	}
	page.summary(s)
	if err := errors.Join(err, out.write(a.stdout, s.JSON(tool("")))); err != nil {
		return &exitError{exitNotCarried, err}
	}
	if s.Ended == hostile.Gone && len(s.Findings) == 0 {
		return &exitError{exitNotCarried, fmt.Errorf("%s", strings.Join(s.Notes, "; "))}
	}
	return fuzzStatus(s)
}

// oddities are the requests of --request.
func (f *fuzzFlags) oddities() (all []hostile.Request, err error) {
	for _, text := range f.requests {
		r, err := hostile.ParseRequest(text)
		if err != nil {
			return nil, usageError("--request %q: %w", text, err)
		}
		all = append(all, r)
	}
	return all, nil
}
