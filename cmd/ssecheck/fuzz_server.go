package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/ssecheck/ssecheck/fuzz/campaign"
	"github.com/ssecheck/ssecheck/fuzz/hostile"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
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
	began, page, out, err := a.beginFuzz(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.discard()) }()
	page.begin(began.Seed)
	started := time.Now()
	s, err := hostile.Run(ctx, address, hostile.Options{
		Seed: began.Seed, Runs: f.runs, For: f.duration, Requests: requests, Rate: f.rate, Connections: f.connections,
		Timeout: f.timeout, Own: f.ownHost, Target: to,
		OnFinding: func(found hostile.Finding) { page.finding(a.ofServer(found)) },
		OnProgress: func(p hostile.Progress) {
			page.stats(campaign.Stats{Runs: p.Requests, Findings: p.Findings, Elapsed: p.Elapsed})
		},
	})
	page.end()
	if host := (*hostile.HostError)(nil); errors.As(err, &host) {
		return usageError("%w", err)
	}
	if err != nil {
		return notStarted(err)
	}
	summary := a.summaryOfServer(s, started)
	page.summary(summary)
	if err := out.write(a.stdout, summary.JSON(tool(""))); err != nil {
		return &exitError{exitNotCarried, err}
	}
	if s.Ended == hostile.Gone && len(s.Findings) == 0 {
		return &exitError{exitNotCarried, fmt.Errorf("the server is gone: %s", s.Gone)}
	}
	return fuzzStatus(summary)
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

// ofServer is a finding in a server as one of a campaign's. A case of the corpus cannot
// say such a request, so that it has none.
func (a *app) ofServer(f hostile.Finding) *campaign.Finding {
	what := a.redactor.Text(f.What)
	return &campaign.Finding{
		Requirement: f.Requirement, Sentence: what, Exact: f.Verified, Message: what,
		Text: reports.Text(fmt.Sprintf("%s (%s, %s)\n  %s\n  %s\n\n%s\n", f.Requirement.ID, f.Requirement.Level, f.Requirement.Side,
			f.Requirement.Title, f.Requirement.URL, what)),
		Reproduce: a.redactor.Text(f.Reproduce), Run: f.Number, After: f.After, Hits: f.Hits,
	}
}

// summaryOfServer is a summary of the fuzzer of servers as one of a campaign.
func (a *app) summaryOfServer(s hostile.Summary, started time.Time) *campaign.Summary {
	all := &campaign.Summary{
		Stats:   campaign.Stats{Runs: s.Requests, Findings: len(s.Findings), Elapsed: s.Elapsed},
		Subject: runner.Info{Role: reports.RoleServer, Name: a.redactor.Text(s.Target), Address: a.redactor.Text(s.Target)},
		Started: started, Seed: s.Seed, Ended: s.Ended,
	}
	for _, f := range s.Findings {
		all.Findings = append(all.Findings, a.ofServer(f))
		all.Deviations += f.Hits
	}
	if s.Gone != "" {
		all.Notes = append(all.Notes, "the server is gone: "+s.Gone)
	}
	for _, text := range s.Unconfirmed {
		all.Notes = append(all.Notes, "seen once and not again: "+text)
	}
	for _, text := range s.Notes {
		all.Notes = append(all.Notes, "not watched: "+text)
	}
	for i := range all.Notes {
		all.Notes[i] = a.redactor.Text(all.Notes[i])
	}
	return all
}
