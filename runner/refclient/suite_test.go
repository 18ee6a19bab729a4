package refclient_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/process/leaktest"
)

func TestRefclient(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "the reference client")
}

// generous is longer than anything here takes on a busy machine.
const generous = 30 * time.Second

var _ = BeforeEach(func() {
	leaktest.Check()
})
