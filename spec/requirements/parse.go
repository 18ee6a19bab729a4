package requirements

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// keys are what an entry may say, for messages.
const keys = "id, level, side, title, url and excluded"

// idGrammar: two or more parts between dots, each of words between hyphens.
var idGrammar = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$`)

// Parse reads a catalogue: a YAML list of requirements. file is its name in
// messages. All errors of the file are returned at once, joined, each an
// [*Error].
func Parse(data []byte, file string) (*Catalogue, error) {
	r := reader{file: file, lines: strings.Split(string(data), "\n")}
	list, err := r.list(data)
	if err != nil {
		return nil, err
	}
	var entries []entry
	for _, node := range list.Values {
		if e, ok := r.entry(node); ok {
			entries = append(entries, e)
		}
	}
	c, twice := build(entries)
	if errs := append(r.errs, twice...); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return c, nil
}

// A reader turns YAML nodes into entries and gathers what is wrong with them.
type reader struct {
	file  string
	lines []string
	errs  []error
}

// list is the file's one document, which must be a list with something in it.
func (r *reader) list(data []byte) (*ast.SequenceNode, error) {
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, r.syntax(err)
	}
	if len(tree.Docs) > 1 && tree.Docs[1].Body != nil {
		return nil, r.at(tree.Docs[1].Body).errorf("a second document; a catalogue is one list")
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return nil, r.place(1, 1).errorf("nothing in it; a catalogue is a list of requirements, each with %s", keys)
	}
	list, ok := tree.Docs[0].Body.(*ast.SequenceNode)
	if !ok || len(list.Values) == 0 {
		return nil, r.at(tree.Docs[0].Body).errorf("expected a list of requirements, each with %s", keys)
	}
	return list, nil
}

// entry reads one requirement; ok is false if it is not worth indexing.
func (r *reader) entry(node ast.Node) (e entry, ok bool) {
	mapping, isMapping := node.(*ast.MappingNode)
	if !isMapping {
		r.fail(node, "expected a requirement with %s, found %s", keys, strings.ToLower(node.Type().String()))
		return entry{}, false
	}
	e.at = r.at(node)
	if len(mapping.Values) > 0 {
		e.at = r.at(mapping.Values[0].Key)
	}
	seen := map[string]bool{}
	for _, pair := range mapping.Values {
		key := pair.Key.String()
		seen[key] = true
		r.set(&e, key, pair)
	}
	for _, key := range []string{"id", "level", "side", "title"} {
		if !seen[key] {
			r.errs = append(r.errs, e.at.errorf("the requirement has no %s", key))
		}
	}
	return e, seen["id"]
}

// set gives one key of an entry its value.
func (r *reader) set(e *entry, key string, pair *ast.MappingValueNode) {
	text, isText := textOf(pair.Value)
	switch {
	case !isText:
		r.fail(pair.Value, "%s: expected text, found %s", key, strings.ToLower(pair.Value.Type().String()))
		return
	case strings.TrimSpace(text) == "":
		r.fail(pair.Key, "%s: empty; leave the key out or give it a value", key)
		return
	}
	switch key {
	case "id":
		e.ID, e.at = text, r.at(pair.Value)
		if !idGrammar.MatchString(text) {
			r.fail(pair.Value, "id %q: expected words of lower-case letters, digits and hyphens between dots, such as parse.data.append", text)
		}
	case "level":
		if e.Level = Level(text); e.Level.Rank() == 0 {
			r.fail(pair.Value, "level %q: expected must, should, may or info", text)
		}
	case "side":
		if e.Side = Side(text); !e.Side.known() {
			r.fail(pair.Value, "side %q: expected parser, client, format or server", text)
		}
	case "title":
		e.Title = text
	case "url":
		e.URL = text
		if u, err := url.Parse(text); err != nil || !u.IsAbs() || u.Host == "" {
			r.fail(pair.Value, "url %q: expected an absolute URL, such as https://example.org/rule", text)
		}
	case "excluded":
		e.Excluded = text
	default:
		r.fail(pair.Key, "unknown key %q: a requirement has %s", key, keys)
	}
}

// textOf is the text of a node that is text, quoted, plain or folded.
func textOf(node ast.Node) (text string, ok bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	}
	return "", false
}

func (r *reader) fail(node ast.Node, format string, args ...any) {
	r.errs = append(r.errs, r.at(node).errorf(format, args...))
}

// at is where a node stands.
func (r *reader) at(node ast.Node) position {
	return r.atToken(node.GetToken())
}

func (r *reader) atToken(t *token.Token) position {
	if t == nil || t.Position == nil {
		return r.place(1, 1)
	}
	return r.place(t.Position.Line, t.Position.Column)
}

func (r *reader) place(line, column int) position {
	p := position{file: r.file, line: line, column: column}
	if line >= 1 && line <= len(r.lines) {
		p.source = strings.TrimRight(r.lines[line-1], "\r")
	}
	return p
}

// syntax gives an error of the YAML library our form.
func (r *reader) syntax(err error) error {
	var located yaml.Error
	if errors.As(err, &located) {
		return r.atToken(located.GetToken()).errorf("no valid YAML: %s", located.GetMessage())
	}
	return fmt.Errorf("%s: no valid YAML: %w", r.file, err)
}
