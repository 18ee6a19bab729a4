package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// newLintCommand is "ssecheck lint".
func newLintCommand(a *app) *cobra.Command {
	var complete bool
	cmd := &cobra.Command{
		Use:   "lint [DIR...]",
		Short: "check case files",
		Example: `ssecheck lint mycases
    checks every case file of a folder, and the requirements.yaml beside them
ssecheck lint
    checks the corpus inside ssecheck
ssecheck lint --complete cases
    demands a case for every requirement of the catalogue inside ssecheck, too`,
		Long: `All mistakes of all files come at once, each with its file, line and column, the line itself, and
what would be right. Beside the form of the files, lint looks at the corpus as a whole: every
requirement is named by a case or excluded with a reason; no title and no stream is there twice;
and each expectation is what the standard's own steps make of the stream.

Exit status: 0 without a mistake (warnings are none), 2 otherwise.`,
		RunE: func(_ *cobra.Command, dirs []string) error {
			if len(dirs) == 0 {
				return a.lintEmbedded()
			}
			return a.lintFolders(dirs, complete)
		},
	}
	cmd.Flags().BoolVar(&complete, "complete", false, "every requirement of the catalogue inside ssecheck must be named or excluded, too")
	return cmd
}

func (a *app) lintEmbedded() error {
	book, err := openCasebook("")
	if err != nil {
		return err
	}
	corpus, err := cases.Default()
	if err != nil {
		return err
	}
	return a.concludeLint([]bool{a.report("the corpus inside ssecheck", corpus, book.catalogue.All())})
}

func (a *app) lintFolders(dirs []string, complete bool) error {
	catalogue, err := requirements.Default()
	if err != nil {
		return err
	}
	var clean []bool
	for _, dir := range dirs {
		folder, err := cases.LoadFolder(dir, catalogue)
		var errs cases.Errors
		switch {
		case errors.As(err, &errs):
			fmt.Fprintln(a.stdout, reports.Text(errs.Detail()))
			clean = append(clean, false)
			continue
		case err != nil:
			return usageError("%w", err)
		}
		demanded := folder.Own
		if complete {
			demanded = folder.Catalogue.All()
		}
		clean = append(clean, a.report(dir, folder.Corpus, demanded))
	}
	return a.concludeLint(clean)
}

// report prints what lint finds, and says whether there is nothing to mend.
func (a *app) report(what string, corpus *cases.Corpus, demanded []requirements.Requirement) (clean bool) {
	found := cases.Lint(corpus, demanded)
	for _, warning := range found.Warnings {
		warned := *warning
		warned.Message = "warning: " + warned.Message
		fmt.Fprintln(a.stdout, reports.Text(warned.Detail()))
	}
	if len(found.Errors) > 0 {
		fmt.Fprintln(a.stdout, reports.Text(found.Errors.Detail()))
		return false
	}
	line(a.stdout, "%s: %s in %s, no mistakes", what, count(len(corpus.Cases()), "case"), count(len(corpus.Suites), "file"))
	return true
}

func (a *app) concludeLint(clean []bool) error {
	for _, ok := range clean {
		if !ok {
			return &exitError{status: exitUsage}
		}
	}
	return nil
}
