package casepages_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestCasePages(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "casepages")
}
