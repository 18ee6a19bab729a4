package suite_test

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/runner/suite"
)

// In a Ginkgo suite of your own, one call makes a spec of each case, with its
// labels: ginkgo -p --label-filter='must && server'.
func ExampleDescribe() {
	_ = func() {
		ginkgo.Describe("my server", func() {
			suite.Describe(reports.RoleServer, func() runner.Subject {
				return server.New("http://127.0.0.1:8080/events", server.Options{})
			}, suite.Level("must"))
		})
	}
}
