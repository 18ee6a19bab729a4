package seeds

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strconv"
	"strings"
)

// Found reads what go test once found and wrote into a folder of testdata/fuzz. A folder
// that is not there holds nothing.
func Found(fsys fs.FS, folder string) ([]Seed, error) {
	entries, err := fs.ReadDir(fsys, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all []Seed
	for _, entry := range entries {
		name := folder + "/" + entry.Name()
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		seed, err := readFound(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, seed)
	}
	return all, err
}

const foundVersion = "go test fuzz v1"

// readFound reads one file: its version, and a line of Go for each value.
func readFound(text string) (Seed, error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if lines[0] != foundVersion {
		return nil, fmt.Errorf("the first line is %q; expected %q", lines[0], foundVersion)
	}
	var seed Seed
	for i, line := range lines[1:] {
		value, err := readValue(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+2, err)
		}
		seed = append(seed, value)
	}
	return seed, nil
}

// readValue reads a value as go test writes it: []byte("a"), uint64(1), byte('\x00').
func readValue(line string) (any, error) {
	wrong := fmt.Errorf("%q is no value as go test writes it, such as []byte(\"a\") or uint64(1)", line)
	expr, err := parser.ParseExpr(line)
	if err != nil {
		return nil, wrong
	}
	call, ok := expr.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil, wrong
	}
	literal, minus := call.Args[0], ""
	if unary, ok := literal.(*ast.UnaryExpr); ok && unary.Op == token.SUB {
		literal, minus = unary.X, "-"
	}
	basic, ok := literal.(*ast.BasicLit)
	if !ok {
		return nil, wrong
	}
	text := minus + basic.Value
	if basic.Kind == token.CHAR {
		r, _, _, err := strconv.UnquoteChar(text[1:len(text)-1], '\'')
		if err != nil {
			return nil, wrong
		}
		text = strconv.Itoa(int(r))
	}
	kind := line[:strings.IndexByte(line, '(')]
	value, err := convert(kind, text)
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", wrong, err)
	}
	return value, nil
}

// convert makes a value of the types that the targets have.
func convert(kind, text string) (any, error) {
	switch kind {
	case "[]byte", "string":
		s, err := strconv.Unquote(text)
		if kind == "string" {
			return s, err
		}
		return []byte(s), err
	case "byte", "uint8":
		n, err := strconv.ParseUint(text, 0, 8)
		return uint8(n), err
	case "uint16":
		n, err := strconv.ParseUint(text, 0, 16)
		return uint16(n), err
	case "uint64":
		return strconv.ParseUint(text, 0, 64)
	case "int64":
		return strconv.ParseInt(text, 0, 64)
	}
	return nil, fmt.Errorf("the type %s", kind)
}
