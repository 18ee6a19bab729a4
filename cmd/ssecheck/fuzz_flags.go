package main

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"github.com/ssecheck/ssecheck/fuzz/campaign"
)

// fuzzFlags are the flags of "ssecheck fuzz".
type fuzzFlags struct {
	parser, encoder, client, service, browser, target string

	seed      string
	runs      int
	duration  time.Duration
	workers   int
	maxLength int
	timeout   time.Duration

	exhaustive int
	alphabet   string

	server      serverFlags
	requests    []string
	rate        int
	connections int
	ownHost     bool

	findings        string
	reports         []string
	quiet, noColour bool
}

func (f *fuzzFlags) define(flags *pflag.FlagSet) {
	group("Subject (one of them; --exhaustive without any proves the decoder inside ssecheck)", flags, func(flags *pflag.FlagSet) {
		flags.StringVar(&f.parser, "parser", "", "fuzz the parser behind this `command`, given to the shell")
		flags.StringVar(&f.encoder, "encoder", "", "fuzz the encoder behind this `command`, given to the shell")
		flags.StringVar(&f.client, "client", "", "fuzz the client behind this `command`: an adapter, or a program that takes {url}")
		flags.StringVar(&f.service, "client-service", "", "fuzz the client behind the test service at this `URL`, which speaks the protocol of sse-contract-tests")
		flags.StringVar(&f.browser, "browser", "", "fuzz the EventSource of this `browser`: chromium, firefox, webkit, a path, or manual")
		flags.StringVar(&f.target, "target", "", "send odd but legal requests to the server at this `URL`")
	})
	group("Campaign", flags, func(flags *pflag.FlagSet) {
		flags.StringVar(&f.seed, "seed", "", "draw all chance from this `number`, so that the campaign is the same again (default: another each time; it is printed)")
		flags.DurationVar(&f.duration, "for", 0, "end after this `time` (default: Ctrl-C, or --runs)")
		flags.IntVar(&f.runs, "runs", 0, "end after so many inputs or requests")
		flags.IntVar(&f.workers, "workers", 1, "start so many processes of the subject")
		flags.IntVar(&f.maxLength, "max-length", 4096, "make inputs of so many `bytes` at most")
		flags.DurationVar(&f.timeout, "timeout", 0, "the time that one input may take (default 5s, and 2s for clients)")
	})
	group("Exhaustive mode", flags, func(flags *pflag.FlagSet) {
		flags.IntVar(&f.exhaustive, "exhaustive", 0, "instead of a campaign, try every stream of up to so many `symbols` in every cut between them")
		flags.StringVar(&f.alphabet, "alphabet", campaign.DefaultAlphabet, "build the streams of these `symbols`; a wrong one lists all")
	})
	group("Server", flags, func(flags *pflag.FlagSet) {
		flags.IntVar(&f.rate, "rate", 50, "open so many connections a second at most")
		flags.IntVar(&f.connections, "connections", 8, "have so many connections open at once at most, 2 at the least")
		flags.BoolVar(&f.ownHost, "i-own-this-host", false, "fuzz a server that is not on the loopback interface")
		flags.StringArrayVar(&f.requests, "request", nil, "send these `oddities`, as a finding names them, instead of made-up ones (repeatable)")
		f.server.defineRequest(flags)
	})
	group("Output", flags, func(flags *pflag.FlagSet) {
		flags.StringVar(&f.findings, "findings", "findings", "write each finding as a case into this `folder`; ssecheck run --cases plays it again")
		flags.StringArrayVar(&f.reports, "report", nil, "write a report as `FORMAT[=FILE]`: json (repeatable)")
		flags.BoolVarP(&f.quiet, "quiet", "q", false, "print the summary alone")
		flags.BoolVar(&f.noColour, "no-color", false, "print without colours")
	})
}

// subjects counts the subjects that were named.
func (f *fuzzFlags) subjects() (n int) {
	for _, s := range []string{f.parser, f.encoder, f.client, f.service, f.browser, f.target} {
		if s != "" {
			n++
		}
	}
	return n
}

// check looks at flags that are wrong by themselves.
func (f *fuzzFlags) check() error {
	switch n := f.subjects(); {
	case n > 1:
		return usageError("fuzz takes one subject, and got %d; start one campaign for each", n)
	case n == 0 && f.exhaustive == 0:
		return usageError("fuzz needs a subject; name it with --parser, --encoder, --client, --client-service, --browser or --target")
	case f.exhaustive != 0 && f.parser == "" && n > 0:
		return usageError("--exhaustive is for parsers; leave the other subject out, or --exhaustive")
	case f.exhaustive < 0 || f.exhaustive > mostSymbols:
		return usageError("--exhaustive %d: it takes 1 to %d symbols; each more takes some twenty times as long", f.exhaustive, mostSymbols)
	case f.runs < 0 || f.duration < 0:
		return usageError("--runs and --for are how much is to be done; 0 is no limit")
	case f.workers < 1 || f.workers > mostWorkers:
		return usageError("--workers %d: it takes 1 to %d", f.workers, mostWorkers)
	case f.maxLength < 1 || f.maxLength > mostLength:
		return usageError("--max-length %d: it takes 1 to %d bytes", f.maxLength, mostLength)
	case f.target == "" && (f.server.given() || len(f.requests) > 0 || f.ownHost):
		return usageError("flags of a server (-H, --request, --i-own-this-host and the like) need a --target; name the server's URL")
	case f.rate < 1:
		return usageError("--rate %d: at least one connection is opened in a second", f.rate)
	case f.connections < 2:
		return usageError("--connections %d: one watches the stream while another sends odd requests; 2 are the least", f.connections)
	case f.timeout < 0:
		return usageError("--timeout is a time to come; write it as 500ms, 10s, 2m")
	}
	return nil
}

// Bounds of the flags.
const (
	mostSymbols = 12
	mostWorkers = 64
	mostLength  = 16 << 20
)

// chance is the seed, or another each time.
func (f *fuzzFlags) chance() (uint64, error) {
	if f.seed == "" {
		return rand.Uint64(), nil
	}
	seed, err := strconv.ParseUint(f.seed, 0, 64)
	if err != nil {
		return 0, usageError("--seed %q is no whole number of 64 bits; take the one that a campaign has printed", f.seed)
	}
	return seed, nil
}
