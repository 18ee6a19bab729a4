package server_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"go.uber.org/goleak"

	"github.com/ssecheck/ssecheck/cases"
)

func TestServer(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "the driver of servers")
}

var _ = BeforeSuite(func() {
	// Ginkgo's processes take in their output and talk to each other over HTTP, which
	// the driver has no client of.
	before := []goleak.Option{goleak.IgnoreCurrent(),
		goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal.(*genericOutputInterceptor).ResumeIntercepting.func1"),
		goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal.(*genericOutputInterceptor).ResumeIntercepting.func1.1"),
		goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop")}
	DeferCleanup(func() {
		Eventually(func() error { return goleak.Find(before...) }).WithTimeout(10 * time.Second).Should(Succeed())
	})
})

// probes are the corpus's probe cases.
func probes() []*cases.Case {
	GinkgoHelper()
	corpus, err := cases.Default()
	Expect(err).NotTo(HaveOccurred())
	var list []*cases.Case
	for _, c := range corpus.Cases() {
		if c.Kind() == cases.KindProbe {
			list = append(list, c)
		}
	}
	Expect(len(list)).To(BeNumerically(">=", 35))
	return list
}
