// Package strictyaml reads YAML that people write by hand: into Go values,
// strictly, and with every mistake of a file reported at once, each with its
// line, its column, the line itself and what would be right.
//
// It reads the plain core of YAML: mappings, lists, text, numbers, booleans.
// Anchors, aliases, tags, merge keys and several documents in one file are
// errors: a reader should see all of a value where it stands.
package strictyaml

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// MaxSize bounds one file, in bytes. Long texts belong in a repeat.
const MaxSize = 1 << 20

// maxDepth bounds how deep flow collections and entries of one line may nest,
// so that no input exhausts the parser's stack.
const maxDepth = 64

// maxKeys bounds the keys that follow one another without a list between them.
const maxKeys = 5000

// A Document is one YAML file and the mistakes found in it so far.
type Document struct {
	file  string
	lines []string
	root  ast.Node
	errs  Errors
	keys  map[reflect.Type]keys // of the structs met so far
}

// Parse reads the syntax of a file. It never fails and never panics: what is
// wrong is in Errors, and a file that is no YAML has a missing root.
func Parse(file string, src []byte) *Document {
	d := &Document{file: file}
	text := strings.TrimPrefix(string(src), "\uFEFF")
	if len(text) > MaxSize {
		d.report(0, 0, "", "the file has %d bytes; at most %d are read", len(text), MaxSize)
		return d
	}
	d.lines = strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if !d.readable(text) {
		return d
	}
	if err := d.parse(text); err != nil {
		d.reportSyntax(err)
	}
	return d
}

// Root is the document's top value; missing when there is none.
func (d *Document) Root() Node { return Node{doc: d, node: d.root} }

// Errors are the mistakes found so far.
func (d *Document) Errors() Errors { return d.errs }

// readable rejects what no YAML file may hold.
func (d *Document) readable(text string) bool {
	if !utf8.ValidString(text) {
		for i, line := range d.lines {
			if !utf8.ValidString(line) {
				column := utf8.RuneCountInString(validPrefix(line)) + 1
				d.report(i+1, column, "write bytes that are no UTF-8 as {hex: ...}",
					"the file is not UTF-8: byte %#02x is not part of any character here", line[len(validPrefix(line))])
				return false
			}
		}
	}
	for i, line := range d.lines {
		for column, r := range []rune(line) {
			if r != '\t' && (r < 0x20 || r == 0x7F) {
				d.report(i+1, column+1, fmt.Sprintf(`write it as "\x%02x" in double quotes`, r),
					"a raw control character U+%04X", r)
				return false
			}
		}
	}
	return true
}

func validPrefix(s string) string {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			return s[:i]
		}
		i += size
	}
	return s
}

// parse sets the root. The library's own panics on odd input become errors.
func (d *Document) parse(text string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			d.root, err = nil, fmt.Errorf("the YAML parser cannot read this file: %v", r)
		}
	}()
	tokens := lexer.Tokenize(text)
	if tk, why := tooMuch(tokens); tk != nil {
		return &yaml.SyntaxError{Message: why, Token: tk}
	}
	// Duplicate keys are ours to report, so that one does not hide the rest.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return err
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if d.root != nil {
			Node{doc: d, node: doc.Body}.Errorf("", "a second document; one file holds one")
			return nil
		}
		d.root = doc.Body
	}
	return nil
}

// tooMuch finds the first token that nests deeper than maxDepth, or is the key
// after maxKeys in a row: the library's parser takes time that grows with the
// square of their number.
func tooMuch(tokens token.Tokens) (tk *token.Token, why string) {
	flow, entries, line, keys := 0, 0, 0, 0
	for _, tk := range tokens {
		if tk.Position.Line != line {
			entries, line = 0, tk.Position.Line
		}
		switch tk.Type {
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType:
			entries++
			keys = 0
		case token.MappingValueType:
			keys++
			if flow <= 0 {
				entries++
			}
		}
		switch {
		case flow > maxDepth || entries > maxDepth:
			return tk, fmt.Sprintf("nested more than %d deep", maxDepth)
		case keys > maxKeys:
			return tk, fmt.Sprintf("more than %d keys in a row", maxKeys)
		}
	}
	return nil, ""
}

// reportSyntax turns the library's error into one of ours.
func (d *Document) reportSyntax(err error) {
	var syntax yaml.Error
	if errors.As(err, &syntax) && syntax.GetToken() != nil {
		position := syntax.GetToken().Position
		d.report(position.Line, position.Column, d.syntaxHint(position), "%s", syntax.GetMessage())
		return
	}
	d.report(0, 0, "", "%s", err)
}

// quoteHint is for those who meet YAML's indicators for the first time.
const quoteHint = "to YAML, a text that begins with &, * or ! is no text unless it stands in quotes"

// syntaxHint helps where an indicator stands at the place or just before it.
func (d *Document) syntaxHint(at *token.Position) string {
	if at.Line < 1 || at.Line > len(d.lines) {
		return ""
	}
	line := []rune(d.lines[at.Line-1])
	for i := max(at.Column-2, 0); i < min(at.Column, len(line)); i++ {
		if strings.ContainsRune("&*!", line[i]) {
			return quoteHint
		}
	}
	return ""
}

func (d *Document) report(line, column int, hint, format string, args ...any) {
	e := &Error{File: d.file, Message: fmt.Sprintf(format, args...), Hint: hint}
	if line > 0 {
		e.Line = min(line, len(d.lines))
		e.Source = d.lines[e.Line-1]
		e.Column = max(1, min(column, utf8.RuneCountInString(e.Source)+1))
	}
	d.errs = append(d.errs, e)
}
