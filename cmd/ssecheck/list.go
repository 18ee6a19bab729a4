package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/selection"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// listOptions is what a call of list asks for.
type listOptions struct {
	selection                   selection.Options
	folder                      string
	requirements, roles, checks bool
	json                        bool
}

// newListCommand is "ssecheck list".
func newListCommand(a *app) *cobra.Command {
	var o listOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list cases, requirements, roles or checks",
		Example: `ssecheck list
    every case: its name, its level, its title
ssecheck list --run 'fields/**' --level should
    a selection, by the flags that run knows, too
ssecheck list --requirements --run fields/data/two-lines
    the requirements that a selection names; without one all, with how many cases name each
ssecheck list --roles
    what can be put under test, and with which flag
ssecheck list --checks
    the checks that a probe may make of a server
ssecheck list --json --label-filter 'utf8 && must'
    for programs`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.list(o) },
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&o.selection.Run, "run", nil, "the cases that this `pattern` names: fields/**, */data/*, level:should, requirement:parse.*, @FILE (repeatable)")
	flags.StringArrayVar(&o.selection.Skip, "skip", nil, "leave out the cases that this `pattern` names (repeatable)")
	flags.StringVar(&o.selection.LabelFilter, "label-filter", "", "the cases whose labels fit this `expression` of Ginkgo's language: 'utf8 && !long'; a case's level, kind, area and sides are labels, too")
	flags.StringVar(&o.selection.Level, "level", "", "the cases of this `level` or a stronger one: must, should, may, info")
	flags.StringVar(&o.selection.Shard, "shard", "", "the `i/n`-th part of the selection, such as 1/4; a case stays in its part when others come or go")
	flags.StringVar(&o.folder, "cases", "", "your own cases in this `folder`, too")
	flags.BoolVar(&o.requirements, "requirements", false, "list the requirements that the selection names")
	flags.BoolVar(&o.roles, "roles", false, "list the roles that a subject can have")
	flags.BoolVar(&o.checks, "checks", false, "list the checks and needs of probes")
	flags.BoolVar(&o.json, "json", false, "print JSON")
	cmd.MarkFlagsMutuallyExclusive("requirements", "roles", "checks")
	return cmd
}

func (a *app) list(o listOptions) error {
	book, err := openCasebook(o.folder)
	if err != nil {
		return err
	}
	selected, err := selection.Select(book.cases, o.selection)
	if err != nil {
		return usageError("%w", err)
	}
	switch {
	case o.requirements:
		return a.listRequirements(book, selected, o.json)
	case o.roles:
		return a.listRoles(selected, o.json)
	case o.checks:
		return a.listChecks(o.json)
	}
	return a.listCases(selected, o.json)
}

// listedCase is a case in JSON.
type listedCase struct {
	Case         string             `json:"case"`
	Title        string             `json:"title"`
	Kind         cases.Kind         `json:"kind"`
	Level        requirements.Level `json:"level"`
	Labels       []string           `json:"labels"`
	Requirements []string           `json:"requirements"`
}

func (a *app) listCases(selected []*cases.Case, asJSON bool) error {
	if asJSON {
		list := []listedCase{}
		for _, c := range selected {
			list = append(list, listedCase{c.Name(), c.Title, c.Kind(), c.Level, selection.Labels(c), c.Requirements})
		}
		return writeJSON(a.stdout, list)
	}
	width := 0
	for _, c := range selected {
		width = max(width, len(c.Name()))
	}
	for _, c := range selected {
		line(a.stdout, "%-*s  %-6s  %s", width, c.Name(), c.Level, c.Title)
	}
	return nil
}

// listedRequirement is a requirement in JSON.
type listedRequirement struct {
	ID       string             `json:"id"`
	Level    requirements.Level `json:"level"`
	Side     requirements.Side  `json:"side"`
	Title    string             `json:"title"`
	URL      string             `json:"url"`
	Excluded string             `json:"excluded"`
	Cases    []string           `json:"cases"`
}

