package emitblame_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestEmitblame(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "emitblame")
}
