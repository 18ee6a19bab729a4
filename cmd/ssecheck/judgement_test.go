package main

import (
	"bytes"
	"encoding/xml"
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// ownCase is a folder with one case of a level.
func ownCase(level string) string {
	GinkgoHelper()
	return filepath.Dir(write("mine.yaml", `suite: mine
title: My own
cases:
  - id: one
    title: A case of my own
    level: `+level+`
    requirements: [parse.data.append]
    stream: ["data: a\n\n"]
    expect:
      - data: a
`))
}

var _ = Describe("Judgement", func() {
	DescribeTable("a failure counts by its level",
		func(level string, want int, flags ...string) {
			r := ssecheck(append([]string{"run", "--cases", ownCase(level), "--run", "mine/**", "--parser", as("broken")}, flags...)...)
			Expect(r.status).To(Equal(want), r.out+r.errOut)
		},
		Entry("a must", "must", 1),
		Entry("a should", "should", 0),
		Entry("a should with --strict", "should", 1, "--strict"),
		Entry("a may with --strict", "may", 0, "--strict"),
		Entry("for information", "info", 0, "--strict"),
	)

	It("stops at the first failure with --fail-fast; what was not played is no pass", func() {
		r, result := report(with("--parser", as("broken"), "--fail-fast", "--parallel", "1")...)
		Expect(result.status).To(Equal(1))
		s := r.Subjects[0].Summary
		Expect(s.Skip).To(BeNumerically(">", 0))
		Expect(s.Pass + s.Fail + s.Skip + s.Error).To(Equal(s.Cases))
	})

	It("is incomplete when the deadline comes first, and --allow-incomplete does not make a green run of nothing", func() {
		for _, flags := range [][]string{nil, {"--allow-incomplete"}} {
			r, result := report(append(with("--parser", as("hang"), "--deadline", "300ms"), flags...)...)
			Expect(result.status).To(Equal(3), result.out+result.errOut)
			if r != nil {
				Expect(r.Verdict).To(Equal(reports.Incomplete))
			}
		}
	})

	It("says so when the deadline was over before anything had started", func() {
		r := ssecheck(with("--parser", as("hang"), "--deadline", "1ns")...)
		Expect(r.status).To(Equal(3), r.out+r.errOut)
		Expect(r.errOut).To(ContainSubstring("before the subjects had started"))
	})

	It("fails a parser that hangs, and that case alone", func() {
		r, result := report("run", "--run", "fields/data/one-line", "--parser", as("hang"), "--timeout", "300ms")
		Expect(result.status).To(Equal(1), result.out+result.errOut)
		Expect(r.Subjects[0].Results[0].Verdict).To(Equal(reports.Fail))
	})
})

var _ = Describe("The reports of a real run", func() {
	It("keep to the JSON Schema and count in JUnit what they count in JSON", func() {
		folder := GinkgoT().TempDir()
		json, junit := filepath.Join(folder, "r.json"), filepath.Join(folder, "r.xml")
		r := ssecheck(with("--run", "server/methods/**", "--target", stream(), "--parser", as("broken"), "-v",
			"--report", "json="+json, "--report", "junit="+junit)...)
		Expect(r.status).To(Equal(1), r.errOut)

		text, err := os.ReadFile(json)
		Expect(err).NotTo(HaveOccurred())
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(reports.JSONSchema))
		Expect(err).NotTo(HaveOccurred())
		compiler := jsonschema.NewCompiler()
		Expect(compiler.AddResource("report", schema)).To(Succeed())
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		Expect(err).NotTo(HaveOccurred())
		Expect(compiler.MustCompile("report").Validate(doc)).To(Succeed())

		want := map[string]int{}
		for _, s := range readReport(json).Subjects {
			want["testsuite"]++
			want["testcase"] += s.Summary.Cases
			want["failure"] += s.Summary.Fail
			want["skipped"] += s.Summary.Skip
			for _, result := range s.Results {
				if result.Verdict == reports.Fail && result.Level == requirements.Info {
					want["failure"]-- // it is shown and not held against the subject
					want["skipped"]++
				}
			}
			want["error"] += s.Summary.Error
		}
		Expect(want["testsuite"]).To(Equal(2))
		Expect(want["failure"]).To(BeNumerically(">", 0))
		text, err = os.ReadFile(junit)
		Expect(err).NotTo(HaveOccurred())
		got := map[string]int{}
		decoder := xml.NewDecoder(bytes.NewReader(text))
		for token, err := decoder.Token(); err == nil; token, err = decoder.Token() {
			if start, ok := token.(xml.StartElement); ok {
				got[start.Name.Local]++
			}
		}
		for element, n := range want {
			Expect(got[element]).To(Equal(n), element)
		}
	})
})
