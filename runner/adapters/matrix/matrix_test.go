package main

import (
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

func result(name string, v reports.Verdict, l requirements.Level) reports.Result {
	return reports.Result{Case: name, Verdict: v, Level: l}
}

var _ = Describe("the table", func() {
	report := func(name string, results ...reports.Result) *reports.Report {
		return &reports.Report{Subjects: []reports.Subject{{Role: reports.RoleClient, Name: name, Version: "1", DurationMS: 1500,
			Verdict: reports.Compliant, Results: results}}}
	}

	It("counts by theme, the clients' own by suite", func() {
		table := tableOf(merge([]*reports.Report{
			report("a|b",
				result("client/retry/x", reports.Pass, requirements.Must),
				result("client/retry/y", reports.Fail, requirements.Must),
				result("client/fail/z", reports.Skip, requirements.Must),
				result("fields/data/x", reports.Pass, requirements.Should),
				result("fields/id/x", reports.Fail, requirements.Info)),
			report("c", result("fields/data/x", reports.Pass, requirements.Must)),
		}))
		Expect(strings.Split(strings.TrimSpace(table), "\n")).To(Equal([]string{
			`| theme | a\|b 1 | c 1 |`,
			"| --- | ---: | ---: |",
			"| client/fail | · | · |",
			"| client/retry | **1** of 2 | · |",
			"| fields | 1 | 1 |",
			"| all | **1** of 3 | 1 |",
			"| all, must | **1** of 2 | 1 |",
			"| seconds | 1.5 | 1.5 |",
		}))
	})
})

var _ = Describe("matrix.yaml", func() {
	It("names folders that exist, each with one role", func() {
		entries, err := readEntries("matrix.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(entries).NotTo(BeEmpty())
		for _, e := range entries {
			info, err := os.Stat(filepath.Join("..", e.Folder))
			Expect(err).NotTo(HaveOccurred())
			Expect(info.IsDir()).To(BeTrue())
			Expect(e.flags(1)).To(HaveLen(2), e.Folder)
		}
	})
})
