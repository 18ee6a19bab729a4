package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/server"
)

// history greets with all that there was, goes on after Last-Event-ID, and does so
// for any method, as a handler of net/http that never looks at it.
func history(began time.Time) http.HandlerFunc {
	const period = 30 * time.Millisecond
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		last, _ := strconv.Atoi(r.Header.Get("Last-Event-ID")) // 0 is none
		for n := last + 1; ; n++ {
			select {
			case <-time.After(time.Until(began.Add(time.Duration(n) * period))):
			case <-r.Context().Done():
				return
			}
			fmt.Fprintf(w, "id: %d\ndata: event %d\n\n", n, n)
			w.(http.Flusher).Flush()
		}
	}
}

var _ = Describe("A server that greets with its history and looks at no method", func() {
	DescribeTable("passes what it does right", func(ctx SpecContext, name string) {
		s := httptest.NewServer(history(time.Now().Add(-time.Second)))
		DeferCleanup(s.Close)
		var one []*cases.Case
		for _, c := range probes() {
			if c.Name() == name {
				one = append(one, c)
			}
		}
		Expect(one).To(HaveLen(1))
		report, err := runner.Run(ctx, runner.Options{
			Cases:    one,
			Subjects: []runner.Subject{server.New(s.URL, server.Options{Observe: 2 * time.Second})},
			Timeout:  8 * time.Second, // a wait for the end of each stream would take longer
		})
		Expect(err).NotTo(HaveOccurred())
		result := report.Subjects[0].Results[0]
		Expect(result.Verdict).To(Equal(reports.Pass), "%s%s", result.Message, result.SkipReason)
	},
		Entry("no client gets anything twice", "server/resume/the-last-id"),
		Entry("no method is refused with 405, so none must be listed", "server/methods/unknown-method-405"),
	)
})

var _ = Describe("A case whose own steps take all of its time", func() {
	It("holds nothing against a server that was not asked any more", func(ctx SpecContext) {
		s := httptest.NewServer(history(time.Now()))
		DeferCleanup(s.Close)
		late := &cases.Case{Suite: "s", ID: "late", Level: "should",
			Probe: []cases.Step{{Pause: "2s"}, {Connect: "late"}}, Check: []cases.Check{{That: "late", Status: []string{"200"}}}}
		report, err := runner.Run(ctx, runner.Options{
			Cases:    []*cases.Case{late},
			Subjects: []runner.Subject{server.New(s.URL, server.Options{Observe: 300 * time.Millisecond})},
			Timeout:  300 * time.Millisecond,
		})
		Expect(err).NotTo(HaveOccurred())
		result := report.Subjects[0].Results[0]
		Expect(result.Verdict).To(Equal(reports.Skip), result.Message)
		Expect(result.SkipKind).To(Equal(reports.SkipNotObserved))
		Expect(result.SkipReason).To(ContainSubstring("late was never opened: late: waited in vain for its turn"))
	}, NodeTimeout(time.Minute))
})
