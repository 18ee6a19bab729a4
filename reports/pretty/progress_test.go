package pretty_test

import (
	"bytes"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/reports/internal/sample"
	"github.com/ssecheck/ssecheck/reports/pretty"
)

// frames are the lines that were drawn, one over the other.
func frames(out *bytes.Buffer) []string {
	parts := strings.Split(out.String(), "\r\x1b[K")
	Expect(parts[0]).To(BeEmpty(), "each frame erases the one before")
	return parts[1:]
}

var _ = Describe("Progress", func() {
	var (
		out      *bytes.Buffer
		now      time.Time
		progress *pretty.Progress
	)
	BeforeEach(func() {
		out, now = &bytes.Buffer{}, time.Unix(0, 0)
		progress = pretty.NewProgress(out, 60)
		progress.SetClock(func() time.Time { now = now.Add(time.Second); return now })
	})

	It("counts on one line and leaves nothing behind", func() {
		progress.Begin(3)
		progress.Result("nginx", reports.Result{Verdict: reports.Pass})
		progress.Result("nginx", reports.Result{Verdict: reports.Fail})
		progress.Result("nginx", reports.Result{Verdict: reports.Skip})
		progress.Stop()
		Expect(frames(out)).To(Equal([]string{
			"0/3", "1/3  nginx", "2/3  1 failed  nginx", "3/3  1 failed  1 skipped  nginx", "",
		}))
	})

	It("draws nothing after its end, and ends once", func() {
		progress.Begin(3)
		progress.Stop()
		length := out.Len()
		progress.Result("nginx", reports.Result{})
		progress.Stop()
		Expect(out.Len()).To(Equal(length))
	})

	It("does not draw more often than the eye can follow, but always the last", func() {
		progress.SetClock(func() time.Time { return now })
		progress.Begin(100)
		for range 100 {
			progress.Result("nginx", reports.Result{Verdict: reports.Pass})
		}
		Expect(frames(out)).To(Equal([]string{"0/100", "100/100  nginx"}))
	})

	It("stays on one line and takes no orders from a name", func() {
		progress.Begin(3)
		progress.Result(sample.Attack, reports.Result{})
		for _, frame := range frames(out) {
			Expect(ansi.StringWidth(frame)).To(BeNumerically("<", 60))
			Expect(frame).NotTo(ContainSubstring("\x1b"))
			Expect(frame).NotTo(ContainSubstring("\n"))
		}
	})

	It("may be nil", func() {
		var none *pretty.Progress
		none.Begin(1)
		none.Result("nginx", reports.Result{})
		none.Stop()
	})

	It("writes nothing when nothing happened", func() {
		progress.Stop()
		Expect(out.Len()).To(BeZero())
	})

	It("may be used by many at once", func() {
		progress.Begin(400)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 100 {
					progress.Result("nginx", reports.Result{Verdict: reports.Pass})
				}
			})
		}
		wg.Wait()
		progress.Stop()
		Expect(frames(out)).To(ContainElement("400/400  nginx"))
	})
})
