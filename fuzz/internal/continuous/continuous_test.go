// Package continuous tests what OSS-Fuzz and ClusterFuzzLite are given of this module, as far
// as that goes without their images: the build script, with a stand-in for the program that
// calls clang, and the files around it.
package continuous_test

import (
	"archive/zip"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/targets"
)

func TestContinuous(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fuzz/internal/continuous")
}

// root is the folder of the module.
var root = func() string {
	dir, err := filepath.Abs("../../..")
	if err != nil {
		panic(err)
	}
	return dir
}()

// build runs a build script in a folder, and returns what it printed and what it built.
func build(ctx context.Context, dir, script string, args ...string) (printed, out string, err error) {
	GinkgoHelper()
	if runtime.GOOS == "windows" {
		Skip("OSS-Fuzz builds on Linux, by a script of bash")
	}
	out = GinkgoT().TempDir()
	command := exec.CommandContext(ctx, "bash", append([]string{script}, args...)...)
	command.Dir = dir
	path := filepath.Join(root, "fuzz/internal/continuous/testdata/bin") + string(filepath.ListSeparator) + os.Getenv("PATH")
	command.Env = append(os.Environ(), "OUT="+out, "PATH="+path, "GOFLAGS=")
	b, err := command.CombinedOutput()
	return string(b), out, err
}

func names(dir string) []string {
	GinkgoHelper()
	entries, err := os.ReadDir(dir)
	Expect(err).NotTo(HaveOccurred())
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func read(path string) string {
	GinkgoHelper()
	b, err := os.ReadFile(path)
	Expect(err).NotTo(HaveOccurred())
	return string(b)
}

// checkout is the module, or where the build would move tests of another package out of
// its way a copy: others may be building the module at the same time.
func checkout(ctx context.Context) string {
	GinkgoHelper()
	list := exec.CommandContext(ctx, "go", "list", "-f", "{{len .XTestGoFiles}}", "./fuzz")
	list.Dir = root
	if n, err := list.Output(); err == nil && strings.TrimSpace(string(n)) == "0" {
		return root
	}
	copied := GinkgoT().TempDir()
	Expect(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || rel == filepath.Join("runner", "adapters")):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(copied, rel), 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(copied, rel), b, 0o644)
	})).To(Succeed())
	return copied
}

var _ = Describe("The build for OSS-Fuzz and ClusterFuzzLite", func() {
	It("builds every target of package fuzz, with seeds and a dictionary", func(ctx SpecContext) {
		found, err := targets.Find(ctx, root, "./fuzz")
		Expect(err).NotTo(HaveOccurred())
		Expect(len(found)).To(BeNumerically(">=", 8))
		printed, out, err := build(ctx, checkout(ctx), filepath.Join(".clusterfuzzlite", "build.sh"))
		Expect(err).NotTo(HaveOccurred(), printed)
		var want []string
		for _, t := range found {
			want = append(want, t.Name, t.Name+".dict", t.Name+"_seed_corpus.zip")
			Expect(read(filepath.Join(out, t.Name+".dict"))).To(Equal(read(dictionary)))
			corpus, err := zip.OpenReader(filepath.Join(out, t.Name+"_seed_corpus.zip"))
			Expect(err).NotTo(HaveOccurred())
			Expect(len(corpus.File)).To(BeNumerically(">", 20), t.Name)
			Expect(corpus.Close()).To(Succeed())
		}
		Expect(names(out)).To(ConsistOf(want))
	})
})

// module makes a module of these files, and returns its folder.
func module(files map[string]string) string {
	GinkgoHelper()
	dir := GinkgoT().TempDir()
	if files["go.mod"] == "" {
		files["go.mod"] = "module example.com/m\n\ngo 1.24\n"
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		Expect(os.MkdirAll(filepath.Dir(path), 0o755)).To(Succeed())
		Expect(os.WriteFile(path, []byte(text), 0o755)).To(Succeed())
	}
	return dir
}

// test is a file of tests with a target of each name.
func test(pkg string, names ...string) string {
	text := "package " + pkg + "\n\nimport \"testing\"\n"
	for _, name := range names {
		text += "\nfunc " + name + "(f *testing.F) {\n\tf.Add(\"a\")\n\tf.Fuzz(func(t *testing.T, s string) { t.Error(s) })\n}\n"
	}
	return text
}

