package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/reports/pretty"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/selection"
	"github.com/ssecheck/ssecheck/runner/server"
)

func newRunCommand(a *app) *cobra.Command {
	f := &runFlags{}
	cmd := &cobra.Command{
		Use:   "run [flags]",
		Short: "plays the cases against one or more subjects and reports",
		Example: `ssecheck run
    the reference server, parser and client inside ssecheck: loopback only, seconds
ssecheck run --target http://127.0.0.1:8080/events
    your server, as it is
ssecheck run --target https://api.example.com/events -H 'Authorization: Bearer ${TOKEN}'
    with a token from the environment, which no report will hold
ssecheck run --parser 'node adapter.mjs' --run 'fields/**' --skip '**/long-*'
    your parser, on some of the cases
ssecheck run --client 'node adapter.mjs' --browser firefox
    your client, let loose on a server that does to it what the cases say, and a
    browser's EventSource beside it
ssecheck run --parser ./parse --known-failing known.yaml --report junit=report.xml
    in CI: only a new failure is red`,
		Long: `Exit status
  0    compliant: no unexpected failure of a MUST (nor of a SHOULD with --strict)
  1    not compliant, or a case of the known-failing list passed
  2    wrong usage, config or cases
  3    the run could not be carried out, or a MUST could not be judged
  130  interrupted; the report tells what was done until then

Every flag may also stand in ssecheck.yaml in the working directory, under its
long name; the command line wins.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := readConfig(f.config, cmd.Flags()); err != nil {
				return err
			}
			return a.play(cmd.Context(), f, cmd.Flags())
		},
	}
	f.define(cmd.Flags())
	completeFlags(cmd)
	return cmd
}

// play is the run: everything that can be wrong is looked at before the first
// case is played.
func (a *app) play(ctx context.Context, f *runFlags, set *pflag.FlagSet) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	book, err := openCasebook(f.cases)
	if err != nil {
		return err
	}
	selected, err := selection.Select(book.cases, f.selection)
	if err != nil {
		return usageError("%w", err)
	}
	known, err := readKnown(f.knownFailing, book.cases)
	if err != nil {
		return err
	}
	if len(selected) == 0 {
		return &exitError{exitNotCarried, errors.New("the selection names no case, so there is nothing to judge; ssecheck list shows what a selection names")}
	}
	s, err := a.subjects(ctx, f, set)
	defer func() { err = errors.Join(err, s.close()) }()
	if err != nil {
		return err
	}
	options := runner.Options{
		Subjects: s.all, Cases: selected, Catalogue: book.catalogue.All(),
		Known: known.lookup, Sometimes: known.sometimes, Strict: f.strict, FailFast: f.failFast,
		Timeout: f.timeout, Deadline: f.deadline, Parallel: f.parallel,
		KeepTranscripts: f.verbose, Tool: tool(book.digest),
	}
	if f.dryRun {
		return a.plan(ctx, options)
	}
	out, err := a.openOutputs(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.discard()) }()
	list, err := openList(f.writeKnownFailing)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, list.discard()) }()

	report, planned, err := a.watched(ctx, options, s.asked)
	if err != nil {
		return notStarted(err)
	}
	amend(report, f)
	a.redactor.Report(report)
	if err := errors.Join(out.write(report), list.write(report, known)); err != nil {
		return err
	}
	if !planned && !report.Interrupted {
		return &exitError{exitNotCarried, errors.New("the deadline (--deadline) was over before the subjects had started; give the run more time")}
	}
	return a.status(report, f)
}

// Bounds of --connections: what the cases need, and what one machine can hold.
const leastConnections, mostConnections = 1, 1_000_000

// check looks at flags that are wrong by themselves.
func (f *runFlags) check() error {
	switch {
	case f.verbose && f.quiet:
		return usageError("-v and -q contradict each other; take one")
	case f.parallel < 0:
		return usageError("--parallel %d: at least one thing happens at a time; 0 takes what suits the subject", f.parallel)
	case f.timeout < 0 || f.deadline < 0 || f.server.observe <= 0:
		return usageError("--timeout, --deadline and --observe are times to come; write them as 500ms, 10s, 2m")
	case f.server.connections != 0 && (f.server.connections < leastConnections || f.server.connections > mostConnections):
		return usageError("--connections %d: it takes %d to %d", f.server.connections, leastConnections, mostConnections)
	case f.adapter.maxLine < 0 || f.adapter.maxOutput < 0:
		return usageError("--max-line and --max-output are numbers of bytes; 0 takes the default")
	}
	return nil
}

// watched runs with a line of progress where somebody can see it: standard
// error is a terminal, and no CI system's log. planned says that all subjects
// had started.
func (a *app) watched(ctx context.Context, options runner.Options, asked bool) (report *reports.Report, planned bool, err error) {
	var progress *pretty.Progress
	if columns, ok := a.terminal(a.stderr); ok && !a.isSet("CI") {
		if asked {
			a.announce(a.stderr, options)
		}
		progress = pretty.NewProgress(a.stderr, columns)
	}
	defer progress.Stop()
	var names []string
	options.OnPlan = func(plan *runner.Plan) {
		planned = true
		total := 0
		for _, s := range plan.Subjects {
			names = append(names, a.redactor.Text(s.Info.Name))
			total += len(s.Entries)
		}
		if asked {
			a.tellIdle(plan)
		}
		progress.Begin(total)
	}
	options.OnResult = func(subject int, r reports.Result) { progress.Result(names[subject], r) }
	report, err = runner.Run(ctx, options)
	return report, planned, err
}

// tellIdle says for which subjects nothing is selected: they stand in no report.
func (a *app) tellIdle(plan *runner.Plan) {
	for _, idle := range plan.Idle {
		name := idle.Address
		if name == "" {
			name = idle.Name
		}
		fmt.Fprintf(a.stderr, "ssecheck: no selected case is for the %s %s; it was not started\n",
			idle.Role, reports.Line(a.redactor.Text(name)))
	}
}

// amend adds to the commands that play a case alone what every subject needs.
func amend(report *reports.Report, f *runFlags) {
	extra := ""
	if f.cases != "" {
		extra += " --cases " + quote(f.cases)
	}
	if f.timeout > 0 {
		extra += " --timeout " + f.timeout.String()
	}
	if extra == "" {
		return
	}
	for i := range report.Subjects {
		for j := range report.Subjects[i].Results {
			r := &report.Subjects[i].Results[j]
			r.Reproduce = strings.Replace(r.Reproduce, "ssecheck run", "ssecheck run"+extra, 1)
		}
	}
}

// notStarted is a run that never began.
func notStarted(err error) error {
	if target, ok := errors.AsType[*server.TargetError](err); ok {
		err = target // it names the target itself
	}
	return &exitError{exitNotCarried, err}
}

// status is the run's exit status; the report has told why.
func (a *app) status(report *reports.Report, f *runFlags) error {
	status := runner.ExitStatus(report, runner.ExitOptions{Strict: f.strict, AllowIncomplete: f.allowIncomplete})
	switch status {
	case runner.ExitCompliant:
		return nil
	case runner.ExitNotCarried:
		return &exitError{status, incomplete(report)}
	}
	return &exitError{status: status}
}

// incomplete says why a run without a failure is not good enough.
func incomplete(report *reports.Report) error {
	if len(report.Subjects) == 0 {
		return errors.New("no selected case is for the subject, so nothing was judged; ssecheck list --roles shows which cases are for whom")
	}
	var open []string
	for _, s := range report.Subjects {
		if s.Verdict == reports.Incomplete {
			open = append(open, fmt.Sprintf("%s: %s", s.Name, pretty.Reason(s)))
		}
	}
	return fmt.Errorf("the run is incomplete (%s); --allow-incomplete accepts that", strings.Join(open, "; "))
}
