// Package selection says which cases of a corpus a run plays: by patterns, by
// labels, by level and by shard. Whatever names nothing is an error before
// anything runs, so that no run is green because a name was mistyped.
package selection

import (
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/cases/nearest"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// An Error is a part of a selection that cannot be right.
type Error struct {
	// Pattern is the pattern, filter, level or shard as it was given.
	Pattern string
	// From says where it was given, as in "ci.txt:3"; empty for a flag.
	From string
	// Message says what is wrong with it.
	Message string
	// Hint says what may have been meant; it may be empty.
	Hint string
}

// Error is one line.
func (e *Error) Error() string {
	text := fmt.Sprintf("%q: %s", e.Pattern, e.Message)
	if e.From != "" {
		text = e.From + ": " + text
	}
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// Options is what a user asks for. The zero value selects every case.
type Options struct {
	// Run holds patterns: a case is selected if one of them names it, or if
	// there are none. A pattern @FILE stands for the patterns of the file, one a
	// line; empty lines and lines that begin with # are left out.
	Run []string
	// Skip holds patterns of cases that are left out all the same.
	Skip []string
	// LabelFilter is an expression of Ginkgo's label-filter language on the
	// labels that [Labels] gives, such as "must && !long" or "/^utf/".
	LabelFilter string
	// Level leaves out every case that is weaker: should selects must and should.
	Level string
	// Shard is "i/n": of n shares of the selection, the i-th from 1. A case's
	// share depends on its name alone, so it stays where it is when other cases
	// come or go.
	Shard string
}

// Select returns the cases that the options ask for, in the order given. Its
// error joins an [*Error] for everything in the options that names nothing or
// cannot be read.
func Select(all []*cases.Case, options Options) ([]*cases.Case, error) {
	var errs []error
	run := patterns(all, options.Run, &errs)
	skip := patterns(all, options.Skip, &errs)
	filter := labelFilter(all, options.LabelFilter, &errs)
	level := atLeast(options.Level, &errs)
	shard := share(options.Shard, &errs)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	var selected []*cases.Case
	for _, c := range all {
		if (len(options.Run) == 0 || named(run, c)) && !named(skip, c) && filter(c) && level(c) && shard(c) {
			selected = append(selected, c)
		}
	}
	return selected, nil
}

// Labels are all labels of a case: its own, its level, its kind, its area and
// the sides of its requirements.
func Labels(c *cases.Case) []string {
	labels := slices.Clone(c.Labels)
	labels = append(labels, string(c.Level), string(c.Kind()), c.Area())
	labels = append(labels, c.Sides()...)
	slices.Sort(labels)
	return slices.Compact(labels)
}

func named(patterns []Pattern, c *cases.Case) bool {
	return slices.ContainsFunc(patterns, func(p Pattern) bool { return p.Matches(c) })
}

// patterns compiles the texts and demands that each names something.
func patterns(all []*cases.Case, texts []string, errs *[]error) []Pattern {
	var compiled []Pattern
	add := func(text, from string) {
		p, err := Compile(text)
		if err == nil {
			err = p.Names(all)
		}
		var wrong *Error
		if errors.As(err, &wrong) {
			wrong.From = from
			*errs = append(*errs, wrong)
			return
		}
		compiled = append(compiled, p)
	}
	for _, text := range texts {
		file, isFile := strings.CutPrefix(text, "@")
		if !isFile {
			add(text, "")
			continue
		}
		lines, err := readLines(file)
		if err != nil {
			*errs = append(*errs, &Error{Pattern: text, Message: err.Error()})
		}
		for _, line := range lines {
			add(line.text, fmt.Sprintf("%s:%d", file, line.number))
		}
	}
	return compiled
}

type numbered struct {
	text   string
	number int
}

// readLines reads a file of patterns. One without a pattern is an error: it
// would select everything, or nothing, by accident.
func readLines(file string) ([]numbered, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var lines []numbered
	for i, line := range strings.Split(string(src), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, numbered{line, i + 1})
		}
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("%s holds no pattern", file)
	}
	return lines, nil
}

func labelFilter(all []*cases.Case, text string, errs *[]error) func(*cases.Case) bool {
	if strings.TrimSpace(text) == "" {
		return func(*cases.Case) bool { return true }
	}
	filter, err := types.ParseLabelFilter(text)
	if err != nil {
		*errs = append(*errs, &Error{Pattern: text, Message: "no label filter: " + oneLine(ansi.Strip(err.Error())),
			Hint: `join labels with &&, || and !, as in "must && !long"`})
		return nil
	}
	matches := func(c *cases.Case) bool { return filter(Labels(c)) }
	if !slices.ContainsFunc(all, matches) {
		*errs = append(*errs, &Error{Pattern: text, Message: "names no case", Hint: labelHint(all, text)})
	}
	return matches
}

func labelHint(all []*cases.Case, text string) string {
	var labels []string
	for _, c := range all {
		labels = append(labels, Labels(c)...)
	}
	slices.Sort(labels)
	labels = slices.Compact(labels)
	if !strings.ContainsAny(text, "&|!,(){}/:") {
		if hint := nearest.Hint(strings.TrimSpace(text), labels); hint != "" {
			return hint
		}
	}
	return "the labels are " + strings.Join(labels, ", ")
}

// oneLine puts an error of several lines on one.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func atLeast(text string, errs *[]error) func(*cases.Case) bool {
	level := requirements.Level(text)
	if text != "" && level.Rank() == 0 {
		*errs = append(*errs, &Error{Pattern: text, Message: "is no level", Hint: "the levels are must, should, may and info"})
	}
	return func(c *cases.Case) bool { return c.Level.Rank() >= level.Rank() }
}

func share(text string, errs *[]error) func(*cases.Case) bool {
	if text == "" {
		return func(*cases.Case) bool { return true }
	}
	first, second, _ := strings.Cut(text, "/")
	i, err1 := strconv.ParseUint(first, 10, 16)
	n, err2 := strconv.ParseUint(second, 10, 16)
	if err1 != nil || err2 != nil || i < 1 || i > n {
		*errs = append(*errs, &Error{Pattern: text, Message: "is no shard", Hint: "write i/n with i from 1 to n, such as 2/3"})
		return nil
	}
	return func(c *cases.Case) bool {
		hash := fnv.New64a()
		hash.Write([]byte(c.Name()))
		return hash.Sum64()%n == i-1
	}
}