// listRequirements lists those that a real selection names, or all.
func (a *app) listRequirements(book *casebook, selected []*cases.Case, asJSON bool) error {
	all := len(selected) == len(book.cases)
	part := &casebook{cases: selected, catalogue: book.catalogue}
	list := []listedRequirement{}
	for _, r := range book.catalogue.All() {
		if names := part.naming(r.ID); all || len(names) > 0 {
			list = append(list, listedRequirement{r.ID, r.Level, r.Side, r.Title, r.URL, r.Excluded, names})
		}
	}
	if asJSON {
		return writeJSON(a.stdout, list)
	}
	width := 0
	for _, r := range list {
		width = max(width, len(r.ID))
	}
	for _, r := range list {
		line(a.stdout, "%-*s  %-6s  %-6s  %-9s  %s", width, r.ID, r.Level, r.Side, coverage(r), r.Title)
		if r.Excluded != "" {
			line(a.stdout, "%*s  excluded: %s", width, "", r.Excluded)
		}
	}
	return nil
}

func coverage(r listedRequirement) string {
	switch {
	case r.Excluded != "":
		return "excluded"
	case len(r.Cases) == 0:
		return "untested"
	}
	return count(len(r.Cases), "case")
}

// listedRole is a role in JSON.
type listedRole struct {
	Role  reports.Role `json:"role"`
	Means string       `json:"means"`
	Flag  string       `json:"flag"`
	Kinds []cases.Kind `json:"kinds"`
	Cases int          `json:"cases"`
}

func (a *app) listRoles(selected []*cases.Case, asJSON bool) error {
	list := []listedRole{
		{reports.RoleParser, "bytes to events", "--parser CMD", []cases.Kind{cases.KindStream}, 0},
		{reports.RoleEncoder, "events to bytes", "--encoder CMD", []cases.Kind{cases.KindEmit}, 0},
		{reports.RoleClient, "a URL to events, with reconnection", "--client CMD", []cases.Kind{cases.KindStream, cases.KindConnections}, 0},
		{reports.RoleServer, "answers at a URL", "--target URL", []cases.Kind{cases.KindProbe}, 0},
	}
	for i := range list {
		for _, c := range selected {
			if slices.Contains(list[i].Kinds, c.Kind()) {
				list[i].Cases++
			}
		}
	}
	if asJSON {
		return writeJSON(a.stdout, list)
	}
	for _, r := range list {
		line(a.stdout, "%-7s  %-34s  %-13s  %s of the %s", r.Role, r.Means, r.Flag, count(r.Cases, "case"), kindWords(r.Kinds))
	}
	return nil
}

func kindWords(kinds []cases.Kind) string {
	if len(kinds) == 1 {
		return "kind " + string(kinds[0])
	}
	words := make([]string, len(kinds))
	for i, kind := range kinds {
		words[i] = string(kind)
	}
	return "kinds " + strings.Join(words, " and ")
}

// listedWord is a word of the vocabulary of probes and emit cases in JSON.
type listedWord struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // check or need of probes, wire or delivery of emit cases
	Doc  string `json:"doc"`
}

func words() []listedWord {
	var list []listedWord
	for _, d := range cases.CheckVocabulary() {
		list = append(list, listedWord{d.Name, "check", d.Doc})
	}
	for _, d := range cases.NeedVocabulary() {
		list = append(list, listedWord{d.Name, "need", d.Doc})
	}
	for _, w := range cases.WireChecks() {
		list = append(list, listedWord{w.Name, "wire", w.Sentence})
	}
	for _, w := range cases.DeliveryChecks() {
		list = append(list, listedWord{w.Name, "delivery", w.Sentence})
	}
	return list
}

func (a *app) listChecks(asJSON bool) error {
	list := words()
	if asJSON {
		return writeJSON(a.stdout, list)
	}
	width := len(slices.MaxFunc(list, func(a, b listedWord) int { return len(a.Name) - len(b.Name) }).Name)
	for _, d := range list {
		line(a.stdout, "%-8s  %-*s  %s", d.Kind, width, d.Name, d.Doc)
	}
	return nil
}
