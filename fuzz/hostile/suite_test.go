package hostile_test

import (
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/process/leaktest"
)

func TestHostile(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "the fuzzer of servers")
}

var _ = BeforeSuite(func() {
	if os.Getenv("SSECHECK_HOSTILE") == "" {
		Skip("the fuzzer of servers is not finished and no command has it yet; SSECHECK_HOSTILE=1 plays its specs")
	}
	leaktest.Check()
})
