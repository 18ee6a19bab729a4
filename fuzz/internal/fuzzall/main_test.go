package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestFuzzall(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fuzz/internal/fuzzall")
}

const source = `package m

import "testing"

func FuzzBad(f *testing.F) {
	f.Add("a")
	f.Fuzz(func(t *testing.T, s string) {
		if s != "a" {
			t.Errorf("not a: %q", s)
		}
	})
}

func FuzzGood(f *testing.F) {
	f.Add("a")
	f.Fuzz(func(*testing.T, string) {})
}
`

// module makes a module with two targets, and returns its folder.
func module() string {
	GinkgoHelper()
	dir := GinkgoT().TempDir()
	Expect(os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/m\n\ngo 1.24\n"), 0o644)).To(Succeed())
	Expect(os.WriteFile(filepath.Join(dir, "m_test.go"), []byte(source), 0o644)).To(Succeed())
	return dir
}

var _ = Describe("fuzzall", func() {
	It("goes on behind a target that fails, and says how its input is replayed", func(ctx SpecContext) {
		var out, errs bytes.Buffer
		dir := module()
		Expect(run(ctx, []string{"-dir", dir, "-time", "200x", "-workers", "1"}, &out, &errs)).To(Equal(1))
		Expect(errs.String()).To(BeEmpty())
		Expect(out.String()).To(MatchRegexp(`FOUND  example.com/m FuzzBad\n`))
		Expect(out.String()).To(MatchRegexp(` [1-9]\d* +\d+ +\d+  ok     example.com/m FuzzGood\n`))
		Expect(out.String()).To(MatchRegexp(`FuzzBad found: m_test.go:9: not a: ".*"\n  input   .*testdata/fuzz/FuzzBad/[0-9a-f]{16} .*\n` +
			`  replay  go test -run '\^FuzzBad\$/\^[0-9a-f]{16}\$' example.com/m\n`))
		Expect(out.String()).To(HaveSuffix("2 of 2 targets were run\n"))
		Expect(filepath.Glob(filepath.Join(dir, "testdata/fuzz/FuzzBad/*"))).To(HaveLen(1))
	})

	It("runs the targets alone that are asked for", func(ctx SpecContext) {
		var out bytes.Buffer
		Expect(run(ctx, []string{"-dir", module(), "-time", "10x", "-run", "Good$"}, &out, GinkgoWriter)).To(Equal(0))
		Expect(out.String()).NotTo(ContainSubstring("FuzzBad"))
	})

	DescribeTable("refuses", func(ctx SpecContext, words string, args ...string) {
		var errs bytes.Buffer
		Expect(run(ctx, append([]string{"-dir", module()}, args...), GinkgoWriter, &errs)).To(Equal(2))
		Expect(errs.String()).To(ContainSubstring(words))
	},
		Entry("a name of no target", "none of the 2 targets matches", "-run", "Nothing"),
		Entry("a name that is no expression", "missing closing", "-run", "("),
		Entry("a flag that it does not know", "not defined", "-for", "1s"),
	)

	It("says what it has done when it is interrupted", func(ctx SpecContext) {
		interrupted, cancel := context.WithCancel(ctx)
		var out, errs bytes.Buffer
		chosen := &cancelling{Buffer: &out, cancel: cancel, at: "FuzzGood"}
		Expect(run(interrupted, []string{"-dir", module(), "-time", "200x"}, chosen, &errs)).To(Equal(2))
		Expect(errs.String()).To(ContainSubstring("interrupted"))
		Expect(out.String()).To(HaveSuffix("1 of 2 targets were run\n"))
		Expect(out.String()).To(ContainSubstring("FuzzBad found:"))
	})
})

// cancelling cancels when a text is written to it.
type cancelling struct {
	*bytes.Buffer
	cancel func()
	at     string
}

func (c *cancelling) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(c.at)) {
		c.cancel()
	}
	return c.Buffer.Write(p)
}
