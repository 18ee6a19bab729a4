// Package nativetest plays, for specs, a user of package fuzz: a module of its own whose
// test file is the one that the documentation of a harness shows.
package nativetest

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Module writes a module into the folder that needs ours, from the disk, and nothing from
// the network: the source is what the user has written, and the test file is in the
// documentation of the function of fuzz.
func Module(folder, source, function string) error {
	root, err := repository()
	if err != nil {
		return err
	}
	test, err := documented(root, function)
	if err != nil {
		return err
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return err
	}
	ours, rest, _ := strings.Cut(string(mod), "\n")
	path := strings.TrimPrefix(ours, "module ")
	for name, text := range map[string]string{
		"go.mod":      "module example.com/sse\n" + rest + "\nrequire " + path + " v0.0.0\nreplace " + path + " => " + root + "\n",
		"go.sum":      string(sum),
		"sse.go":      source,
		"sse_test.go": test,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// repository is the folder of our own module.
func repository() (string, error) {
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		return "", fmt.Errorf("the source of nativetest is not known")
	}
	return filepath.Join(filepath.Dir(file), "..", "..", ".."), nil
}

// documented is the test file in the documentation of a function of package fuzz.
func documented(root, function string) (string, error) {
	all, err := filepath.Glob(filepath.Join(root, "fuzz", "*.go"))
	if err != nil {
		return "", err
	}
	for _, name := range all {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return "", err
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Name.Name != function || f.Recv != nil {
				continue
			}
			_, code, found := strings.Cut(f.Doc.Text(), "\n\tpackage sse\n")
			code, _, whole := strings.Cut(code, "\n\t}\n\nThen\n")
			if !found || !whole {
				return "", fmt.Errorf("the documentation of fuzz.%s shows no test file", function)
			}
			return strings.ReplaceAll("package sse\n"+code+"\n\t}\n", "\n\t", "\n"), nil
		}
	}
	return "", fmt.Errorf("package fuzz has no function %s", function)
}

// Test runs go test in the folder.
func Test(ctx context.Context, folder string, args ...string) (output string, err error) {
	c := exec.CommandContext(ctx, "go", append([]string{"test"}, args...)...)
	c.Dir = folder
	c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	c.WaitDelay = 10 * time.Second
	text, err := c.CombinedOutput()
	return string(text), err
}
