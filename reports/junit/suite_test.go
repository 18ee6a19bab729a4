package junit_test

import (
	"flag"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// go test ./reports/junit -update writes the golden files anew; look at what
// changed before it is committed.
var update = flag.Bool("update", false, "write the golden files anew")

func TestJUnit(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "reports/junit")
}
