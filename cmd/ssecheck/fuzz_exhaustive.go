package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/campaign"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
)

// alphabets lists the symbols of --alphabet.
func alphabets() string {
	var b strings.Builder
	for _, s := range campaign.Symbols() {
		fmt.Fprintf(&b, "  %q  %s\n", s[0], s[1])
	}
	return b.String()
}

// exhaust tries every stream up to a length.
func (a *app) exhaust(ctx context.Context, f *fuzzFlags) (err error) {
	o, page, out, err := a.beginFuzz(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.discard()) }()
	if f.parser == "" { // there is nobody else's parser to write cases for
		o.Folder = ""
	}
	p, err := campaign.Exhaustive(ctx, f.parser, f.alphabet, f.exhaustive, o)
	page.end()
	if p == nil {
		if start := (*runner.StartError)(nil); errors.As(err, &start) {
			return notStarted(err)
		}
		return usageError("--exhaustive %d --alphabet %q: %w\nThe symbols are\n%s", f.exhaustive, f.alphabet, err, alphabets())
	}
	page.summary(&p.Summary)
	page.proof(f, p)
	if err := errors.Join(err, out.write(a.stdout, p.JSON(tool("")))); err != nil {
		return &exitError{exitNotCarried, err}
	}
	if !p.Complete && p.Ended != campaign.Interrupted {
		return &exitError{exitNotCarried, errors.New("not all streams were tried (--runs or --for ended it), so nothing is proven")}
	}
	return fuzzStatus(&p.Summary)
}

// proof says what the count of an exhaustive run means.
func (p *fuzzPage) proof(f *fuzzFlags, of *campaign.Proof) {
	all := fmt.Sprintf("%s of up to %s of %q, with what shows what they left behind, in every cut between symbols: %s",
		reports.Number(int(of.Streams), "stream"), reports.Number(f.exhaustive, "symbol"), f.alphabet, reports.Number(int(of.Inputs), "input"))
	switch {
	case !of.Complete:
		fmt.Fprintf(p.out, "%s of %s were tried; this proves nothing.\n", reports.Number(of.Runs, "input"), all)
	case of.Deviations == 0:
		fmt.Fprintf(p.out, "%s: all are read as the standard says. This is a proof, up to that length and of these symbols.\n", all)
	default:
		fmt.Fprintf(p.out, "%s: %s read in another way than the standard says.\n", all, reports.Number(of.Deviations, "input"))
	}
}
