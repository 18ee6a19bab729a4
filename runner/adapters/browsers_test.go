package adapters_test

import (
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/client/browser"
)

// browsers are judged by the standard's letter on failures.
var browsers = []struct {
	name, program string
	passes        int // at least
}{
	{browser.Chromium, "Chrom", 980},
	{browser.Firefox, "Firefox", 940},
}

var _ = Describe("the browser", Label("whole"), func() {
	for _, b := range browsers {
		Describe(b.name, Ordered, func() {
			told := againstItsList(b.passes, func(ctx SpecContext) reports.Subject {
				if err := browser.Find(b.name); err != nil {
					lack(err.Error())
				}
				return playOn(ctx, browser.New(b.name, browser.Options{}), whole{
					limit: 10 * time.Second, known: filepath.Join(b.name, "known-failing.yaml"),
				})
			})

			It("says who it is", func() {
				Expect(told().Name).To(ContainSubstring(b.program))
				Expect(told().Version).To(MatchRegexp(`^\d+\.\d`))
				Expect(told().Problem).To(BeEmpty())
			})
		})
	}
})
