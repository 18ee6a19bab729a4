// Package leaktest demands of specs that they leave no goroutine behind.
package leaktest

import (
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"go.uber.org/goleak"
)

// generous is longer than anything takes to end on a busy machine.
const generous = 30 * time.Second

// Check demands that at the end of the spec, or of the suite, whose node calls it, no
// goroutine is left that began after this, but for those that are ignored.
func Check(ignored ...goleak.Option) {
	// Where several processes of Ginkgo play, each takes in its output in the
	// background, and may begin with it after this.
	const intercepting = "github.com/onsi/ginkgo/v2/internal.(*genericOutputInterceptor).ResumeIntercepting.func1"
	options := append([]goleak.Option{goleak.IgnoreCurrent(),
		goleak.IgnoreAnyFunction(intercepting), goleak.IgnoreAnyFunction(intercepting + ".1")}, ignored...)
	ginkgo.DeferCleanup(func() {
		gomega.Eventually(func() error { return goleak.Find(options...) }, generous).Should(gomega.Succeed())
	})
}
