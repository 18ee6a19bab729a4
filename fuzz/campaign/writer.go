package campaign

import (
	"cmp"
	"fmt"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/blame"
	"github.com/ssecheck/ssecheck/fuzz/internal/finding"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A writer makes findings, and cases of them.
type writer struct {
	options   Options
	folder    *finding.Folder
	who       runner.Info
	corpus    *cases.Corpus
	catalogue *requirements.Catalogue
}

// newWriter opens the folder, so that one in which nothing can be written is known before
// anything is found.
func newWriter(o Options) (*writer, error) {
	w := &writer{options: o}
	var err error
	if w.catalogue, err = requirements.Default(); err != nil {
		return nil, err
	}
	if w.corpus, err = cases.Default(); err != nil {
		return nil, err
	}
	if o.Folder != "" {
		w.folder, err = finding.Open(o.Folder)
	}
	return w, err
}

// knownStreams are the streams of the findings that the folder has.
func (w *writer) knownStreams() (all []stream.Input) {
	for _, k := range w.known(cases.KindStream) {
		all = append(all, k.Input)
	}
	return all
}

// knownLists are the lists of items of the findings that the folder has.
func (w *writer) knownLists() (all []list) {
	for _, k := range w.known(cases.KindEmit) {
		if l := items.Of(k.Case); items.Judgeable(l) {
			all = append(all, l)
		}
	}
	return all
}

// known are the findings of the folder whose cases are of a kind.
func (w *writer) known(kind cases.Kind) (all []finding.Known) {
	if w.folder == nil {
		return nil
	}
	for _, k := range w.folder.Known() {
		if k.Case.Kind() == kind {
			all = append(all, k)
		}
	}
	return all
}

// found is what an investigation came to.
type found struct {
	verdict blame.Verdict
	// finding is it as a case. Its note says more where there is more to say.
	finding finding.Finding
	// kind is what was different, message says what was expected and what came.
	kind, message string
}

// write makes a finding of what was found. Nothing is written yet: it may be one that
// there is.
func (w *writer) write(f found) (*Finding, error) {
	r, ok := w.catalogue.Get(f.verdict.Requirement)
	if !ok {
		return nil, fmt.Errorf("what was found breaks the requirement %s, which the catalogue does not have", f.verdict.Requirement)
	}
	f.finding.Subject = w.who
	f.finding.Cases = w.options.Folder
	f.finding.Campaign = fmt.Sprintf("ssecheck fuzz %s --seed %d", w.who.Flags, w.options.Seed)
	if f.verdict.Fault != "" {
		f.finding.Title = "It seems that " + f.verdict.Sentence
	}
	key := cmp.Or(f.verdict.Fault, f.verdict.Requirement+", "+f.kind)
	return &Finding{
		Requirement: r, Fault: f.verdict.Fault, Sentence: f.verdict.Sentence, Exact: f.verdict.Exact,
		Kind: f.kind, Message: f.message, Case: f.finding.CaseName(), key: key, made: f.finding,
	}, nil
}

// tell writes a finding that is new, and tells of it.
func (w *writer) tell(f *Finding) (err error) {
	f.YAML, f.Text, f.Reproduce = f.made.YAML(), f.made.Account(), f.made.Command()
	if w.folder != nil {
		f.Known = w.folder.Has(f.made)
		if f.File, err = w.folder.Write(f.made); err != nil {
			return err
		}
	}
	if w.options.OnFinding != nil && !f.Known {
		w.options.OnFinding(f)
	}
	return nil
}
