package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestKeep(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fuzz/libfuzzer/keep")
}

var _ = Describe("keep", func() {
	var dir, crash string

	BeforeEach(func() {
		dir = GinkgoT().TempDir()
		crash = filepath.Join(dir, "crash-1")
		Expect(os.WriteFile(crash, []byte("\x00\x00\x00\x00\x00\x00\x00\x01\x00data\n"), 0o644)).To(Succeed())
	})

	It("writes a crash to where go test tries it", func() {
		var out bytes.Buffer
		Expect(run([]string{"-dir", dir, "-target", "FuzzX", "-args", "[]byte,uint64", crash}, &out)).To(Succeed())
		written, err := filepath.Glob(filepath.Join(dir, "testdata/fuzz/FuzzX/*"))
		Expect(err).NotTo(HaveOccurred())
		Expect(written).To(HaveLen(1))
		Expect(os.ReadFile(written[0])).To(BeEquivalentTo("go test fuzz v1\n[]byte(\"data\\n\")\nuint64(1)\n"))
		Expect(out.String()).To(Equal(written[0] + "\n  replay  go test -run '^FuzzX$/^" + filepath.Base(written[0]) + "$' " + dir + "\n"))
	})

	DescribeTable("refuses", func(words string, args ...string) {
		err := run(append([]string{"-dir", dir}, args...), GinkgoWriter)
		Expect(err).To(MatchError(ContainSubstring(words)))
	},
		Entry("to keep nothing", "the files that libFuzzer wrote", "-target", "FuzzX", "-args", "string"),
		Entry("what is not there", "no such file", "-target", "FuzzX", "-args", "string", "nowhere"),
		Entry("types that no target has", `"error"`, "-target", "FuzzX", "-args", "error", "x"),
	)
})
