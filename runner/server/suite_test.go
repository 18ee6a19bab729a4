package server_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"go.uber.org/goleak"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/process/leaktest"
)

func TestServer(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "the driver of servers")
}

var _ = BeforeSuite(func() {
	// Ginkgo's processes talk to each other over HTTP, which the driver has no client of.
	leaktest.Check(goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
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
