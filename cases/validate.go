package cases

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/ssecheck/ssecheck/cases/nearest"
	"github.com/ssecheck/ssecheck/cases/strictyaml"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// The grammar of names: lower-case words joined by hyphens, and for a suite several
// of these joined by slashes, or by dots as in the ID of a requirement.
const wordPattern = `[a-z0-9]+(-[a-z0-9]+)*`

var (
	word      = regexp.MustCompile(`^` + wordPattern + `$`)
	suiteName = regexp.MustCompile(`^` + wordPattern + `([/.]` + wordPattern + `)*$`)
)

// vocabulary is what the files of one corpus may name.
type vocabulary struct {
	catalogue Catalogue
	ids       func() []string // of the requirements, for hints
}

func newVocabulary(catalogue Catalogue) *vocabulary {
	return &vocabulary{
		catalogue: catalogue,
		ids: sync.OnceValue(func() []string {
			var ids []string
			for _, r := range catalogue.All() {
				ids = append(ids, r.ID)
			}
			return ids
		}),
	}
}

func (k *vocabulary) checkSuite(s *Suite, at strictyaml.Node) {
	want := strings.TrimSuffix(s.File, ".yaml")
	switch {
	case !suiteName.MatchString(want):
		at.Errorf("a path of lower-case words joined by hyphens, such as fields/data.yaml",
			"the file's path %q cannot be the name of a suite", s.File)
	case !at.Has("suite"):
		at.Errorf("suite: "+want, "a suite without its name")
	case at.At("suite").Kind() == strictyaml.Text && s.Suite != want:
		at.At("suite").Errorf("suite: "+want, "the suite %q stands in the file %s", s.Suite, s.File)
	}
	s.Suite = want
	checkTitle(s.Title, at, "suite")
	if !at.Has("cases") || at.At("cases").IsEmptyList() {
		at.At("cases").Errorf("", "a suite without cases")
	}
	first := map[string]int{}
	for i := range s.Cases {
		c, n := &s.Cases[i], at.At("cases", i)
		if n.Kind() != strictyaml.Mapping {
			continue
		}
		c.Suite = s.Suite
		k.checkCase(c, n)
		if line, again := first[c.ID]; again && c.ID != "" {
			n.At("id").Errorf("", "a second case %s; the first is on line %d", c.Name(), line)
		} else {
			first[c.ID] = c.at.line
		}
		c.at.file = s.File
	}
}

func (k *vocabulary) checkCase(c *Case, at strictyaml.Node) {
	where := at
	if at.Has("id") {
		where = at.At("id")
	}
	c.at.line, c.at.column = where.Position()
	c.at.source = where.Source()

	switch {
	case !at.Has("id"):
		at.Errorf("id: a-few-words", "a case without an id")
	case at.At("id").Kind() == strictyaml.Text && !word.MatchString(c.ID):
		at.At("id").Errorf("lower-case letters and digits, words joined by hyphens: two-lines", "%q is no id", c.ID)
	}
	checkTitle(c.Title, at, "case")
	if found := at.At("found"); found.Kind() == strictyaml.Text && strings.TrimSpace(c.Found) == "" {
		found.Errorf("", "found says who failed the case first, and this one says nothing")
	}
	checkLabels(c, at.At("labels"))
	k.checkRequirements(c, at)

	k.checkKind(c, at)
}

// Keys that belong to one kind of case alone.
var (
	streamKeys = []string{"line-endings", "variants"}
	clientKeys = []string{"http", "certificate", "connect", "close", "watch", "facts", "library"}
	emitKeys   = []string{"end", "accept", "never", "wire", "delivery"}
	foundKeys  = []string{"found"}
	probeKeys  = []string{"needs", "check"}
)

