package strictyaml

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// A Kind says what a value is.
type Kind string

const (
	Missing Kind = "nothing"
	Text    Kind = "text"
	Number  Kind = "a number"
	Boolean Kind = "a boolean"
	List    Kind = "a list"
	Mapping Kind = "a mapping"
	// Special is a value of YAML that this package does not read.
	Special Kind = "an anchor, alias or tag"
)

// A Node is a value in a document, or the place where one is missing.
type Node struct {
	doc *Document
	// node is nil when the value is missing; place then says where it should be.
	node, place ast.Node
}

// Kind says what the value is.
func (n Node) Kind() Kind {
	switch n.node.(type) {
	case nil, *ast.NullNode:
		return Missing
	case *ast.StringNode, *ast.LiteralNode:
		return Text
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return Number
	case *ast.BoolNode:
		return Boolean
	case *ast.SequenceNode:
		return List
	case *ast.MappingNode, *ast.MappingValueNode:
		return Mapping
	}
	return Special
}

// Errorf reports a mistake at the value.
func (n Node) Errorf(hint, format string, args ...any) {
	line, column := n.Position()
	n.doc.report(line, column, hint, format, args...)
}

// Position is the line and column of the value, or of the nearest value around
// it; both are 0 when the file has none.
func (n Node) Position() (line, column int) {
	node := n.node
	if node == nil {
		node = n.place
	}
	if node == nil {
		return 0, 0
	}
	switch v := node.(type) { // a block's own token is not at its beginning
	case *ast.MappingNode:
		if !v.IsFlowStyle && len(v.Values) > 0 {
			node = v.Values[0].Key
		}
	case *ast.MappingValueNode:
		node = v.Key
	}
	tk := node.GetToken()
	if tk == nil || tk.Position == nil {
		return 0, 0
	}
	return tk.Position.Line, tk.Position.Column
}

// File is the name of the file that the value stands in.
func (n Node) File() string { return n.doc.file }

// Source is the line that the value begins on.
func (n Node) Source() string {
	line, _ := n.Position()
	if line < 1 || line > len(n.doc.lines) {
		return ""
	}
	return n.doc.lines[line-1]
}

// Text is the text of the value. Any other kind is reported.
func (n Node) Text() (string, bool) {
	switch v := n.node.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	}
	hint := ""
	switch n.Kind() {
	case Number, Boolean:
		hint = fmt.Sprintf("put it in quotes: %q", n.node.GetToken().Value)
	case Special:
		hint = quoteHint
	}
	n.Errorf(hint, "expected text, got %s", n.Kind())
	return "", false
}

// Plain says that the value is a text without quotes, in which YAML's own libraries may
// see something else: 1e3 is a number for some of them.
func (n Node) Plain() bool {
	v, ok := n.node.(*ast.StringNode)
	return ok && v.Token != nil && v.Token.Type == token.StringType
}

// Items are the values of a list. Any other kind is reported.
func (n Node) Items() []Node {
	list, ok := n.node.(*ast.SequenceNode)
	if !ok {
		n.Errorf("", "expected a list, got %s", n.Kind())
		return nil
	}
	items := make([]Node, len(list.Values))
	for i, value := range list.Values {
		items[i] = Node{doc: n.doc, node: value, place: list}
	}
	return items
}

// IsEmptyList says that the value is a list with nothing in it.
func (n Node) IsEmptyList() bool {
	list, ok := n.node.(*ast.SequenceNode)
	return ok && len(list.Values) == 0
}

// IsEmptyMapping says that the value is a mapping with nothing in it.
func (n Node) IsEmptyMapping() bool {
	entries, ok := n.entries()
	return ok && len(entries) == 0
}

// A Field is one key of a mapping and its value.
type Field struct {
	Name       string
	Key, Value Node
}

// Fields are the keys of a mapping, in order, each once: a key that is no text
// or comes again is reported, and so is any other kind.
func (n Node) Fields() []Field {
	entries, ok := n.entries()
	if !ok {
		n.Errorf("", "expected a mapping, got %s", n.Kind())
		return nil
	}
	var fields []Field
	first := map[string]int{}
	for _, entry := range entries {
		key := Node{doc: n.doc, node: entry.Key}
		text, ok := entry.Key.(*ast.StringNode)
		if !ok {
			key.Errorf("", "expected a key of plain text, got %s", key.Kind())
			continue
		}
		line, _ := key.Position()
		if before, again := first[text.Value]; again {
			key.Errorf("", "the key %q stands here a second time; the first is on line %d", text.Value, before)
			continue
		}
		first[text.Value] = line
		fields = append(fields, Field{text.Value, key, Node{doc: n.doc, node: entry.Value, place: entry.Key}})
	}
	return fields
}

func (n Node) entries() ([]*ast.MappingValueNode, bool) {
	switch v := n.node.(type) {
	case *ast.MappingNode:
		return v.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{v}, true
	}
	return nil, false
}

// At goes down into the value, by key (a string) or index (an int). Where the
// path ends early it returns a missing node whose place is the last value met.
// Nothing is reported.
func (n Node) At(path ...any) Node {
	for _, step := range path {
		next := n.step(step)
		if next == nil {
			if n.node == nil {
				return n
			}
			return Node{doc: n.doc, place: n.node}
		}
		n = *next
	}
	return n
}

func (n Node) step(step any) *Node {
	switch step := step.(type) {
	case int:
		if list, ok := n.node.(*ast.SequenceNode); ok && step < len(list.Values) {
			return &Node{doc: n.doc, node: list.Values[step], place: list}
		}
	case string:
		entries, _ := n.entries()
		for _, entry := range entries {
			if key, ok := entry.Key.(*ast.StringNode); ok && key.Value == step {
				return &Node{doc: n.doc, node: entry.Value, place: entry.Key}
			}
		}
	}
	return nil
}

// Has says that the mapping has the key.
func (n Node) Has(key string) bool { return n.step(key) != nil }

// Key is the key itself, for an error that is about it; the mapping where it
// has none such.
func (n Node) Key(name string) Node {
	if found := n.step(name); found != nil {
		return Node{doc: n.doc, node: found.place}
	}
	return n
}

// Spoiled says that a mistake was reported within the value already, so that
// what was read from it is not worth another look.
func (n Node) Spoiled() bool {
	first, _ := n.Position()
	last := lastLine(n.node)
	for _, err := range n.doc.errs {
		if err.Line >= first && err.Line <= last {
			return true
		}
	}
	return false
}

func lastLine(node ast.Node) int {
	line := 0
	switch v := node.(type) {
	case nil:
	case *ast.MappingNode:
		for _, value := range v.Values {
			line = max(line, lastLine(value))
		}
	case *ast.MappingValueNode:
		line = max(lastLine(v.Key), lastLine(v.Value))
	case *ast.SequenceNode:
		for _, value := range v.Values {
			line = max(line, lastLine(value))
		}
	}
	if node == nil {
		return line
	}
	if tk := node.GetToken(); tk != nil && tk.Position != nil {
		line = max(line, tk.Position.Line)
	}
	return line
}
