package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/casepages"
	"github.com/ssecheck/ssecheck/runner/selection"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// newExplainCommand is "ssecheck explain".
func newExplainCommand(a *app) *cobra.Command {
	var folder string
	var checks bool
	cmd := &cobra.Command{
		Use:   "explain NAME",
		Short: "explain one case or requirement: the rule, the wire, what must come out",
		Example: `ssecheck explain fields/data/two-lines
    a case: its rules with their links, the wire with visible escapes, what is expected, and the
    command that plays it alone
ssecheck explain parse.data.append
    a requirement, and the cases that demand it
ssecheck explain ids-unique
    a check or need of probes, or a check of emit cases
ssecheck explain --checks
    all of them`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case checks && len(args) > 0:
				return usageError("explain --checks takes no name; explain %s explains that one", args[0])
			case !checks && len(args) != 1:
				return usageError("explain takes one name; ssecheck list shows the cases, ssecheck list --requirements the requirements")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if checks {
				return a.listChecks(false)
			}
			return a.explain(args[0], folder)
		},
	}
	cmd.Flags().StringVar(&folder, "cases", "", "look among your own cases in this `folder`, too")
	cmd.Flags().BoolVar(&checks, "checks", false, "explain all checks and needs of probes, and all checks of emit cases")
	return cmd
}

func (a *app) explain(name, folder string) error {
	book, err := openCasebook(folder)
	if err != nil {
		return err
	}
	if c := book.find(name); c != nil {
		a.explainCase(book, c, folder)
		return nil
	}
	if r, ok := book.catalogue.Get(name); ok {
		a.explainRequirement(book, r, folder)
		return nil
	}
	if a.explainWord(name) {
		return nil
	}
	return book.unknown(name)
}

// explainWord explains a word of the vocabulary: of each kind that has it.
func (a *app) explainWord(name string) (found bool) {
	for _, word := range words() {
		if word.Name == name {
			line(a.stdout, "%s (%s)", word.Name, wordKinds[word.Kind])
			line(a.stdout, "  %s", word.Doc)
			found = true
		}
	}
	return found
}

var wordKinds = map[string]string{
	"check": "a check of probes", "need": "a need of probes",
	"wire": "a check of the bytes in emit cases", "delivery": "a check of the delivery in emit cases",
}

func (a *app) explainRequirement(book *casebook, r requirements.Requirement, folder string) {
	a.rule(r)
	names := book.naming(r.ID)
	switch {
	case r.Excluded != "":
		a.section("Excluded")
		a.indented(r.Excluded)
		return
	case len(names) == 0:
		a.section("Cases")
		a.indented("none: it is untested")
		return
	}
	a.section("Cases")
	for _, name := range names {
		line(a.stdout, "  %-6s  %s", book.find(name).Level, name)
	}
	a.section("Play them alone")
	a.indented("ssecheck run " + casesFlag(folder) + "--run requirement:" + r.ID)
}

func (a *app) explainCase(book *casebook, c *cases.Case, folder string) {
	line(a.stdout, "%s (%s)", c.Name(), c.Level)
	line(a.stdout, "  %s", c.Title)
	line(a.stdout, "  labels: %s", strings.Join(selection.Labels(c), ", "))
	if c.Library != "" {
		line(a.stdout, "  binding for browsers; of other clients it is shown, and never counted against them")
	}
	if c.Found != "" {
		a.section("Found")
		a.indented(c.Found)
	}
	if c.Note != "" {
		a.section("Note")
		a.indented(c.Note)
	}
	a.section("Rule")
	for _, id := range c.Requirements {
		if r, ok := book.catalogue.Get(id); ok {
			a.rule(r)
		}
	}
	var flags []string
	switch c.Kind() {
	case cases.KindStream:
		a.explainStream(c)
		flags = []string{"--parser 'CMD' ", "--client 'CMD' "}
	case cases.KindConnections:
		a.explainConnections(c)
		flags = []string{"--client 'CMD' "}
	case cases.KindEmit:
		a.explainEmit(c)
		flags = emitFlags(c)
	case cases.KindProbe:
		a.explainProbe(c)
		flags = []string{"--target URL "}
	}
	behind := slices.Contains(c.Needs, "via") // the reference has no proxy in front of it
	if behind {
		flags = []string{"--target URL --via NAME=URL "}
	}
	a.section("Play it alone")
	for _, flag := range flags {
		a.indented("ssecheck run " + flag + casesFlag(folder) + "--run " + c.Name())
	}
	if !behind {
		a.indented("ssecheck run " + casesFlag(folder) + "--run " + c.Name() + "   (on the reference inside ssecheck)")
	}
	if casepages.Offered(c) {
		a.section("Point something at it")
		a.indented("curl -N http://" + defaultServe + casepages.Path(c) + "   (while ssecheck serve " + casesFlag(folder) + "runs)")
	}
}

// casesFlag is the flag that adds a user's own cases, for a shell.
func casesFlag(folder string) string {
	if folder == "" {
		return ""
	}
	return "--cases '" + strings.ReplaceAll(folder, "'", `'\''`) + "' "
}

func (a *app) rule(r requirements.Requirement) {
	line(a.stdout, "  %s (%s, %s)", r.ID, r.Level, r.Side)
	line(a.stdout, "    %s", r.Title)
	if r.URL != "" {
		line(a.stdout, "    %s", r.URL)
	}
}

func (a *app) section(title string) {
	fmt.Fprintln(a.stdout)
	line(a.stdout, "%s", title)
}

func (a *app) indented(text string) {
	for part := range strings.Lines(text) {
		line(a.stdout, "  %s", strings.TrimRight(part, "\n"))
	}
}
