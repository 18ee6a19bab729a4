package guard_test

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/guard"
)

func TestGuard(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "guard")
}

// sink keeps what is allocated from being optimised away.
var sink []byte

func panicking() { panic("no data") }

var _ = Describe("A call", func() {
	bound := guard.Bound{Time: time.Minute, Memory: 16 << 20}

	It("that does as it should is none of our business", func() {
		called := 0
		Expect(guard.Call(func() { called++; sink = make([]byte, 1<<20) }, bound)).To(BeZero())
		Expect(called).To(Equal(1))
	})

	It("that panics says so, and where", func() {
		failure := guard.Call(func() { panicking() }, bound)
		Expect(failure.Word).To(Equal("panicked: no data"))
		Expect(failure.Stack).To(HavePrefix("github.com/ssecheck/ssecheck/fuzz/internal/guard_test.panicking"))
		Expect(failure.Stack).To(ContainSubstring("guard_test.go:"))
		Expect(failure.Stack).NotTo(ContainSubstring("guard.go"))
		Expect(strings.Split(failure.Stack, "\n")).To(HaveLen(2))
		Expect(failure.Hung).To(BeFalse())
	})

	It("that panics with nil does, too", func() {
		Expect(guard.Call(func() { panic(nil) }, bound).Word).To(HavePrefix("panicked: panic called with nil"))
	})

	It("that does not return is given up", func() {
		release := make(chan struct{})
		defer close(release)
		failure := guard.Call(func() { <-release }, guard.Bound{Time: 5 * time.Millisecond})
		Expect(failure).To(Equal(guard.Failure{Word: "did not return within 5ms", Hung: true}))
	})

	It("that takes too much memory has done so each time", func() {
		called := 0
		greedy := func() { called++; sink = make([]byte, 64<<20) }
		failure := guard.Call(greedy, bound)
		Expect(failure.Word).To(MatchRegexp(`^allocated \d+ KiB, which is out of proportion: 16384 KiB would be very much$`))
		Expect(called).To(Equal(3))
		called = 0
		Expect(guard.Call(func() {
			if called++; called < 3 {
				sink = make([]byte, 64<<20)
			}
		}, bound)).To(BeZero())
	})
})
