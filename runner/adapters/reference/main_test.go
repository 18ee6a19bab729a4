package main

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	clientcommand "github.com/ssecheck/ssecheck/runner/client/command"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/runner/process/fixture"
	"github.com/ssecheck/ssecheck/runner/selection"
)

// The test binary is the program, so that the tests need no build of their own.
func TestMain(m *testing.M) { fixture.Main(m, map[string]func(){"program": main}) }

// command runs the program with these arguments.
func command(arguments string) string { return fixture.Command("program", arguments) }

// compliant plays the cases and wants every one to pass or to need more than a
// program offers.
func compliant(ctx SpecContext, subject runner.Subject, selected []*cases.Case) reports.Summary {
	GinkgoHelper()
	report, err := runner.Run(ctx, runner.Options{Subjects: []runner.Subject{subject}, Cases: selected, Timeout: time.Minute})
	Expect(err).NotTo(HaveOccurred())
	Expect(report.Subjects[0].Problem).To(BeEmpty())
	for _, r := range report.Subjects[0].Results {
		if r.Verdict == reports.Skip {
			Expect(r.SkipKind).To(Equal(reports.SkipCapability), "%s: %s", r.Case, r.SkipReason)
			continue
		}
		Expect(r.Verdict).To(Equal(reports.Pass), "%s, %s: %s", r.Case, r.FailedVariant, r.Message)
	}
	return report.Subjects[0].Summary
}

var _ = Describe("the reference adapter", func() {
	var corpus []*cases.Case

	BeforeEach(func() {
		c, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		corpus = c.Cases()
	})

	// The decoder behind it passes the whole corpus elsewhere; here the adapter
	// is judged, and the longest streams would teach nothing more of it.
	It("passes the corpus as a persistent adapter", func(ctx SpecContext) {
		most, err := selection.Select(corpus, selection.Options{Skip: []string{"size/**", "encoding/ill-formed*/**"}})
		Expect(err).NotTo(HaveOccurred())
		summary := compliant(ctx, asParser(""), most)
		Expect(summary.Pass).To(BeNumerically(">", 200))
	})

	It("passes a part of the corpus as a one-shot program", func(ctx SpecContext) {
		some, err := selection.Select(corpus, selection.Options{Run: []string{"lines/endings/**", "fields/data/**"}})
		Expect(err).NotTo(HaveOccurred())
		summary := compliant(ctx, asParser("-once"), some)
		Expect(summary.Pass).To(BeNumerically(">", 10))
	})

	It("passes the corpus as an encoder, asked for all and started for each case", func(ctx SpecContext) {
		for _, arguments := range []string{"", "-encode"} {
			summary := compliant(ctx, encoder.Command(command(arguments), encoder.Options{}), corpus)
			Expect(summary.Pass).To(BeNumerically(">", 300), arguments)
		}
	})

	It("passes a part of the corpus as a client", func(ctx SpecContext) {
		some, err := selection.Select(corpus, selection.Options{
			Run: []string{"client/announce/**", "client/close/**", "client/fail/**", "client/request*/**", "client/http2/**", "client/tls/**", "fields/id/**"}})
		Expect(err).NotTo(HaveOccurred())
		summary := compliant(ctx, asClient(""), some)
		Expect(summary.Pass).To(BeNumerically(">", 80))
	})

	It("passes a part of the corpus as a client that is started for each case", func(ctx SpecContext) {
		some, err := selection.Select(corpus, selection.Options{Run: []string{"client/last-event-id/**", "fields/data/**"}})
		Expect(err).NotTo(HaveOccurred())
		summary := compliant(ctx, asClient("-client {url}"), some)
		Expect(summary.Pass).To(BeNumerically(">", 10))
	})
})

func asParser(arguments string) runner.Subject {
	return parser.Command(command(arguments), parser.Options{})
}

func asClient(arguments string) runner.Subject {
	return client.New(clientcommand.New(command(arguments), clientcommand.Options{}))
}
