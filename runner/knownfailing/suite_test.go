package knownfailing_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestKnownFailing(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "runner/knownfailing")
}