var _ = Describe("The build script", func() {
	script := filepath.Join(root, "fuzz/libfuzzer/build.sh")

	It("builds the targets of several packages, whose seeds need not pass, and moves aside what is in the way", func(ctx SpecContext) {
		dir := module(map[string]string{
			"a/a.go": "package a\n", "a/a_test.go": test("a", "FuzzOne", "FuzzTwo"), "a/x_test.go": test("a_test") + "\nvar _ testing.TB\n",
			"b/b_test.go": test("b", "FuzzThree"), "c/c.go": "package c\n",
		})
		printed, out, err := build(ctx, dir, script, "./...")
		Expect(err).NotTo(HaveOccurred(), printed)
		Expect(names(out)).To(ConsistOf("FuzzOne", "FuzzOne.dict", "FuzzTwo", "FuzzTwo.dict", "FuzzThree", "FuzzThree.dict"))
		Expect(printed).To(ContainSubstring("3 targets"))
		Expect(names(filepath.Join(dir, "a"))).To(ConsistOf("a.go", "a_test.go", "x_test.go"))
	})

	DescribeTable("fails, and says why, when", func(ctx SpecContext, words string, files map[string]string) {
		dir := module(files)
		before := names(filepath.Join(dir, "a"))
		printed, _, err := build(ctx, dir, script, "./...")
		Expect(err).To(HaveOccurred())
		Expect(printed).To(ContainSubstring(words))
		Expect(names(filepath.Join(dir, "a"))).To(Equal(before))
	},
		Entry("there is no target", "no native fuzz target in ./...", map[string]string{"a/a_test.go": test("a") + "\nvar _ testing.TB\n"}),
		Entry("a target is of another package", "FuzzOne is of package a_test", map[string]string{"a/a.go": "package a\n", "a/a_test.go": test("a_test", "FuzzOne")}),
		Entry("a target's name begins another's", "did not build FuzzOne of example.com/m/a", map[string]string{"a/a_test.go": test("a", "FuzzOne", "FuzzOneMore")}),
		Entry("a target is named in another file", "several files", map[string]string{"a/a_test.go": test("a", "FuzzOne"), "a/a.go": "package a // FuzzOne\n"}),
		Entry("two targets have one name", "two targets have the name FuzzOne; the second is of example.com/m/b",
			map[string]string{"a/a_test.go": test("a", "FuzzOne"), "b/b_test.go": test("b", "FuzzOne")}),
		Entry("a target fails before it begins", "the targets of example.com/m/a do not come as far as their seeds",
			map[string]string{"a/a_test.go": strings.Replace(test("a", "FuzzOne"), "f.Add", "f.Fatal", 1)}),
		Entry("tests do not compile", "undefined: missing", map[string]string{"a/a_test.go": test("a", "FuzzOne") + "\nvar _ = missing\n"}),
	)

	It("takes a newer Go than the image's out of the module cache, and builds the adapter with it", func(ctx SpecContext) {
		// The newer Go is the one that is here, in a folder that looks like the cache.
		real, err := exec.LookPath("go")
		Expect(err).NotTo(HaveOccurred())
		fake := module(map[string]string{
			"bin/git": "#!/bin/bash -eu\n[ \"$1\" = clone ] || exit 0\nmkdir -p \"$4\"\n" +
				"printf 'module adapter\\n\\ngo 1.24\\n' >\"$4/go.mod\"\nprintf 'package main\\n\\nfunc main() { println(\"the adapter\") }\\n' >\"$4/main.go\"\n",
			"bin/go":                          "#!/bin/bash -eu\ncase \"$*\" in 'env GOROOT') echo " + "@/cache/go;; 'env GOMODCACHE') echo @/cache;; *) echo \"not out of the cache: go $*\" >&2; exit 1;; esac\n",
			"bin/compile_native_go_fuzzer_v2": "#!/bin/bash -eu\ngo-118-fuzz-build_v2\necho \"GOROOT=$GOROOT GOTOOLCHAIN=$GOTOOLCHAIN\"\ntouch \"$OUT/$3\"\n",
			"cache/go/bin/go":                 "#!/bin/bash\nGOROOT= exec " + real + " \"$@\"\n",
			"m/go.mod":                        "module example.com/m\n\ngo 1.24\n",
			"m/a_test.go":                     test("m", "FuzzOne"),
		})
		go1 := filepath.Join(fake, "bin", "go")
		Expect(os.WriteFile(go1, []byte(strings.ReplaceAll(read(go1), "@", fake)), 0o755)).To(Succeed())
		wrapper := filepath.Join(fake, "build.sh")
		Expect(os.WriteFile(wrapper, []byte("PATH="+filepath.Join(fake, "bin")+":$PATH exec bash "+script+" .\n"), 0o755)).To(Succeed())
		printed, out, err := build(ctx, filepath.Join(fake, "m"), wrapper)
		Expect(err).NotTo(HaveOccurred(), printed)
		Expect(printed).To(MatchRegexp(`the adapter\nGOROOT=.*/go GOTOOLCHAIN=local\n`))
		Expect(printed).NotTo(ContainSubstring("GOROOT=" + fake))
		Expect(names(out)).To(ConsistOf("FuzzOne", "FuzzOne.dict"))
	})
})
