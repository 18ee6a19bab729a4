package refserver_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/process/leaktest"
)

func TestRefserver(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "the reference server")
}

var _ = BeforeSuite(func() {
	leaktest.Check()
})
