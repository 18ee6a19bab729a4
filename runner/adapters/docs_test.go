package adapters_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
)

// program is the one block of code of that language on a page of docs.
func program(page, language string) []byte {
	GinkgoHelper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", page))
	Expect(err).NotTo(HaveOccurred())
	blocks := regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllSubmatch(text, -1)
	Expect(blocks).To(HaveLen(1), "programs in %s on %s", language, page)
	return blocks[0][1]
}

// written writes the program into a folder of its own.
func written(page, language, name string) (folder string) {
	GinkgoHelper()
	folder = GinkgoT().TempDir()
	Expect(os.WriteFile(filepath.Join(folder, name), program(page, language), 0o600)).To(Succeed())
	return folder
}

// withPackages lets a program in the folder find the npm packages of an adapter.
func withPackages(folder string, a npmAdapter) {
	GinkgoHelper()
	a.installed()
	modules, err := filepath.Abs(filepath.Join(a.folder, "node_modules"))
	Expect(err).NotTo(HaveOccurred())
	Expect(os.Symlink(modules, filepath.Join(folder, "node_modules"))).To(Succeed())
}

// some of the corpus: enough to see that a program is a client.
var some = []string{"examples/**", "fields/data/**", "fields/event/**", "client/fail/**", "client/reconnect/clean-end"}

// works demands that no case fails but those in the list of the library.
func works(subject reports.Subject, passes int) {
	GinkgoHelper()
	Expect(subject.Problem).To(BeEmpty())
	for _, r := range subject.Results {
		Expect(r.Verdict).NotTo(Equal(reports.Error), "%s: %s", r.Case, r.Message)
		Expect(r.Verdict == reports.Fail && !r.ExpectedFailure).To(BeFalse(), "%s: %s", r.Case, r.Message)
	}
	Expect(subject.Summary.Pass).To(BeNumerically(">", passes))
}

var _ = Describe("the programs on the pages for authors of clients", Label("whole"), func() {
	It("an adapter for Node", func(ctx SpecContext) {
		folder := written("client.md", "js", "adapter.mjs")
		withPackages(folder, npmAdapter{"eventsource", "eventsource"})
		subject := play(ctx, "node '"+folder+"/adapter.mjs'", "eventsource/known-failing.yaml", some...)
		Expect(subject.Name).To(Equal("npm eventsource"))
		works(subject, 40)
	}, SpecTimeout(2*time.Minute))

	It("an adapter for Go", func(ctx SpecContext) {
		folder := written("client.md", "go", "main.go")
		for _, name := range []string{"go.mod", "go.sum"} {
			Expect(os.WriteFile(filepath.Join(folder, name), ofGoSSE(name), 0o600)).To(Succeed())
		}
		subject := play(ctx, goModule{folder}.command(ctx), "go-sse/known-failing.yaml", some...)
		Expect(subject.Name).To(Equal("go tmaxmax/go-sse"))
		works(subject, 30)
	}, SpecTimeout(2*time.Minute))

	It("a one-shot program for Node", func(ctx SpecContext) {
		folder := written("client-one-shot.md", "js", "client.mjs")
		withPackages(folder, npmAdapter{"eventsource-parser", "eventsource-parser"})
		works(play(ctx, "node '"+folder+"/client.mjs' {url}", "eventsource-parser/known-failing.yaml", "examples/**", "fields/data/**"), 20)
	}, SpecTimeout(2*time.Minute))

	It("a one-shot program in Python", func(ctx SpecContext) {
		if _, err := exec.LookPath("python3"); err != nil {
			lack("python3 is missing")
		}
		folder := written("client-one-shot.md", "python", "client.py")
		subject := play(ctx, "python3 '"+folder+"/client.py' {url}", "eventsource-parser/known-failing.yaml", "examples/**", "fields/data/**")
		Expect(subject.Problem).To(BeEmpty())
		Expect(subject.Summary.Pass).To(BeNumerically(">", 10))
		Expect(subject.Summary.Fail).To(BeNumerically(">", 0), "the page says that it gets streams wrong")
		Expect(subject.Summary.Error).To(BeZero())
	}, SpecTimeout(2*time.Minute))
})

// ofGoSSE is go.mod or go.sum of the adapter of go-sse, with what the library
// alone needs.
func ofGoSSE(name string) []byte {
	GinkgoHelper()
	text, err := os.ReadFile(filepath.Join("go-sse", name))
	Expect(err).NotTo(HaveOccurred())
	return regexp.MustCompile(`(?m)^.*goclient.*\n`).ReplaceAll(text, nil)
}
