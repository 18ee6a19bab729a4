// Package knownfailing reads and writes lists of cases that a user knows to
// fail today, each with the reason. A list changes the exit status of a run and
// never a verdict.
package knownfailing

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/cases/strictyaml"
	"github.com/ssecheck/ssecheck/runner/selection"
)

// An Entry is one line of a list.
type Entry struct {
	// Case is the name of a case, or a pattern ([selection.Pattern]).
	Case string `yaml:"case"`
	// Reason says why it fails.
	Reason string `yaml:"reason"`
	// Issue is a link to where the failure is tracked.
	Issue string `yaml:"issue,omitempty"`
	// Sometimes: it fails in some runs and passes in others, such as one that
	// hangs on a wait which the implementation takes at random. A pass is no
	// mistake in the list then.
	Sometimes bool `yaml:"sometimes,omitempty"`
}

// A List is one file of entries. A nil List names nothing.
type List struct {
	entries []entry
}

type entry struct {
	Entry
	pattern selection.Pattern
	place   strictyaml.Error // without a message
}

// Read reads the list in a file. Its error is a [strictyaml.Errors], or says
// why the file cannot be read.
func Read(file string) (*List, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(file, src)
}

// Parse reads a list: YAML entries {case, reason, issue, sometimes}, the reason required. Where
// several cases fail of one fault, case is the list of them; each becomes an entry.
// file is its name in errors, which are a [strictyaml.Errors].
func Parse(file string, src []byte) (*List, error) {
	doc := strictyaml.Parse(file, src)
	list := &List{}
	if len(doc.Errors()) > 0 {
		return nil, doc.Errors().Err()
	}
	if root := doc.Root(); root.Kind() != strictyaml.Missing { // an empty file is an empty list
		for _, node := range root.Items() {
			list.add(node)
		}
	}
	if err := doc.Errors().Err(); err != nil {
		return nil, err
	}
	return list, nil
}

// form is an entry as it stands in the file: a reason, for one case or for
// several that fail of it.
type form struct {
	Case      names  `yaml:"case"`
	Reason    string `yaml:"reason"`
	Issue     string `yaml:"issue,omitempty"`
	Sometimes bool   `yaml:"sometimes,omitempty"`
}

// names are cases or patterns, where they stand in the file.
type names []strictyaml.Node

// ReadYAML reads a name, or a list of names.
func (all *names) ReadYAML(n strictyaml.Node) {
	*all = names{n}
	if n.Kind() == strictyaml.List {
		*all = n.Items()
	}
	if len(*all) == 0 {
		n.Errorf("", "an empty list of cases")
	}
}

func (l *List) add(node strictyaml.Node) {
	var f form
	node.Decode(&f)
	if node.Spoiled() {
		return
	}
	switch {
	case !node.Has("case"):
		node.Errorf("", "an entry without a case")
		return
	case !node.Has("reason"):
		node.Errorf("reason: why it fails, in a sentence", "the entry for %s has no reason", f.Case.quoted())
	case strings.TrimSpace(f.Reason) == "":
		node.At("reason").Errorf("reason: why it fails, in a sentence", "the reason is empty")
	}
	for _, where := range f.Case {
		if name, ok := where.Text(); ok {
			l.addOne(where, Entry{Case: name, Reason: f.Reason, Issue: f.Issue, Sometimes: f.Sometimes})
		}
	}
}

// quoted is the first of the names.
func (all names) quoted() string {
	name, _ := all[0].Text()
	return strconv.Quote(name)
}

func (l *List) addOne(where strictyaml.Node, one Entry) {
	e := entry{Entry: one}
	if strings.HasPrefix(e.Case, "@") {
		where.Errorf("", "a list cannot name a file of patterns")
		return
	}
	for _, before := range l.entries {
		if before.Case == e.Case {
			where.Errorf("", "the case %q is listed already, on line %d", e.Case, before.place.Line)
			return
		}
	}
	pattern, err := selection.Compile(e.Case)
	if err != nil {
		where.Errorf("", "%s", err)
		return
	}
	e.pattern = pattern
	e.place.File = where.File()
	e.place.Line, e.place.Column = where.Position()
	e.place.Source = where.Source()
	l.entries = append(l.entries, e)
}

// Check demands that every entry names at least one of the cases of the corpus.
// Its error is a [strictyaml.Errors] with the nearest names.
func (l *List) Check(all []*cases.Case) error {
	if l == nil {
		return nil
	}
	var errs strictyaml.Errors
	for _, e := range l.entries {
		var stale *selection.Error
		if errors.As(e.pattern.Names(all), &stale) {
			wrong := e.place
			wrong.Message = fmt.Sprintf("%q %s", e.Case, stale.Message)
			wrong.Hint = stale.Hint
			errs = append(errs, &wrong)
		}
	}
	return errs.Err()
}

// Find returns the first entry that names the case.
func (l *List) Find(c *cases.Case) (Entry, bool) {
	if l == nil {
		return Entry{}, false
	}
	for _, e := range l.entries {
		if e.pattern.Matches(c) {
			return e.Entry, true
		}
	}
	return Entry{}, false
}

// Entries are the entries in the order of the file.
func (l *List) Entries() []Entry {
	if l == nil {
		return nil
	}
	var entries []Entry
	for _, e := range l.entries {
		entries = append(entries, e.Entry)
	}
	return entries
}

// Write writes a list that [Parse] reads back, whatever the texts hold. An entry
// without a case or a reason is an error, and nothing is written.
func Write(w io.Writer, entries []Entry) error {
	var b strings.Builder
	b.WriteString("# Cases that are known to fail, each with the reason. A run that is given this\n" +
		"# list says so, and fails, when one of them passes or is gone.\n")
	for _, e := range entries {
		if strings.TrimSpace(e.Case) == "" || strings.TrimSpace(e.Reason) == "" {
			return fmt.Errorf("known-failing entry %q: it needs a case and a reason", e.Case)
		}
		fmt.Fprintf(&b, "- case: %s\n  reason: %s\n", quote(e.Case), quote(e.Reason))
		if e.Issue != "" {
			fmt.Fprintf(&b, "  issue: %s\n", quote(e.Issue))
		}
		if e.Sometimes {
			b.WriteString("  sometimes: true\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// quote is the text in YAML's double quotes: every escape that Go writes means
// the same there, except for bytes that are no UTF-8.
func quote(text string) string {
	return strconv.Quote(strings.ToValidUTF8(text, "\uFFFD"))
}