// checkKind tells the kinds apart and looks at the case as one of its kind.
func (k *vocabulary) checkKind(c *Case, at strictyaml.Node) {
	var kinds []string
	for _, kind := range []Kind{KindStream, KindConnections, KindEmit, KindProbe} {
		if at.Has(string(kind)) {
			kinds = append(kinds, string(kind))
		}
	}
	if len(kinds) == 0 {
		at.Errorf("stream: [...], connections: [...], emit: [...] or probe: [...]", "a case without a stream, connections, items to emit or a probe does nothing")
		return
	}
	if len(kinds) > 1 {
		for _, key := range kinds[1:] {
			at.Key(key).Errorf("make two cases of it", "a case is of one kind: stream, connections, emit or probe")
		}
		return
	}
	switch kind := Kind(kinds[0]); kind {
	case KindStream:
		checkForeign(at, kind, clientKeys, emitKeys, probeKeys)
		checkStream(c, at)
	case KindConnections:
		checkForeign(at, kind, streamKeys, emitKeys, probeKeys, foundKeys)
		if client := string(requirements.Client); !slices.Contains(c.sides, client) {
			c.sides = append(c.sides, client)
		}
		checkConnections(c, at)
	case KindEmit:
		checkForeign(at, kind, streamKeys, clientKeys, probeKeys, []string{"expect", "finally"})
		checkEmit(c, at)
	case KindProbe:
		checkForeign(at, kind, streamKeys, clientKeys, emitKeys, []string{"expect", "finally"})
		checkProbe(c, at)
	}
}

// checkForeign reports keys that belong to cases of another kind.
func checkForeign(at strictyaml.Node, kind Kind, keys ...[]string) {
	for _, key := range slices.Concat(keys...) {
		if at.Has(key) {
			at.Key(key).Errorf("", "the key %q does not belong in a case of the kind %s", key, kind)
		}
	}
}

// checkTitle demands one line of text, and of a case a sentence: more than one
// word.
func checkTitle(title string, at strictyaml.Node, what string) {
	n := at.At("title")
	switch {
	case !at.Has("title"):
		at.Errorf("", "a %s without a title", what)
	case n.Kind() != strictyaml.Text:
	case strings.TrimSpace(title) == "":
		n.Errorf("", "an empty title")
	case strings.ContainsAny(title, "\r\n"):
		n.Errorf("", "a title of several lines")
	case strings.TrimSpace(title) != title:
		n.Errorf("", "a title with space around it")
	case what == "case" && !strings.Contains(title, " "):
		n.Errorf("say what must happen: Consecutive data fields are joined by one newline", "the title %q is no sentence", title)
	}
}

// reservedLabels are words that every case carries as a label of its own
// accord.
var reservedLabels = []string{"must", "should", "may", "info", "parser", "client", "format", "server", "stream", "connections", "emit", "probe"}

func checkLabels(c *Case, at strictyaml.Node) {
	for i, label := range c.Labels {
		n := at.At(i)
		switch {
		case n.Kind() != strictyaml.Text:
		case !word.MatchString(label):
			n.Errorf("lower-case letters and digits, words joined by hyphens: multi-line", "%q is no label", label)
		case slices.Contains(reservedLabels, label):
			n.Errorf("leave it out", "%q is a label already of every case that it is true of: a case's level, its kind and the sides of its requirements are", label)
		case slices.Contains(c.Labels[:i], label):
			n.Errorf("", "the label %q comes twice", label)
		}
	}
}

func (k *vocabulary) checkRequirements(c *Case, at strictyaml.Node) {
	list := at.At("requirements")
	if !at.Has("requirements") || list.IsEmptyList() {
		list.Errorf("requirements: [parse.data.append]", "a case without requirements: it must say what it demands")
	}
	strongest := requirements.Level("")
	for i, id := range c.Requirements {
		n := list.At(i)
		if n.Kind() != strictyaml.Text {
			continue
		}
		r, ok := k.catalogue.Get(id)
		switch {
		case !ok:
			n.Errorf(nearest.Hint(id, k.ids()), "no requirement %q", id)
			continue
		case slices.Contains(c.Requirements[:i], id):
			n.Errorf("", "the requirement %q comes twice", id)
		}
		if r.Level.Rank() > strongest.Rank() {
			strongest = r.Level
		}
		if !slices.Contains(c.sides, string(r.Side)) {
			c.sides = append(c.sides, string(r.Side))
		}
	}
	level := at.At("level")
	switch {
	case !at.Has("level"):
		c.Level = strongest
	case level.Kind() != strictyaml.Text:
	case c.Level.Rank() == 0:
		level.Errorf("the levels are must, should, may and info", "%q is no level", c.Level)
	case strongest != "" && c.Level.Rank() > strongest.Rank():
		level.Errorf(fmt.Sprintf("level: %s, or leave it out", strongest),
			"the case is of level %s, and the strongest of its requirements is only %s", c.Level, strongest)
	}
}
