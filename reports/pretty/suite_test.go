package pretty_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// go test ./reports/pretty -update writes the golden files anew; look at what
// changed before it is committed.
var update = flag.Bool("update", false, "write the golden files anew")

func TestPretty(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "reports/pretty")
}

// golden compares text with a file of testdata.
func golden(name, text string) {
	GinkgoHelper()
	file := filepath.Join("testdata", name)
	if *update {
		Expect(os.WriteFile(file, []byte(text), 0o644)).To(Succeed())
	}
	want, err := os.ReadFile(file)
	Expect(err).NotTo(HaveOccurred())
	Expect(text).To(Equal(string(want)), "go test ./reports/pretty -update, then look at git diff")
}
