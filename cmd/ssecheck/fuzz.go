package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/ssecheck/ssecheck/fuzz/campaign"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/browser"
	"github.com/ssecheck/ssecheck/runner/client/command"
	"github.com/ssecheck/ssecheck/runner/client/service"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

func newFuzzCommand(a *app) *cobra.Command {
	f := &fuzzFlags{}
	cmd := &cobra.Command{
		Use:   "fuzz [flags]",
		Short: "fuzzes a parser, encoder, client or server",
		Example: `ssecheck fuzz --parser 'node adapter.mjs' --for 10m
    ten minutes of streams that know the grammar; each fault once, as small as it can be
ssecheck run --parser 'node adapter.mjs' --cases findings --run '*/found'
    what it found, played again
ssecheck fuzz --parser ./parse --runs 100000 --seed 7
    the same seed makes the same campaign
ssecheck fuzz --client 'node client.mjs' --for 5m
    a client, with a connection for each stream
ssecheck fuzz --target http://127.0.0.1:8080/events --for 5m
    a server: odd but legal requests, while another connection watches its stream
ssecheck fuzz --exhaustive 5 --parser ./parse
    every stream up to that length, in every cut: a proof, up to that length`,
		Long: `What deviates from the standard is made as small as it can be, laid to the requirement that
it breaks, and written as a case. A fault that was found is not looked at again, however often
it shows, and does not hide the next.

Exit status
  0    nothing was found at the levels must and should that the folder of findings has not yet
  1    something was
  2    wrong usage
  3    the subject could not be started, or could not be asked any more
  130  interrupted; the summary tells what was done until then`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.target != "" {
				return a.fuzzServer(cmd.Context(), f, cmd.Flags())
			}
			return a.fuzz(cmd.Context(), f)
		},
	}
	f.define(cmd.Flags())
	return cmd
}

// fuzz is the campaign: everything that can be wrong is looked at before it begins.
func (a *app) fuzz(ctx context.Context, f *fuzzFlags) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	if f.exhaustive > 0 {
		return a.exhaust(ctx, f)
	}
	o, page, out, err := a.beginFuzz(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.discard()) }()
	page.begin(o.Seed)
	s, err := f.campaign(a)(ctx, o)
	page.end()
	if s == nil {
		return notStarted(err)
	}
	page.summary(s)
	if err := errors.Join(err, out.write(a.stdout, s.JSON(tool("")))); err != nil {
		return &exitError{exitNotCarried, err}
	}
	return fuzzStatus(s)
}

// beginFuzz opens what a campaign, or an exhaustive run, writes to.
func (a *app) beginFuzz(f *fuzzFlags) (campaign.Options, *fuzzPage, *fuzzReports, error) {
	o, err := f.options()
	if err != nil {
		return o, nil, nil, err
	}
	out, err := openFuzzReports(f.reports)
	if err != nil {
		return o, nil, nil, err
	}
	page := a.newFuzzPage(f, out.takesStdout())
	o.OnFinding, o.OnStats = page.finding, page.stats
	return o, page, out, nil
}

// options are the flags as a campaign takes them.
func (f *fuzzFlags) options() (campaign.Options, error) {
	seed, err := f.chance()
	return campaign.Options{
		Seed: seed, Runs: f.runs, For: f.duration, MaxLength: f.maxLength, Workers: f.workers,
		Timeout: f.timeout, Folder: f.findings,
	}, err
}

// campaign is the one that the flags name.
func (f *fuzzFlags) campaign(a *app) func(context.Context, campaign.Options) (*campaign.Summary, error) {
	if f.parser != "" {
		return func(ctx context.Context, o campaign.Options) (*campaign.Summary, error) {
			return campaign.Parser(ctx, f.parser, o)
		}
	}
	if f.encoder != "" {
		return func(ctx context.Context, o campaign.Options) (*campaign.Summary, error) {
			return campaign.Encoder(ctx, f.encoder, o)
		}
	}
	return func(ctx context.Context, o campaign.Options) (*campaign.Summary, error) {
		return campaign.Client(ctx, f.driver(a), o)
	}
}

// driver is that of the client.
func (f *fuzzFlags) driver(a *app) client.Driver {
	switch {
	case f.service != "":
		return service.New(f.service, service.Options{})
	case f.browser != "":
		return browser.New(f.browser, browser.Options{Say: a.say})
	}
	return command.New(f.client, command.Options{Restarts: campaign.ManyRestarts})
}

// fuzzStatus is the exit status of a campaign that was carried out.
func fuzzStatus(s *campaign.Summary) error {
	for _, f := range s.Findings {
		if l := f.Requirement.Level; !f.Known && (l == requirements.Must || l == requirements.Should) {
			return &exitError{status: runner.ExitNotCompliant}
		}
	}
	if s.Ended == campaign.Interrupted {
		return &exitError{status: runner.ExitInterrupted}
	}
	return nil
}
