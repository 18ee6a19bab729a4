package continuous_test

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var (
	dictionary = filepath.Join(root, "fuzz/libfuzzer/event-stream.dict")
	page       = filepath.Join(root, "docs/continuous-fuzzing.md")
)

var _ = Describe("The dictionary", func() {
	entry := regexp.MustCompile(`^([a-z][a-z0-9_]*)="((?:[^"\\[:cntrl:]]|\\\\|\\"|\\x[0-9A-Fa-f]{2})+)"$`)
	escape := regexp.MustCompile(`\\x..`)

	It("has the syntax of libFuzzer, and no word twice", func() {
		keys, words := map[string]bool{}, map[string]bool{}
		for line := range strings.SplitSeq(strings.TrimSpace(read(dictionary)), "\n") {
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			m := entry.FindStringSubmatch(line)
			Expect(m).NotTo(BeNil(), line)
			Expect(keys).NotTo(HaveKey(m[1]))
			Expect(words).NotTo(HaveKey(m[2]))
			keys[m[1]], words[m[2]] = true, true
			Expect(len(escape.ReplaceAllString(m[2], "x"))).To(BeNumerically("<=", 64), "libFuzzer takes no longer word")
		}
		for _, word := range []string{"data", "event", "id", "retry", ":", `\x0a`, `\x0d`, `\x0d\x0a`, `\xEF\xBB\xBF`, `\x00`} {
			Expect(words).To(HaveKey(word))
		}
	})
})

// workflow is what is looked at in a workflow of GitHub.
type workflow struct {
	On          map[string]any
	Permissions any
	Jobs        map[string]struct {
		Steps []struct {
			Uses string
			With map[string]any
		}
	}
}

// checkWorkflow demands that a workflow builds and runs the targets, as Go.
func checkWorkflow(text, mode string) {
	GinkgoHelper()
	var w workflow
	Expect(yaml.UnmarshalWithOptions([]byte(text), &w, yaml.AllowDuplicateMapKey())).To(Succeed())
	Expect(w.On).NotTo(BeEmpty())
	Expect(w.Permissions).NotTo(BeNil())
	Expect(w.Jobs).To(HaveLen(1))
	for _, job := range w.Jobs {
		Expect(job.Steps).To(HaveLen(2))
		Expect(job.Steps[0].Uses).To(HavePrefix("google/clusterfuzzlite/actions/build_fuzzers@"))
		Expect(job.Steps[0].With).To(And(HaveKeyWithValue("language", "go"), HaveKeyWithValue("sanitizer", "address")))
		Expect(job.Steps[1].Uses).To(HavePrefix("google/clusterfuzzlite/actions/run_fuzzers@"))
		Expect(job.Steps[1].With).To(And(HaveKeyWithValue("mode", mode), HaveKey("fuzz-seconds"), HaveKey("github-token")))
	}
}

// checkProject demands what ClusterFuzzLite takes of Go.
func checkProject(text string) {
	GinkgoHelper()
	var project struct {
		Language   string
		Engines    []string `yaml:"fuzzing_engines"`
		Sanitizers []string
	}
	Expect(yaml.UnmarshalWithOptions([]byte(text), &project, yaml.Strict())).To(Succeed())
	Expect(project.Language).To(Equal("go"))
	Expect(project.Engines).To(Equal([]string{"libfuzzer"}))
	Expect(project.Sanitizers).To(Equal([]string{"address"}))
}

// checkDockerfile demands that what it copies is there, and that the script is where the
// image looks for it.
func checkDockerfile(text, dir string) {
	GinkgoHelper()
	Expect(text).To(HavePrefix("FROM gcr.io/oss-fuzz-base/base-builder-go\n"))
	Expect(text).To(ContainSubstring("\nCOPY .clusterfuzzlite/build.sh $SRC/build.sh\n"))
	for _, m := range regexp.MustCompile(`(?m)^COPY (\S+) `).FindAllStringSubmatch(text, -1) {
		Expect(filepath.Join(dir, m[1])).To(BeAnExistingFile())
	}
	workdir := regexp.MustCompile(`(?m)^WORKDIR (\S+)$`).FindStringSubmatch(text)
	Expect(workdir).NotTo(BeNil())
	Expect(text).To(ContainSubstring("COPY . " + workdir[1] + "\n"))
}

