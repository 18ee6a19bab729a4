package eventsourceparser_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestEventsourceParser(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "npm eventsource-parser")
}
