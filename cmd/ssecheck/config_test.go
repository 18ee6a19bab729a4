package main

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/spf13/pflag"
)

// flagsOf reads a config as "ssecheck run" with these arguments does.
func flagsOf(text string, args ...string) (*runFlags, error) {
	GinkgoHelper()
	f := &runFlags{}
	set := pflag.NewFlagSet("run", pflag.ContinueOnError)
	f.define(set)
	Expect(set.Parse(args)).To(Succeed())
	return f, readConfig(write("ssecheck.yaml", text), set)
}

var _ = Describe("The config", func() {
	It("sets flags by their long names", func() {
		f, err := flagsOf(`# all kinds of flags
target: http://127.0.0.1:8080/events
parser: [./one, ./two]
header:
  - "Authorization: Bearer ${TOKEN}"
  - "X-A: b"
strict: true
insecure: false
timeout: 500ms
parallel: 3
run: ["fields/**"]
level: should
report: [pretty, junit=report.xml]
`)
		Expect(err).NotTo(HaveOccurred())
		Expect(f.targets).To(Equal([]string{"http://127.0.0.1:8080/events"}))
		Expect(f.parsers).To(Equal([]string{"./one", "./two"}))
		Expect(f.server.headers).To(Equal([]string{"Authorization: Bearer ${TOKEN}", "X-A: b"}))
		Expect(f.strict).To(BeTrue())
		Expect(f.server.insecure).To(BeFalse())
		Expect(f.timeout.Milliseconds()).To(BeEquivalentTo(500))
		Expect(f.parallel).To(Equal(3))
		Expect(f.selection.Run).To(Equal([]string{"fields/**"}))
		Expect(f.selection.Level).To(Equal("should"))
		Expect(f.reports).To(Equal([]string{"pretty", "junit=report.xml"}))
	})

	It("yields to the command line, flag by flag", func() {
		f, err := flagsOf("run: ['fields/**', 'lines/**']\nstrict: true\ntimeout: 1s\nlevel: must\n", "--run", "size/**", "--strict=false", "--timeout", "2s")
		Expect(err).NotTo(HaveOccurred())
		Expect(f.selection.Run).To(Equal([]string{"size/**"}))
		Expect(f.strict).To(BeFalse())
		Expect(f.timeout.Seconds()).To(BeEquivalentTo(2))
		Expect(f.selection.Level).To(Equal("must"))
	})

	It("may be empty", func() {
		_, err := flagsOf("# nothing yet\n")
		Expect(err).NotTo(HaveOccurred())
	})

	DescribeTable("says what is wrong and on which line",
		func(text string, want ...string) {
			_, err := flagsOf(text)
			Expect(err).To(HaveOccurred())
			for _, part := range want {
				Expect(err.Error()).To(ContainSubstring(part))
			}
		},
		Entry("an unknown key", "strict: true\ntargt: x\n", `ssecheck.yaml:2:1: unknown key "targt"`, "did you mean target?"),
		Entry("a key that cannot stand here", "config: x\n", `ssecheck.yaml:1:1: unknown key "config"`),
		Entry("a key twice", "level: must\nlevel: may\n", "ssecheck.yaml:2:1", "a second time"),
		Entry("text for a boolean", "strict: 'yes'\n", "ssecheck.yaml:1:9: expected true or false, got text"),
		Entry("text for a number", "parallel: many\n", "ssecheck.yaml:1:11: expected a whole number"),
		Entry("a number for text", "http: 1.1\n", "ssecheck.yaml:1:7: expected text, got a number", `put it in quotes: "1.1"`),
		Entry("no duration", "\ntimeout: soon\n", `ssecheck.yaml:2:10`, `invalid duration "soon"`),
		Entry("a list for one value", "level: [must, may]\n", "ssecheck.yaml:1:8: expected text, got a list"),
		Entry("a mapping", "run: {a: b}\n", "ssecheck.yaml:1:6: expected text, got a mapping"),
		Entry("a list at the top", "- a\n", "expected a mapping, got a list"),
		Entry("no YAML", "a: [\n", "ssecheck.yaml:"),
		Entry("two mistakes at once", "targt: x\nstrict: 7\n", "ssecheck.yaml:1:1", "ssecheck.yaml:2:9"),
	)

	It("is wrong even where the command line wins", func() {
		_, err := flagsOf("strict: maybe\n", "--strict")
		Expect(err).To(MatchError(ContainSubstring("ssecheck.yaml:1:9")))
	})

	It("is read from the working directory", func() {
		before, err := os.Getwd()
		Expect(err).NotTo(HaveOccurred())
		Expect(os.Chdir(filepath.Dir(write("ssecheck.yaml", "report: tap\n")))).To(Succeed())
		DeferCleanup(os.Chdir, before)
		Expect(ssecheck("run").errOut).To(ContainSubstring(`there is no format "tap"`))
		Expect(ssecheck("run", "--report", "pretty", "--run", "fields/data/*", "-q").status).To(BeZero())
	})
})
