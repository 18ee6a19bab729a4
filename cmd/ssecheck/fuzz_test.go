package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/campaign"
)

var _ = Describe("fuzz", func() {
	var folder, findings string
	BeforeEach(func() {
		folder = GinkgoT().TempDir()
		findings = filepath.Join(folder, "findings")
	})
	fuzz := func(args ...string) result {
		return ssecheck(append([]string{"fuzz", "--findings", findings}, args...)...)
	}

	It("finds what is wrong, writes it as a case that run plays, and does not find it again", func() {
		r := fuzz("--parser", as("stays-broken"), "--runs", "6", "--seed", "7")
		Expect(r.status).To(Equal(1), r.out+r.errOut)
		Expect(r.out).To(HavePrefix("seed 7\n"))
		Expect(r.out).To(ContainSubstring("FOUND  "))
		Expect(r.out).To(ContainSubstring("6 runs"))
		files, err := filepath.Glob(filepath.Join(findings, "*.yaml"))
		Expect(err).NotTo(HaveOccurred())
		Expect(files).NotTo(BeEmpty())

		By("playing it")
		Expect(ssecheck("run", "--parser", as("stays-broken"), "--cases", findings, "--run", "*/found").status).To(Equal(1))
		Expect(ssecheck("run", "--parser", as("stays"), "--cases", findings, "--run", "*/found").status).To(BeZero())

		By("another campaign")
		r = fuzz("--parser", as("stays-broken"), "--runs", "6", "--seed", "7")
		Expect(r.status).To(BeZero(), r.out+r.errOut)
		Expect(r.out).To(ContainSubstring("NOTHING NEW FOUND"))
	})

	It("finds nothing wrong with a parser that is right", func() {
		r := fuzz("--parser", as("stays"), "--runs", "20")
		Expect(r.status).To(BeZero(), r.out+r.errOut)
		Expect(r.out).To(ContainSubstring("NOTHING FOUND"))
		Expect(os.ReadDir(findings)).To(BeEmpty())
	})

	It("reports in JSON, to a file or to standard output, which is then all of it", func() {
		file := filepath.Join(folder, "r.json")
		Expect(fuzz("--parser", as("stays-broken"), "--runs", "10", "--seed", "9", "--report", "json="+file).status).To(Equal(1))
		text, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		var report campaign.JSON
		Expect(json.Unmarshal(text, &report)).To(Succeed())
		Expect(report.Schema).To(Equal("ssecheck.fuzz/v1"))
		Expect(report.Seed).To(Equal("9"))
		Expect(report.Runs).To(Equal(10))
		Expect(report.Ended).To(Equal("runs"))
		Expect(report.Findings[0].File).To(BeARegularFile())
		Expect(report.Findings[0].YAML).To(ContainSubstring("found:"))
		r := fuzz("--parser", as("stays"), "--runs", "10", "--report", "json")
		Expect(isJSON(r.out)).To(BeTrue(), r.out)
	})

	It("tries every stream up to a length", func() {
		r := fuzz("--exhaustive", "2")
		Expect(r.status).To(BeZero(), r.out+r.errOut)
		Expect(r.out).To(ContainSubstring("This is a proof, up to that length"))
		Expect(findings).NotTo(BeADirectory())
		r = fuzz("--exhaustive", "2", "--runs", "5")
		Expect(r.status).To(Equal(3))
		Expect(r.out + r.errOut).To(ContainSubstring("nothing is proven"))
		r = fuzz("--exhaustive", "1", "--alphabet", "dn", "--parser", as("stays"))
		Expect(r.out).To(ContainSubstring(`up to 1 symbol of "dn"`))
	})

	DescribeTable("takes no wrong usage, and says what is right", func(words string, args ...string) {
		r := fuzz(args...)
		Expect(r.status).To(Equal(2), r.out+r.errOut)
		Expect(r.errOut).To(ContainSubstring(words))
		Expect(findings).NotTo(BeADirectory())
	},
		Entry("no subject", "needs a subject"),
		Entry("two subjects", "one subject, and got 2", "--parser", "x", "--encoder", "y"),
		Entry("an encoder to be exhausted", "--exhaustive is for parsers", "--exhaustive", "2", "--encoder", "x"),
		Entry("too many symbols", "1 to 12", "--exhaustive", "13"),
		Entry("a symbol that is none", "The symbols are", "--exhaustive", "2", "--alphabet", "z"),
		Entry("a seed that is none", "no whole number", "--parser", "x", "--seed", "x"),
		Entry("less than nothing", "0 is no limit", "--parser", "x", "--runs", "-1"),
		Entry("no workers", "--workers 0", "--parser", "x", "--workers", "0"),
		Entry("no length", "--max-length 0", "--parser", "x", "--max-length", "0"),
		Entry("another report", "reported as json", "--parser", "x", "--report", "junit"),
		Entry("a report without a file", "names no file", "--parser", "x", "--report", "json="),
		Entry("an argument", "takes no argument", "x"),
	)

	It("does not begin where a finding could not be written", func() {
		Expect(os.WriteFile(findings, nil, 0o600)).To(Succeed())
		r := fuzz("--parser", as("stays"), "--runs", "5")
		Expect(r.status).To(Equal(3))
		Expect(r.errOut).To(ContainSubstring("folder for findings"))
	})

	It("says that a subject does not start", func() {
		r := fuzz("--parser", "/no/such/program")
		Expect(r.status).To(Equal(3))
		Expect(r.errOut).To(ContainSubstring("/no/such/program"))
	})
})
