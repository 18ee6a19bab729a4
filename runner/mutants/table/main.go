// Command table plays the corpus on every mutant and prints which cases fail on
// which. A mutant on which none fails that names what it breaks, and a case that
// fails on no mutant, end it with status 1.
//
//	go run ./runner/mutants/table               a line a mutant
//	go run ./runner/mutants/table -cases        and below it every case that fails
//	go run ./runner/mutants/table -role server  the mutants of one role
//
// It takes some minutes: every case is played on every mutant.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"

	"github.com/ssecheck/ssecheck/cases"
)

func main() {
	list := flag.Bool("cases", false, "list below each mutant the cases that fail on it")
	role := flag.String("role", "", "parser or server; without it both")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := show(ctx, os.Stdout, *role, *list)
	if err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
	}
	if !ok || err != nil {
		os.Exit(1)
	}
}

// show writes the tables and says whether every mutant dies for what it breaks
// and every case fails on some mutant.
func show(ctx context.Context, w io.Writer, role string, list bool) (ok bool, err error) {
	corpus, err := cases.Default()
	if err != nil {
		return false, err
	}
	of := func(kind cases.Kind) []*cases.Case {
		return slices.DeleteFunc(corpus.Cases(), func(c *cases.Case) bool { return c.Kind() != kind })
	}
	ok = true
	if role != "server" {
		t := newTable(w, of(cases.KindStream), list)
		if err := t.parsers(ctx); err != nil {
			return false, err
		}
		ok = t.end() && ok
	}
	if role != "parser" {
		t := newTable(w, of(cases.KindProbe), list)
		if err := t.servers(ctx); err != nil {
			return false, err
		}
		ok = t.end() && ok
	}
	return ok, nil
}
