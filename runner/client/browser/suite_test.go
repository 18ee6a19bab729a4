package browser_test

import (
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// TestMain lets this binary be a browser too, for the specifications of the
// process.
func TestMain(m *testing.M) {
	if behaviour := os.Getenv(fakeBrowserEnv); behaviour != "" {
		os.Exit(fakeBrowser(behaviour, os.Args[1:]))
	}
	os.Exit(m.Run())
}

func TestBrowser(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "browser")
}
