package requirements

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
)

//go:embed requirements.yaml
var embedded []byte

// A Catalogue is a list of requirements with unique IDs, in the order of its
// file. It does not change once it is made, so many may read it at once.
type Catalogue struct {
	entries []entry
	byID    map[string]int
}

// An entry is a requirement and where it was read from.
type entry struct {
	Requirement
	at position
}

// Default is the catalogue that is part of the program. An error means that
// the program was built with a broken one.
func Default() (*Catalogue, error) {
	return Parse(embedded, "spec/requirements/requirements.yaml")
}

// Get finds a requirement by its ID.
func (c *Catalogue) Get(id string) (Requirement, bool) {
	i, ok := c.byID[id]
	if !ok {
		return Requirement{}, false
	}
	return c.entries[i].Requirement, true
}

// All lists the requirements in the order of the file. The slice is the
// caller's own.
func (c *Catalogue) All() []Requirement {
	all := make([]Requirement, len(c.entries))
	for i, e := range c.entries {
		all[i] = e.Requirement
	}
	return all
}

// Merge is the catalogue with another one's requirements after its own. An ID
// that is in both is an error: a user's rule must not silently take the place
// of one that reports refer to.
func (c *Catalogue) Merge(other *Catalogue) (*Catalogue, error) {
	merged, errs := build(slices.Concat(c.entries, other.entries))
	return merged, errors.Join(errs...)
}

// build indexes the entries and refuses an ID that comes twice.
func build(entries []entry) (*Catalogue, []error) {
	c := &Catalogue{entries: entries, byID: make(map[string]int, len(entries))}
	var errs []error
	for i, e := range entries {
		if first, taken := c.byID[e.ID]; taken {
			errs = append(errs, e.at.errorf("the id %q is taken: %s has it already; choose another name",
				e.ID, entries[first].at))
			continue
		}
		c.byID[e.ID] = i
	}
	if errs != nil {
		return nil, errs
	}
	return c, nil
}

// A position is a place in a YAML file.
type position struct {
	file         string
	line, column int
	source       string // the line itself
}

func (p position) String() string {
	return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column)
}

func (p position) errorf(format string, args ...any) error {
	return &Error{File: p.file, Line: p.line, Column: p.column, Source: p.source, Message: fmt.Sprintf(format, args...)}
}
