package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/ssecheck/ssecheck/fuzz/hostile"
	"github.com/ssecheck/ssecheck/fuzz/internal/finding"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
)

// Server fuzzes the server at a URL with odd but legal requests. Of the options of the
// campaign Seed, Runs, For, Timeout and Folder count, and what is told; h says how the
// server is visited. redact takes out of a text what must not be written anywhere.
func Server(ctx context.Context, target string, h hostile.Options, o Options, redact func(string) string) (*Summary, error) {
	h.Seed, h.Runs, h.For, h.Timeout = o.Seed, o.Runs, o.For, o.Timeout
	w, err := newWriter(o.withDefaults())
	if err != nil {
		return nil, err
	}
	w.who = runner.Info{Role: reports.RoleServer, Name: redact(target), Address: redact(target), Flags: h.Target.Flags}
	s := &serverSummary{writer: w, redact: redact}
	h.OnFinding = func(f hostile.Finding) { s.failed(s.found(f)) }
	if o.OnStats != nil {
		h.OnProgress = func(p hostile.Progress) {
			o.OnStats(Stats{Runs: p.Requests, Findings: p.Findings, Known: s.known, Elapsed: p.Elapsed})
		}
	}
	ctx, s.stop = context.WithCancelCause(ctx)
	defer s.stop(nil)
	started := time.Now()
	came, err := hostile.Run(ctx, target, h)
	if err != nil {
		return nil, err
	}
	return s.summary(came, started), s.err
}

// A serverSummary takes in what a run against a server finds.
type serverSummary struct {
	*writer
	redact   func(string) string
	findings []*Finding // in the run's order
	known    int
	err      error // that of a file that cannot be written, which ends the run
	stop     context.CancelCauseFunc
}

func (s *serverSummary) failed(err error) {
	if err != nil && s.err == nil {
		s.err = err
		s.stop(err)
	}
}

// found makes a finding of one in a server, and a case, where a case can say it.
func (s *serverSummary) found(f hostile.Finding) error {
	what := s.redact(f.What)
	made := &Finding{Requirement: f.Requirement, Sentence: what, Message: what, Exact: f.Verified,
		Run: f.Number, After: f.After, Hits: f.Hits, Reproduce: s.redact(f.Reproduce)}
	s.findings = append(s.findings, made)
	if f.Case == nil {
		made.Text = reports.Text(fmt.Sprintf("%s (%s, %s)\n  %s\n  %s\n\n%s\n(No case can play it again.)\n",
			f.Requirement.ID, f.Requirement.Level, f.Requirement.Side, f.Requirement.Title, f.Requirement.URL, what))
		if s.options.OnFinding != nil {
			s.options.OnFinding(made)
		}
		return nil
	}
	made.made = finding.Probe(f.Requirement.ID, f.Case, what)
	made.made.Subject, made.made.Cases = s.who, s.options.Folder
	made.made.Campaign = fmt.Sprintf("ssecheck fuzz %s --seed %d", s.who.Flags, s.options.Seed)
	made.made.Note = "Seen again at once by: " + made.Reproduce
	made.Case = made.made.CaseName()
	return s.tellOf(made)
}

// tellOf is tell, and keeps the command that shows the finding at once.
func (s *serverSummary) tellOf(made *Finding) error {
	once := made.Reproduce
	err := s.tell(made)
	if made.Known {
		s.known++
	}
	if made.File == "" { // there is no case to play
		made.Reproduce = once
	}
	return err
}

func (s *serverSummary) summary(came hostile.Summary, started time.Time) *Summary {
	all := &Summary{
		Stats:   Stats{Runs: came.Requests, Findings: len(came.Findings), Known: s.known, Elapsed: came.Elapsed},
		Subject: s.who, Started: started, Seed: came.Seed, Ended: came.Ended, Findings: s.findings,
	}
	for i, f := range came.Findings {
		if i < len(s.findings) {
			s.findings[i].Hits = f.Hits
		}
		all.Deviations += f.Hits
	}
	note := func(what, text string) { all.Notes = append(all.Notes, s.redact(what+text)) }
	if came.Gone != "" {
		note("the server is gone: ", came.Gone)
	}
	for _, text := range came.Unconfirmed {
		note("seen once and not again: ", text)
	}
	for _, text := range came.Notes {
		note("not watched: ", text)
	}
	return all
}
