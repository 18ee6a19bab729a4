package refparser_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestRefparser(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "refparser")
}
