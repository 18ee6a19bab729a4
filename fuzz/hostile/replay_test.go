package hostile_test

import (
	"context"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/hostile"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/server"
)

// replayed plays the case of a finding at another server of the same kind.
func replayed(ctx context.Context, url string, f hostile.Finding) reports.Result {
	GinkgoHelper()
	c := *f.Case
	c.Suite, c.ID, c.Level, c.Requirements = "findings", "found", f.Requirement.Level, []string{f.Requirement.ID}
	Expect(cases.ValidateProbe(&c)).To(BeEmpty())
	s := server.New(url, server.Options{Observe: 2 * time.Second})
	Expect(s.Start(ctx)).To(Succeed())
	defer func() { Expect(s.Close()).To(Succeed()) }()
	return runner.PlayCase(ctx, s, &c, runner.CaseOptions{Timeout: 5 * time.Second})
}

// hasCase tells whether a finding is to have one: not what comes back of the request's own
// text, nor what pipelined requests bring about.
func hasCase(f hostile.Finding) bool {
	return !strings.HasPrefix(f.Requirement.ID, "secure.") && !strings.Contains(f.Requests[0].String(), "behind=")
}
