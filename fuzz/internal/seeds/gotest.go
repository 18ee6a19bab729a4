package seeds

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"reflect"
	"slices"
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

// types are those of the values that targets take, by their names.
var types = map[string]reflect.Type{
	"[]byte": reflect.TypeFor[[]byte](), "string": reflect.TypeFor[string](),
	"byte": reflect.TypeFor[uint8](), "uint8": reflect.TypeFor[uint8](), "uint16": reflect.TypeFor[uint16](),
	"uint32": reflect.TypeFor[uint32](), "uint64": reflect.TypeFor[uint64](), "int8": reflect.TypeFor[int8](),
	"int16": reflect.TypeFor[int16](), "int32": reflect.TypeFor[int32](), "rune": reflect.TypeFor[int32](),
	"int64": reflect.TypeFor[int64](),
}

// ReadTypes reads the types of a target's arguments, in their order: "[]byte, uint64".
func ReadTypes(list string) ([]reflect.Type, error) {
	var all []reflect.Type
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if types[name] == nil {
			return nil, fmt.Errorf("%q is no type that a target can have here; expected some of %q", name, slices.Sorted(maps.Keys(types)))
		}
		all = append(all, types[name])
	}
	return all, nil
}

// convert makes a value of a type.
func convert(kind, text string) (any, error) {
	of := types[kind]
	if of == nil {
		return nil, fmt.Errorf("the type %s", kind)
	}
	value := reflect.New(of).Elem()
	var err error
	switch of.Kind() {
	case reflect.String, reflect.Slice:
		var s string
		s, err = strconv.Unquote(text)
		value.Set(reflect.ValueOf(s).Convert(of))
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		var n int64
		n, err = strconv.ParseInt(text, 0, of.Bits())
		value.SetInt(n)
	default:
		var n uint64
		n, err = strconv.ParseUint(text, 0, of.Bits())
		value.SetUint(n)
	}
	return value.Interface(), err
}

// GoTest is a seed as a file of testdata/fuzz, and the name that go test would give it.
func GoTest(s Seed) (name, text string) {
	lines := []string{foundVersion}
	for _, value := range s {
		switch v := value.(type) {
		case []byte:
			lines = append(lines, fmt.Sprintf("[]byte(%q)", v))
		case string:
			lines = append(lines, fmt.Sprintf("string(%q)", v))
		case uint8:
			lines = append(lines, fmt.Sprintf("byte(%q)", rune(v)))
		default:
			lines = append(lines, fmt.Sprintf("%T(%v)", v, v))
		}
	}
	text = strings.Join(lines, "\n") + "\n"
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:16], text
}
