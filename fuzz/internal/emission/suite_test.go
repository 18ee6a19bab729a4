package emission_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestEmission(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "emission")
}
