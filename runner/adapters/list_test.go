package adapters_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// againstItsList declares the specs of a real implementation, in an ordered
// container: the whole corpus is played once, and what fails is what its list says.
// passes is how many cases pass at least. The result gives the report to further
// specs.
func againstItsList(passes int, play func(ctx SpecContext) reports.Subject) (told func() reports.Subject) {
	var subject reports.Subject

	BeforeAll(func(ctx SpecContext) {
		if testing.Short() {
			Skip("the whole corpus on a real implementation takes up to minutes")
		}
		subject = play(ctx)
	}, NodeTimeout(6*time.Minute))

	It("is judged to the end: nothing breaks", func() {
		for _, r := range subject.Results {
			Expect(r.Verdict).NotTo(Equal(reports.Error), "%s: %s", r.Case, r.Message)
			// A server whose events come one by one shows no quiet stream.
			if subject.Role != reports.RoleServer || r.Level == requirements.Must {
				Expect(r.SkipKind).NotTo(Equal(reports.SkipNotObserved), "%s: %s", r.Case, r.SkipReason)
			}
		}
		Expect(subject.Summary.Pass).To(BeNumerically(">", passes))
	})

	It("fails in the ways that are known, and in no other", func() {
		verdict := reports.Compliant
		for _, r := range subject.Results {
			Expect(r.UnexpectedPass).To(BeFalse(), "%s passes: take it off the list", r.Case)
			// Information is shown, and counted against nobody.
			if r.Verdict == reports.Fail && r.Level != requirements.Info {
				Expect(r.ExpectedFailure).To(BeTrue(), "%s, %s: %s", r.Case, r.FailedVariant, r.Message)
			}
			if r.Verdict == reports.Fail && r.Level == requirements.Must {
				verdict = reports.NotCompliant
			}
		}
		Expect(subject.Verdict).To(Equal(verdict), "a list changes no verdict")
	})

	return func() reports.Subject { return subject }
}
