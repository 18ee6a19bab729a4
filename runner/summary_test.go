package runner_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

var _ = DescribeTable("The status of a requirement",
	func(level requirements.Level, status reports.Status, results ...reports.Result) {
		for i := range results {
			results[i].Requirements = []string{"parse.rule"}
		}
		all := runner.Statuses(
			[]requirements.Requirement{{ID: "parse.rule", Level: level}},
			[]reports.Subject{{Results: results}},
		)
		Expect(all).To(HaveLen(1))
		Expect(all[0].Status).To(Equal(status))
	},
	Entry("without a case", requirements.Must, reports.StatusUntested),
	Entry("with a pass", requirements.Must, reports.StatusPass,
		reports.Result{Level: requirements.Must, Verdict: reports.Pass}),
	Entry("with a pass before a failure", requirements.Must, reports.StatusFail,
		reports.Result{Level: requirements.Must, Verdict: reports.Pass},
		reports.Result{Level: requirements.Must, Verdict: reports.Fail}),
	Entry("with a failure before a pass", requirements.Must, reports.StatusFail,
		reports.Result{Level: requirements.Must, Verdict: reports.Fail},
		reports.Result{Level: requirements.Must, Verdict: reports.Pass}),
	Entry("with a failure that is information only", requirements.Must, reports.StatusPass,
		reports.Result{Level: requirements.Must, Verdict: reports.Pass},
		reports.Result{Level: requirements.Info, Verdict: reports.Fail}),
	Entry("that is information itself", requirements.Info, reports.StatusFail,
		reports.Result{Level: requirements.Info, Verdict: reports.Fail}),
	Entry("with nothing but skips and errors", requirements.Must, reports.StatusUntested,
		reports.Result{Level: requirements.Must, Verdict: reports.Skip},
		reports.Result{Level: requirements.Must, Verdict: reports.Error}),
)
