// Package targets finds the native fuzz targets of a module, runs them, and reads what go
// test says of a run.
package targets

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Target is one function FuzzX(f *testing.F).
type Target struct {
	Name    string // FuzzX
	Package string // its import path
	Dir     string // of the package
	File    string // the name of its file
	// Instrument are the packages whose coverage guides the fuzzer: those that a comment
	// //fuzz:instrument above the target names, or the whole module's. Without any it is
	// left to go test -fuzz, which takes nearly all.
	Instrument []string
}

// Naive is the package, within the module, of targets that look for nothing: others are
// measured by them.
const Naive = "fuzz/internal/naive"

// Find finds the targets of all packages of the module that dir lies in, in the order of
// their packages.
func Find(ctx context.Context, dir string, patterns ...string) ([]Target, error) {
	const format = `{{.ImportPath}}|{{.Module.Path}}|{{.Dir}}|{{join .TestGoFiles ","}},{{join .XTestGoFiles ","}}`
	list := exec.CommandContext(ctx, "go", append([]string{"list", "-f", format}, patterns...)...)
	list.Dir = dir
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("list the packages of %s: %w%s", dir, err, stderr(err))
	}
	var all []Target
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), "|")
		for _, file := range strings.FieldsFunc(fields[3], func(r rune) bool { return r == ',' }) {
			found, err := findInFile(filepath.Join(fields[2], file))
			if err != nil {
				return nil, err
			}
			for _, t := range found {
				t.Package, t.Dir, t.File = fields[0], fields[2], file
				if t.Instrument == nil {
					t.Instrument = []string{fields[1] + "/..."}
				}
				all = append(all, t)
			}
		}
	}
	return all, nil
}

func stderr(err error) string {
	if exit, ok := err.(*exec.ExitError); ok && len(exit.Stderr) > 0 {
		return "\n" + strings.TrimSpace(string(exit.Stderr))
	}
	return ""
}

func findInFile(path string) ([]Target, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []Target
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Fuzz") && takesF(f.Type.Params) {
			found = append(found, Target{Name: f.Name.Name, Instrument: instrumented(f.Doc)})
		}
	}
	return found, nil
}

func takesF(params *ast.FieldList) bool {
	if len(params.List) != 1 {
		return false
	}
	pointer, ok := params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	selector, ok := pointer.X.(*ast.SelectorExpr)
	return ok && selector.Sel.Name == "F"
}

const directive = "//fuzz:instrument "

func instrumented(doc *ast.CommentGroup) []string {
	if doc == nil {
		return nil
	}
	for _, comment := range doc.List {
		if list, ok := strings.CutPrefix(comment.Text, directive); ok {
			return strings.Fields(list)
		}
	}
	return nil
}
