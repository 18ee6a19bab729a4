package emitfuzz_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestEmitfuzz(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "emitfuzz")
}
