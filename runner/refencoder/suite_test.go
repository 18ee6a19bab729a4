package refencoder_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestRefencoder(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "refencoder")
}
