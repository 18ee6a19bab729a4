package runner_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

func result(level requirements.Level, v reports.Verdict) reports.Result {
	return reports.Result{Level: level, Verdict: v}
}

func skip(level requirements.Level, kind reports.SkipKind) reports.Result {
	return reports.Result{Level: level, Verdict: reports.Skip, SkipKind: kind}
}

// listedAs changes what is known of a result.
func listedAs(r reports.Result) reports.Result {
	r.ExpectedFailure = r.Verdict == reports.Fail
	r.UnexpectedPass = r.Verdict == reports.Pass
	return r
}

var _ = Describe("the verdict and the exit status", func() {
	const (
		must, should, may, info = requirements.Must, requirements.Should, requirements.May, requirements.Info
		pass, fail, broken      = reports.Pass, reports.Fail, reports.Error
	)
	plain, strict := runner.ExitOptions{}, runner.ExitOptions{Strict: true}
	lenient := runner.ExitOptions{AllowIncomplete: true}

	DescribeTable("follow from the results",
		func(o runner.ExitOptions, verdict reports.Compliance, status int, results ...reports.Result) {
			s := reports.Subject{Results: results}
			s.Verdict = runner.SubjectVerdict(&s, o.Strict)
			Expect(s.Verdict).To(Equal(verdict))
			r := &reports.Report{Subjects: []reports.Subject{s}, Verdict: runner.RunVerdict([]reports.Subject{s})}
			Expect(r.Verdict).To(Equal(verdict))
			Expect(runner.ExitStatus(r, o)).To(Equal(status))
			r.Interrupted = true
			Expect(runner.ExitStatus(r, o)).To(Equal(130))
		},
		Entry("all pass", plain, reports.Compliant, 0, result(must, pass), result(should, pass)),
		Entry("a MUST fails", plain, reports.NotCompliant, 1, result(must, pass), result(must, fail)),
		Entry("a SHOULD fails", plain, reports.Compliant, 0, result(must, pass), result(should, fail)),
		Entry("a SHOULD fails, strictly", strict, reports.NotCompliant, 1, result(must, pass), result(should, fail)),
		Entry("a MAY fails", strict, reports.Compliant, 0, result(must, pass), result(may, fail)),
		Entry("an info case fails", strict, reports.Compliant, 0, result(must, pass), result(info, fail)),
		Entry("a listed MUST fails", plain, reports.NotCompliant, 0, result(must, pass), listedAs(result(must, fail))),
		Entry("a listed SHOULD fails, strictly", strict, reports.NotCompliant, 0, result(must, pass), listedAs(result(should, fail))),
		Entry("a listed case passes", plain, reports.Compliant, 1, listedAs(result(must, pass))),
		Entry("a listed MAY passes", plain, reports.Compliant, 1, result(must, pass), listedAs(result(may, pass))),
		Entry("a MUST is an error", plain, reports.Incomplete, 3, result(must, pass), result(must, broken)),
		Entry("a MUST is an error, allowed", lenient, reports.Incomplete, 0, result(must, pass), result(must, broken)),
		Entry("a SHOULD is an error", plain, reports.Compliant, 0, result(must, pass), result(should, broken)),
		Entry("a SHOULD is an error, strictly", strict, reports.Incomplete, 3, result(must, pass), result(should, broken)),
		Entry("a MUST was not observed", plain, reports.Incomplete, 3, result(must, pass), skip(must, reports.SkipNotObserved)),
		Entry("a MUST was not observed, allowed", lenient, reports.Incomplete, 0, result(must, pass), skip(must, reports.SkipNotObserved)),
		Entry("a SHOULD was not observed", plain, reports.Compliant, 0, result(must, pass), skip(should, reports.SkipNotObserved)),
		Entry("a SHOULD was not observed, strictly", strict, reports.Compliant, 0, result(must, pass), skip(should, reports.SkipNotObserved)),
		Entry("a MUST needs a capability", plain, reports.Compliant, 0, result(must, pass), skip(must, reports.SkipCapability)),
		Entry("a MUST is about what is unused", plain, reports.Compliant, 0, result(must, pass), skip(must, reports.SkipUnused)),
		Entry("a failure and an error", plain, reports.NotCompliant, 1, result(must, fail), result(must, broken)),
		Entry("a listed failure and an error", plain, reports.NotCompliant, 3, listedAs(result(must, fail)), result(must, broken)),
		Entry("nothing could be judged", plain, reports.Incomplete, 3, skip(must, reports.SkipCapability)),
		Entry("nothing could be judged, allowed or not", lenient, reports.Incomplete, 3, skip(must, reports.SkipUnused), result(may, broken)),
		Entry("no results", plain, reports.Incomplete, 3),
	)

	It("is not carried out without any subject, whatever is allowed", func() {
		r := &reports.Report{Verdict: runner.RunVerdict(nil)}
		Expect(r.Verdict).To(Equal(reports.Incomplete))
		Expect(runner.ExitStatus(r, lenient)).To(Equal(3))
	})

	It("is incomplete with a problem outside the cases", func() {
		s := reports.Subject{Problem: "it crashed", Results: []reports.Result{result(must, pass)}}
		s.Verdict = runner.SubjectVerdict(&s, false)
		Expect(s.Verdict).To(Equal(reports.Incomplete))
		r := &reports.Report{Subjects: []reports.Subject{s}}
		Expect(runner.ExitStatus(r, plain)).To(Equal(3))
		Expect(runner.ExitStatus(r, lenient)).To(Equal(0))
	})

	It("takes the worst of several subjects", func() {
		subjects := []reports.Subject{{Verdict: reports.Compliant}, {Verdict: reports.Incomplete}}
		Expect(runner.RunVerdict(subjects)).To(Equal(reports.Incomplete))
		subjects = append(subjects, reports.Subject{Verdict: reports.NotCompliant})
		Expect(runner.RunVerdict(subjects)).To(Equal(reports.NotCompliant))
	})
})
