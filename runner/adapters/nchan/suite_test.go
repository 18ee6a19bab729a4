package nchan_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestNchan(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "nginx with nchan")
}
