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

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
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

// Specs are the specs of the function's documented test file. The source holds the word
// FAULT where what stands there is lost; found are the words of the failure when that is a
// tilde.
func Specs(function, target, source string, found ...types.GomegaMatcher) {
	GinkgoHelper()
	module := func(fault string) (folder string) {
		GinkgoHelper()
		folder = GinkgoT().TempDir()
		Expect(Module(folder, strings.ReplaceAll(source, "FAULT", fault), function)).To(Succeed())
		return folder
	}

	BeforeEach(func() {
		if os.Getenv("SSECHECK_NATIVE") == "" {
			Skip("it takes the compiler half a minute; make fuzz-native plays it")
		}
	})

	It("compiles, and the seeds find nothing wrong with what is right", func(ctx SpecContext) {
		output, err := test(ctx, module("~~~~~~~~"), ".")
		Expect(err).NotTo(HaveOccurred(), output)
	}, NodeTimeout(5*time.Minute))

	It("finds a fault under the native fuzzer that no seed shows", func(ctx SpecContext) {
		output, err := test(ctx, module("~"), "-run=^$", "-fuzz="+target, "-fuzztime=60s", "-fuzzminimizetime=20x", ".")
		Expect(err).To(HaveOccurred(), output)
		Expect(output).To(ContainSubstring("--- FAIL: " + target))
		Expect(output).To(ContainSubstring("Failing input written to testdata/fuzz/" + target + "/"))
		for _, words := range found {
			Expect(output).To(words)
		}
	}, NodeTimeout(8*time.Minute))
}

// test runs go test in the folder.
func test(ctx context.Context, folder string, args ...string) (output string, err error) {
	c := exec.CommandContext(ctx, "go", append([]string{"test"}, args...)...)
	c.Dir = folder
	c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	c.WaitDelay = 10 * time.Second
	text, err := c.CombinedOutput()
	return string(text), err
}
