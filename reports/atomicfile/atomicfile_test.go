package atomicfile_test

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports/atomicfile"
)

var _ = Describe("A file", func() {
	It("is replaced as a whole, keeps its mode, and follows links", func() {
		file := filepath.Join(GinkgoT().TempDir(), "report")
		Expect(os.WriteFile(file, []byte("old"), 0o600)).To(Succeed())
		link := filepath.Join(GinkgoT().TempDir(), "link")
		Expect(os.Symlink(file, link)).To(Succeed())
		a, err := atomicfile.Create(link)
		Expect(err).NotTo(HaveOccurred())
		Expect(os.ReadFile(file)).To(BeEquivalentTo("old"), "until it is written")
		Expect(a.Commit([]byte("new"))).To(Succeed())
		Expect(os.ReadFile(file)).To(BeEquivalentTo("new"))
		Expect(os.Readlink(link)).To(Equal(file))
		info, err := os.Stat(file)
		Expect(err).NotTo(HaveOccurred())
		Expect(info.Mode().Perm()).To(Equal(os.FileMode(0o600)))
	})

	It("leaves a device alone", func() {
		a, err := atomicfile.Create(os.DevNull)
		Expect(err).NotTo(HaveOccurred())
		Expect(a.Commit([]byte("x"))).To(Succeed())
		info, err := os.Stat(os.DevNull)
		Expect(err).NotTo(HaveOccurred())
		Expect(info.Mode().IsRegular()).To(BeFalse())
	})

	It("is not there when it was discarded", func() {
		dir := GinkgoT().TempDir()
		a, err := atomicfile.Create(filepath.Join(dir, "report"))
		Expect(err).NotTo(HaveOccurred())
		Expect(a.Discard()).To(Succeed())
		Expect(os.ReadDir(dir)).To(BeEmpty())
	})

	It("is refused where none can be made, and where a folder is", func() {
		dir := GinkgoT().TempDir()
		_, err := atomicfile.Create(filepath.Join(dir, "none", "report"))
		Expect(err).To(MatchError(And(HavePrefix("no file can be made in "), HaveSuffix("none: no such file or directory"))))
		_, err = atomicfile.Create(dir)
		Expect(err).To(MatchError(dir + " is a folder"))
	})
})
