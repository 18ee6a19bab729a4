package nginxproxy_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestNginxProxy(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "nginx as a proxy")
}
