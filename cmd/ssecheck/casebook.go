package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/cases/nearest"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A casebook is the corpus and the catalogue that the commands work on: those
// inside ssecheck, with a user's own.
type casebook struct {
	cases     []*cases.Case
	catalogue *requirements.Catalogue
	// digest identifies the cases, for the head of a report.
	digest string
}

// openCasebook adds the cases of a folder to those inside ssecheck; no folder is
// "".
func openCasebook(folder string) (*casebook, error) {
	catalogue, err := requirements.Default()
	if err != nil {
		return nil, err
	}
	corpus, err := cases.Default()
	if err != nil {
		return nil, err
	}
	if folder == "" {
		return &casebook{corpus.Cases(), catalogue, corpus.Digest()}, nil
	}
	own, err := cases.LoadFolder(folder, catalogue)
	if err != nil {
		return nil, corpusError(folder, err)
	}
	if corpus, err = cases.Join(corpus, own.Corpus); err != nil {
		return nil, corpusError(folder, err)
	}
	return &casebook{corpus.Cases(), own.Catalogue, corpus.Digest()}, nil
}

// corpusError shows every mistake of a folder's files.
func corpusError(folder string, err error) error {
	var errs cases.Errors
	if errors.As(err, &errs) {
		return usageError("--cases %s:\n%s", folder, errs.Detail())
	}
	return usageError("--cases: %w", err)
}

// find is the case of that name, or nil.
func (b *casebook) find(name string) *cases.Case {
	for _, c := range b.cases {
		if c.Name() == name {
			return c
		}
	}
	return nil
}

// naming lists the names of the cases that demand the requirement.
func (b *casebook) naming(id string) []string {
	names := []string{}
	for _, c := range b.cases {
		if slices.Contains(c.Requirements, id) {
			names = append(names, c.Name())
		}
	}
	return names
}

// unknown says that nothing has the name, and what was perhaps meant.
func (b *casebook) unknown(name string) error {
	known := slices.Clone(vocabulary())
	for _, c := range b.cases {
		known = append(known, c.Name())
	}
	for _, r := range b.catalogue.All() {
		known = append(known, r.ID)
	}
	hint := nearest.Hint(name, known)
	if hint == "" {
		hint = "ssecheck list shows the cases, ssecheck list --requirements the requirements"
	}
	return usageError("no case, requirement, check or need is called %q; %s", name, hint)
}

// vocabulary is the names of all checks and needs of a probe.
func vocabulary() []string {
	var names []string
	for _, d := range cases.CheckVocabulary() {
		names = append(names, d.Name)
	}
	for _, d := range cases.NeedVocabulary() {
		names = append(names, d.Name)
	}
	return names
}

// writeJSON writes a value for programs.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// line prints one line, safe for a terminal whatever a user's file holds.
func line(w io.Writer, format string, args ...any) {
	fmt.Fprintln(w, reports.Line(fmt.Sprintf(format, args...)))
}
