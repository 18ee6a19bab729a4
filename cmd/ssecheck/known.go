package main

import (
	"bytes"
	"fmt"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/reports/atomicfile"
	"github.com/ssecheck/ssecheck/runner/knownfailing"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// known is the known-failing list of a run; empty without --known-failing.
type known struct {
	list *knownfailing.List
	all  []*cases.Case
}

// readKnown reads the list. An entry that names no case is an error before
// anything runs.
func readKnown(file string, all []*cases.Case) (known, error) {
	if file == "" {
		return known{all: all}, nil
	}
	list, err := knownfailing.Read(file)
	if err == nil {
		err = list.Check(all)
	}
	if err != nil {
		return known{}, usageError("--known-failing: %s", detail(err))
	}
	return known{list, all}, nil
}

// lookup is what the runner asks.
func (k known) lookup(c *cases.Case) (reason string, listed bool) {
	entry, listed := k.list.Find(c)
	return entry.Reason, listed
}

// sometimes is what the runner asks of a listed case that passed.
func (k known) sometimes(c *cases.Case) bool {
	entry, _ := k.list.Find(c)
	return entry.Sometimes
}

// A listFile is where --write-known-failing goes; without the flag, nowhere.
type listFile struct{ file *atomicfile.File }

func openList(name string) (*listFile, error) {
	if name == "" {
		return &listFile{}, nil
	}
	file, err := atomicfile.Create(name)
	if err != nil {
		return nil, usageError("--write-known-failing: %w; choose a file that can be written", err)
	}
	return &listFile{file}, nil
}

// write writes every failure of the report. What was listed before keeps its
// reason and issue; a new entry says what came. Entries on cases that were not
// judged now stay. After an interruption nothing is written: who knows what
// else would have failed.
func (l *listFile) write(report *reports.Report, before known) error {
	if l.file == nil || report.Interrupted {
		return nil
	}
	var text bytes.Buffer
	if err := knownfailing.Write(&text, entries(report, before)); err != nil {
		return &exitError{exitNotCarried, err}
	}
	file := l.file
	l.file = nil
	if err := file.Commit(text.Bytes()); err != nil {
		return &exitError{exitNotCarried, fmt.Errorf("write the known-failing list: %w", err)}
	}
	return nil
}

// entries are those of the list that still hold, then the new ones.
func entries(report *reports.Report, before known) []knownfailing.Entry {
	failed, passed := map[string]string{}, map[string]bool{}
	var order []string
	for _, s := range report.Subjects {
		for _, r := range s.Results {
			switch {
			case r.Verdict == reports.Pass:
				passed[r.Case] = true
			case r.Verdict == reports.Fail && r.Level != requirements.Info:
				if _, seen := failed[r.Case]; !seen {
					order = append(order, r.Case)
				}
				failed[r.Case] = reason(s, r)
			}
		}
	}
	var all []knownfailing.Entry
	for _, entry := range before.list.Entries() {
		if before.holds(entry, failed, passed) {
			all = append(all, entry)
		}
	}
	byName := map[string]*cases.Case{}
	for _, c := range before.all {
		byName[c.Name()] = c
	}
	for _, name := range order {
		if c := byName[name]; c != nil {
			if _, listed := before.list.Find(c); listed {
				continue
			}
		}
		all = append(all, knownfailing.Entry{Case: name, Reason: failed[name]})
	}
	return all
}

// holds says whether an entry of the list is still needed: a case that it names
// failed, or fails now and then, or none of them was judged.
func (k known) holds(entry knownfailing.Entry, failed map[string]string, passed map[string]bool) bool {
	if entry.Sometimes {
		return true
	}
	anyPassed := false
	for _, c := range k.all {
		if found, listed := k.list.Find(c); !listed || found != entry {
			continue
		}
		if _, fails := failed[c.Name()]; fails {
			return true
		}
		anyPassed = anyPassed || passed[c.Name()]
	}
	return !anyPassed
}

// reason is what can be said of a failure that nobody has looked into yet.
func reason(s reports.Subject, r reports.Result) string {
	if r.Message == "" {
		return fmt.Sprintf("fails on %s", s.Name)
	}
	return reports.Line(r.Message)
}

func (l *listFile) discard() error {
	if l == nil || l.file == nil {
		return nil
	}
	return l.file.Discard()
}
