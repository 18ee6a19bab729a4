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

var _ = Describe("the tables", func() {
	It("are one for each kind of subject, with its own themes", func() {
		report := &reports.Report{}
		for _, s := range [][2]string{{"a", "server/methods/x"}, {"b", "emit/id/x"}} {
			report.Subjects = append(report.Subjects, reports.Subject{Name: s[0],
				Results: []reports.Result{result(s[1], reports.Pass, requirements.Must)}})
		}
		Expect(tablesOf(report)).To(Equal(
			"| theme | a |\n| --- | ---: |\n| server/methods | 1 |\n| all | 1 |\n| all, must | 1 |\n| seconds | 0.0 |\n\n" +
				"| theme | b |\n| --- | ---: |\n| emit/id | 1 |\n| all | 1 |\n| all, must | 1 |\n| seconds | 0.0 |\n"))
	})
})

// roles is how many roles an entry has.
func roles(e entry) (n int) {
	for _, role := range []string{e.Parser, e.Encoder, e.Client, e.Service, e.Browser, e.Target, e.Scripted} {
		if role != "" {
			n++
		}
	}
	return n
}

var _ = Describe("matrix.yaml", func() {
	It("names folders that exist, each with one role", func() {
		entries, err := readEntries("matrix.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(entries).NotTo(BeEmpty())
		for _, e := range entries {
			info, err := os.Stat(filepath.Join("..", e.Folder))
			Expect(err).NotTo(HaveOccurred())
			Expect(info.IsDir()).To(BeTrue())
			Expect(e.flags(1)).NotTo(BeEmpty(), e.Folder)
			Expect(roles(e)).To(Equal(1), e.title())
		}
	})

	It("names a server that a target starts, and an entry by no name twice", func() {
		entries, err := readEntries("matrix.yaml")
		Expect(err).NotTo(HaveOccurred())
		seen := map[string]bool{}
		for _, e := range entries {
			Expect(seen).NotTo(HaveKey(e.title()), "its report would be written over")
			seen[e.title()] = true
			if e.Target+e.Scripted != "" {
				Expect(e.Start).To(ContainSubstring("{port}"), e.title())
				Expect(e.Target + e.Scripted).To(ContainSubstring("{port}"))
			}
			if e.Target != "" {
				Expect(e.Name).NotTo(BeEmpty(), "%s cannot say who it is", e.title())
			}
		}
	})

	It("knows the list of a mode, or that of the folder", func() {
		folder := GinkgoT().TempDir()
		for _, name := range []string{"known-failing.yaml", "known-failing-text.yaml"} {
			Expect(os.WriteFile(filepath.Join(folder, name), nil, 0o600)).To(Succeed())
		}
		Expect((&entry{}).known(folder)).To(HaveSuffix("/known-failing.yaml"))
		Expect((&entry{Mode: "text"}).known(folder)).To(HaveSuffix("/known-failing-text.yaml"))
		Expect((&entry{Mode: "script"}).known(folder)).To(HaveSuffix("/known-failing.yaml"))
		Expect((&entry{}).known(GinkgoT().TempDir())).To(BeEmpty())
	})

	It("makes flags of a server and its scripts", func() {
		live := entry{Target: "http://127.0.0.1:{port}/events"}
		Expect(live.flags(7)).To(Equal([]string{"--target", "http://127.0.0.1:7/events", "--observe", "5s"}))
		scripts := entry{Scripted: "http://127.0.0.1:{port}/script"}
		Expect(scripts.flags(7)).To(Equal([]string{"--target", "http://127.0.0.1:7/script", "--scripted"}))
	})
})