var _ = Describe("What ClusterFuzzLite reads of this module", func() {
	It("is a project of Go", func() { checkProject(read(filepath.Join(root, ".clusterfuzzlite/project.yaml"))) })

	It("is an image with the module and the script", func() {
		checkDockerfile(read(filepath.Join(root, ".clusterfuzzlite/Dockerfile")), root)
	})

	It("are the workflows that the page for users has", func() {
		for _, mode := range []string{"batch", "prune"} {
			name := ".github/workflows/cflite_" + mode + ".yml"
			checkWorkflow(read(filepath.Join(root, name)), mode)
			Expect(read(filepath.Join(root, name))).To(Equal(block(name)))
		}
	})
})

// block is the one block of code on the page that is for this file.
func block(name string) string {
	GinkgoHelper()
	found := regexp.MustCompile("(?s)`"+regexp.QuoteMeta(name)+"`[^\n]*:\n\n```[a-z]*\n(.*?)```\n").FindAllStringSubmatch(read(page), -1)
	Expect(found).To(HaveLen(1), name)
	return found[0][1]
}

// userParser is the code that the target of the page is beside.
const userParser = `package myparser

import (
	"io"

	"github.com/ssecheck/ssecheck/spec"
)

type Event struct{ Name, Data, ID string }

func Read(r io.Reader, emit func(Event)) error {
	for e, err := range spec.NewDecoder(r).Events() {
		if err != nil {
			return err
		}
		emit(Event{e.Type, e.Data, e.LastEventID})
	}
	return nil
}
`

var _ = Describe("The page for users", func() {
	It("has files that parse", func() {
		checkProject(block(".clusterfuzzlite/project.yaml"))
		checkWorkflow(block(".github/workflows/cflite_pr.yml"), "code-change")
		checkWorkflow(block(".github/workflows/cflite_batch.yml"), "batch")
		checkWorkflow(block(".github/workflows/cflite_prune.yml"), "prune")
	})

	It("has a target and a script that builds it, with the corpus as seeds", func(ctx SpecContext) {
		ours, rest, _ := strings.Cut(read(filepath.Join(root, "go.mod")), "\n")
		path := strings.TrimPrefix(ours, "module ")
		user := module(map[string]string{
			"go.mod":                      "module example.com/myparser\n" + rest + "\nrequire " + path + " v0.0.0\n\nreplace " + path + " => " + root + "\n",
			"go.sum":                      read(filepath.Join(root, "go.sum")),
			"myparser.go":                 userParser,
			"myparser_fuzz_test.go":       block("myparser_fuzz_test.go"),
			".clusterfuzzlite/build.sh":   block(".clusterfuzzlite/build.sh"),
			".clusterfuzzlite/Dockerfile": block(".clusterfuzzlite/Dockerfile"),
		})
		checkDockerfile(block(".clusterfuzzlite/Dockerfile"), user)
		printed, out, err := build(ctx, user, ".clusterfuzzlite/build.sh")
		Expect(err).NotTo(HaveOccurred(), printed)
		Expect(names(out)).To(ConsistOf("FuzzMyParser", "FuzzMyParser.dict", "FuzzMyParser_seed_corpus.zip"))
		corpus, err := zip.OpenReader(filepath.Join(out, "FuzzMyParser_seed_corpus.zip"))
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(corpus.Close)
		Expect(len(corpus.File)).To(BeNumerically(">", 1000))
		// Its seeds are what -args says of the harness.
		seed, err := fs.ReadFile(corpus, corpus.File[0].Name)
		Expect(err).NotTo(HaveOccurred())
		Expect(seed[:8]).To(BeElementOf([]byte{0, 0, 0, 0, 0, 0, 0, 0}, []byte{0, 0, 0, 0, 0, 0, 0, 1}))
		Expect(read(page)).To(ContainSubstring("-args '[]byte,uint64' crash-"))
	})

	It("names nothing that is not there", func() {
		for _, m := range regexp.MustCompile(`github\.com/ssecheck/ssecheck/([a-z/]+)`).FindAllStringSubmatch(read(page), -1) {
			Expect(filepath.Join(root, strings.TrimSuffix(m[1], "/"))).To(BeADirectory(), m[0])
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(read(page), -1) {
			_, err := os.Stat(filepath.Join(root, "docs", m[1]))
			Expect(err).NotTo(HaveOccurred())
		}
	})
})
