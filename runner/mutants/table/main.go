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
	role := flag.String("role", "", "parser, encoder, client or server; without it all")
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
	for _, t := range []struct {
		role  string
		cases []*cases.Case
		fill  func(*table, context.Context) error
		// mayIdle says which cases need not fail on any mutant of this table.
		mayIdle func(*cases.Case) bool
	}{
		{"parser", of(cases.KindStream), (*table).parsers, nil},
		{"encoder", of(cases.KindEmit), (*table).encoders, (*cases.Case).Delivers},
		{"client", forClients(corpus.Cases()), (*table).clients, func(c *cases.Case) bool { return c.Kind() == cases.KindStream }},
		{"server", of(cases.KindProbe), (*table).servers, nil},
	} {
		if role != "" && role != t.role {
			continue
		}
		filled := newTable(w, t.cases, list)
		if err := t.fill(filled, ctx); err != nil {
			return false, err
		}
		ok = filled.end(t.mayIdle) && ok
	}
	return ok, nil
}
