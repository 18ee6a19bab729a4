package suite

import (
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/knownfailing"
	"github.com/ssecheck/ssecheck/runner/selection"
	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// An Option changes what is played, or how it is judged.
type Option func(*options)

type options struct {
	selection selection.Options
	own       fs.FS
	known     string
	tolerated []string
	strict    bool
	lenient   bool
	timeout   time.Duration
	server    server.Options
	path      string

	profile      string
	capabilities []string
}

// Run selects the cases that one of the patterns names, such as fields/** or
// requirement:parse.id.*; without it all of the role are played. A pattern that
// names nothing is an error.
func Run(patterns ...string) Option {
	return func(o *options) { o.selection.Run = append(o.selection.Run, patterns...) }
}

// Skip leaves out the cases that one of the patterns names.
func Skip(patterns ...string) Option {
	return func(o *options) { o.selection.Skip = append(o.selection.Skip, patterns...) }
}

// LabelFilter selects cases by an expression of Ginkgo's label-filter language.
func LabelFilter(expression string) Option {
	return func(o *options) { o.selection.LabelFilter = expression }
}

// Level leaves out the cases that are weaker than level.
func Level(level requirements.Level) Option {
	return func(o *options) { o.selection.Level = string(level) }
}

// Cases adds the case files of a folder to the corpus.
func Cases(folder fs.FS) Option { return func(o *options) { o.own = folder } }

// KnownFailing names a file that lists, with reasons, the cases that fail
// today. A listed case that fails is a skip; one that passes fails its subtest,
// since the list is stale.
func KnownFailing(file string) Option { return func(o *options) { o.known = file } }

// Tolerate names requirements that the subject breaks on purpose: a case of
// one of them that fails is a skip with this reason.
func Tolerate(ids ...string) Option {
	return func(o *options) { o.tolerated = append(o.tolerated, ids...) }
}

// Strict fails a subtest for a broken SHOULD too.
func Strict() Option { return func(o *options) { o.strict = true } }

// AllowIncomplete lets a case be skipped that should have been judged and could
// not be.
func AllowIncomplete() Option { return func(o *options) { o.lenient = true } }

// Timeout is the time that one variant of a case may take; without it
// [runner.DefaultTimeout].
func Timeout(d time.Duration) Option { return func(o *options) { o.timeout = d } }

// Server says how a server is visited: its request header, for how long it is
// observed, and the like.
func Server(how server.Options) Option { return func(o *options) { o.server = how } }

// Path is where [TestHandler] asks for the stream; without it /.
func Path(path string) Option { return func(o *options) { o.path = path } }

// Capabilities names what the client of [TestClient] reports beyond events (open,
// errors, comments), and what it takes beyond the URL (headers, method,
// last-event-id, retry, https, http2, h2c, close-in-handler): the constants of
// package client. What is not named is not held against it.
func Capabilities(words ...string) Option {
	return func(o *options) { o.capabilities = append(o.capabilities, words...) }
}

// Browser judges the client of [TestClient] by the standard's letter where that
// leaves it to clients other than browsers what is a failure for good.
func Browser() Option { return func(o *options) { o.profile = client.ProfileBrowser } }

// A book is what the options come to: the selected cases and how to judge them.
type book struct {
	options
	cases     []*cases.Case
	catalogue *requirements.Catalogue
	list      *knownfailing.List
}

// collect applies the options.
func collect(opts []Option) options {
	o := options{path: "/"}
	for _, set := range opts {
		set(&o)
	}
	return o
}

// open loads the corpus and selects from it.
func open(opts []Option) (*book, error) {
	b := &book{options: collect(opts)}
	var all []*cases.Case
	if err := b.load(&all); err != nil {
		return nil, err
	}
	for _, id := range b.tolerated {
		if _, ok := b.catalogue.Get(id); !ok {
			return nil, fmt.Errorf("suite.Tolerate: there is no requirement %s; ssecheck list --requirements names them all", id)
		}
	}
	if b.known != "" {
		list, err := knownfailing.Read(b.known)
		if err == nil {
			err = list.Check(all)
		}
		if err != nil {
			return nil, fmt.Errorf("suite.KnownFailing: %w", err)
		}
		b.list = list
	}
	selected, err := selection.Select(all, b.selection)
	if err != nil {
		return nil, err
	}
	b.cases = selected
	return b, nil
}

// load reads the embedded corpus and catalogue, and the user's own.
func (b *book) load(all *[]*cases.Case) (err error) {
	if b.catalogue, err = requirements.Default(); err != nil {
		return err
	}
	corpus, err := cases.Default()
	if err != nil {
		return err
	}
	*all = corpus.Cases()
	if b.own == nil {
		return nil
	}
	if more, err := fs.ReadFile(b.own, cases.RequirementsFile); err == nil {
		own, err := requirements.Parse(more, cases.RequirementsFile)
		if err != nil {
			return err
		}
		if b.catalogue, err = b.catalogue.Merge(own); err != nil {
			return err
		}
	}
	own, err := cases.Load(b.own, b.catalogue)
	if err != nil {
		return err
	}
	*all = append(*all, own.Cases()...)
	return nil
}

// expected says whether a failure of the case was expected, and why. listed tells
// the user's list, which is stale when the case passes, from what is tolerated or
// fails only now and then.
func (b *book) expected(c *cases.Case, info runner.Info) (reason string, listed, ok bool) {
	if entry, found := b.list.Find(c); found {
		return entry.Reason, !entry.Sometimes, true
	}
	for _, id := range slices.Concat(b.tolerated, info.Deviates) {
		if slices.Contains(c.Requirements, id) {
			return "the requirement " + id + " is tolerated", false, true
		}
	}
	return "", false, false
}
