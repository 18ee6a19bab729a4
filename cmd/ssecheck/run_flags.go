package main

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/ssecheck/ssecheck/runner/selection"
)

// runFlags are the flags of "ssecheck run".
type runFlags struct {
	targets, parsers, encoders  []string
	clients, services, browsers []string

	adapter adapterFlags
	server  serverFlags

	selection selection.Options
	cases     string
	dryRun    bool

	knownFailing, writeKnownFailing string
	strict, allowIncomplete         bool

	timeout, deadline time.Duration
	parallel          int

	reports                  []string
	verbose, quiet, noColour bool
	failFast                 bool
	config                   string
}

// adapterFlags bound what an adapter may do.
type adapterFlags struct {
	maxOutput, maxLine, restarts int
}

// serverFlags say how a server is visited.
type serverFlags struct {
	headers            []string
	method, body, http string
	caCert, cert, key  string
	insecure           bool
	unixSocket         string
	scripted           string
	via                []string
	observe            time.Duration
	connections        int
}

// define adds the flags to the command's, by group.
func (f *runFlags) define(flags *pflag.FlagSet) {
	group("Subject (without any: the reference server, parser, encoder and client inside ssecheck)", flags, f.defineSubject)
	group("Server", flags, f.server.define)
	group("Adapter", flags, f.adapter.define)
	group("Selection", flags, f.defineSelection)
	group("Judgement", flags, f.defineJudgement)
	group("Time", flags, f.defineTime)
	group("Output", flags, f.defineOutput)
}

func (f *runFlags) defineSubject(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.targets, "target", nil, "judge the server at this `URL`; ${TOKEN} in it is taken from the environment and kept out of the report (repeatable)")
	flags.StringArrayVar(&f.parsers, "parser", nil, "judge the parser behind this `command`, given to the shell (repeatable)")
	flags.StringArrayVar(&f.encoders, "encoder", nil, "judge the encoder behind this `command`, given to the shell (repeatable)")
	flags.StringArrayVar(&f.clients, "client", nil, "judge the client behind this `command`: an adapter, or a program that takes {url} (repeatable)")
	flags.StringArrayVar(&f.services, "client-service", nil, "judge the client behind the test service at this `URL`, which speaks the protocol of sse-contract-tests (repeatable)")
	flags.StringArrayVar(&f.browsers, "browser", nil, "judge the EventSource of this `browser`: chromium, firefox, webkit, a path, or manual to open a page yourself (repeatable)")
}

func (s *serverFlags) define(flags *pflag.FlagSet) {
	s.defineRequest(flags)
	flags.StringVar(&s.scripted, "scripted", "", "the target emits what each request asks for: the script is posted as JSON, or with --scripted=get sent in the query (`post|get`)")
	flags.Lookup("scripted").NoOptDefVal = "post"
	flags.StringVar(&s.http, "http", "", "speak HTTP `version` 1.1, 2 (over TLS) or h2c (default: what the server offers)")
	flags.StringArrayVar(&s.via, "via", nil, "the same stream behind a proxy: `[NAME=]URL`; what the proxy does to it is judged (repeatable, from the server outward)")
	flags.DurationVar(&s.observe, "observe", defaultObserve, "wait this `time` at most for the stream to show something, and watch it for so long")
	flags.IntVar(&s.connections, "connections", 0, "have so `many` connections open at once at most; more than the default puts the server under the load of so many subscribers (default 40)")
}

// defineRequest defines what an ordinary request is, and how the server is reached.
func (s *serverFlags) defineRequest(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&s.headers, "header", "H", nil, "send this `'Name: value'` with every request; ${TOKEN} in the value is taken from the environment and kept out of the report (repeatable)")
	flags.StringVarP(&s.method, "method", "X", "", "open the stream with this HTTP `method` (default GET; POST with --body)")
	flags.StringVar(&s.body, "body", "", "send this `text` as the request's body, or @FILE; JSON is sent as application/json")
	flags.StringVar(&s.caCert, "cacert", "", "trust the certificates in this PEM `file`")
	flags.StringVar(&s.cert, "cert", "", "show the server the certificate in this PEM `file`")
	flags.StringVar(&s.key, "key", "", "PEM `file` with the key of --cert")
	flags.BoolVar(&s.insecure, "insecure", false, "take any certificate of the server")
	flags.StringVar(&s.unixSocket, "unix-socket", "", "connect to this `path` instead of the URL's host")
}

func (b *adapterFlags) define(flags *pflag.FlagSet) {
	flags.IntVar(&b.maxOutput, "max-output", 0, "take at most so many `bytes` of output for one stream (default 64 MiB)")
	flags.IntVar(&b.maxLine, "max-line", 0, "take at most so many `bytes` in one line of output (default 64 MiB)")
	flags.IntVar(&b.restarts, "restarts", 100, "start an adapter anew at most so many `times` after it broke")
}

func (f *runFlags) defineSelection(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.selection.Run, "run", nil, "play the cases that this `pattern` names: fields/**, */data/*, level:should, requirement:parse.*, @FILE (repeatable)")
	flags.StringArrayVar(&f.selection.Skip, "skip", nil, "leave out the cases that this `pattern` names (repeatable)")
	flags.StringVar(&f.selection.LabelFilter, "label-filter", "", "play the cases whose labels fit this `expression` of Ginkgo's language: 'utf8 && !long'")
	flags.StringVar(&f.selection.Level, "level", "", "play the cases of this `level` or a stronger one: must, should, may")
	flags.StringVar(&f.cases, "cases", "", "play your own cases in this `folder`, too")
	flags.StringVar(&f.selection.Shard, "shard", "", "play the `i/n`-th part of the selection only, such as 1/4")
	flags.BoolVar(&f.dryRun, "dry-run", false, "show what would be played, and skipped and why, and play nothing")
}

func (f *runFlags) defineJudgement(flags *pflag.FlagSet) {
	flags.StringVar(&f.knownFailing, "known-failing", "", "the cases listed in this YAML `file` are known to fail; it is an error when one passes")
	flags.StringVar(&f.writeKnownFailing, "write-known-failing", "", "write such a `file` with all cases that fail in this run")
	flags.BoolVar(&f.strict, "strict", false, "a failed SHOULD fails the run, too")
	flags.BoolVar(&f.allowIncomplete, "allow-incomplete", false, "exit with 0 although a MUST could not be judged")
}

func (f *runFlags) defineTime(flags *pflag.FlagSet) {
	flags.DurationVar(&f.timeout, "timeout", 0, "give one case this `time`, in each variant (default 5s; a probe: what it needs)")
	flags.DurationVar(&f.deadline, "deadline", 0, "end the run after this `time` (default: never)")
	flags.IntVar(&f.parallel, "parallel", 0, "play so `many` variants at the same time (default: what suits the subject)")
}

func (f *runFlags) defineOutput(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.reports, "report", nil, "write a report: `FORMAT[=FILE]`, formats pretty, json, junit (repeatable; without a file: to standard output)")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "list what passed, too, and keep all transcripts")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print the verdict alone")
	flags.BoolVar(&f.noColour, "no-color", false, "no colours (nor with NO_COLOR set)")
	flags.BoolVar(&f.failFast, "fail-fast", false, "end the run at the first failure")
	flags.StringVar(&f.config, "config", "", "read flags from this YAML `file` (default: ssecheck.yaml in the working directory, if there)")
}
