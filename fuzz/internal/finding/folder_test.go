package finding_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/finding"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/selection"
)

// names are those of what is in a folder, hidden ones too.
func names(dir string) []string {
	GinkgoHelper()
	entries, err := os.ReadDir(dir)
	Expect(err).NotTo(HaveOccurred())
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func open(dir string) *finding.Folder {
	GinkgoHelper()
	folder, err := finding.Open(dir)
	Expect(err).NotTo(HaveOccurred())
	return folder
}

var _ = Describe("The folder for findings", func() {
	var dir string
	f := finding.Stream("parse.data.append", in("data: a|\xff\n\n"), saw("x"), stream.Reports{})
	BeforeEach(func() { dir = filepath.Join(GinkgoT().TempDir(), "a", "findings") })

	It("is made when it is not there, and left empty", func() {
		Expect(open(dir).Known()).To(BeEmpty())
		Expect(names(dir)).To(BeEmpty())
		open(dir)
	})

	It("keeps a finding as a file that the corpus takes as it is", func() {
		folder := open(dir)
		Expect(folder.Has(f)).To(BeFalse())
		path, err := folder.Write(f)
		Expect(err).NotTo(HaveOccurred())
		Expect(path).To(Equal(filepath.Join(dir, f.Name()+".yaml")))
		Expect(names(dir)).To(Equal([]string{f.Name() + ".yaml"}))
		Expect(folder.Has(f)).To(BeTrue())
		Expect(folder.Known()[0].File).To(Equal(path))
		other := f
		other.Requirement = "parse.data.empty"
		Expect(folder.Has(other)).To(BeFalse())

		catalogue, err := catalogue()
		Expect(err).NotTo(HaveOccurred())
		loaded, err := cases.LoadFolder(dir, catalogue)
		Expect(err).NotTo(HaveOccurred())
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		joined, err := cases.Join(corpus, loaded.Corpus)
		Expect(err).NotTo(HaveOccurred())
		pattern, err := selection.Compile(f.CaseName())
		Expect(err).NotTo(HaveOccurred())
		Expect(pattern.Names(joined.Cases())).To(Succeed())
		Expect(os.ReadFile(path)).To(ContainSubstring(" --run " + f.CaseName() + "\n"))
		Expect(os.ReadFile(path)).To(ContainSubstring(" --cases " + dir))
	})

	It("writes nothing twice, and touches no file that is there", func() {
		folder := open(dir)
		path, err := folder.Write(f)
		Expect(err).NotTo(HaveOccurred())
		text, err := os.ReadFile(path)
		Expect(err).NotTo(HaveOccurred())
		Expect(os.WriteFile(path, append(text, "# a reader's note\n"...), 0o644)).To(Succeed())

		for _, folder := range []*finding.Folder{folder, open(dir)} {
			other := f
			other.Title = "Found once more"
			Expect(folder.Has(other)).To(BeTrue())
			Expect(folder.Write(other)).To(Equal(path))
			Expect(os.ReadFile(path)).To(HaveSuffix("# a reader's note\n"))
			Expect(folder.Known()).To(HaveLen(1))
		}
	})

	It("knows what is in it, wherever it was moved to and whatever it is called", func() {
		c := &cases.Case{Emit: []cases.EmitItem{{Event: ptr("a\n"), Retry: json.RawMessage(`"é"`)}}}
		emitted := finding.Emit("secure.encoder.no-injection", c, nil)
		folder := open(dir)
		for _, f := range []finding.Finding{f, emitted} {
			_, err := folder.Write(f)
			Expect(err).NotTo(HaveOccurred())
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()+".yaml"))
		Expect(err).NotTo(HaveOccurred())
		Expect(os.Remove(filepath.Join(dir, f.Name()+".yaml"))).To(Succeed())
		Expect(os.Mkdir(filepath.Join(dir, "old"), 0o755)).To(Succeed())
		moved := regexp.MustCompile(`(?m)^suite: .*$`).ReplaceAllString(string(text), "suite: old/mine")
		Expect(os.WriteFile(filepath.Join(dir, "old", "mine.yaml"), []byte(moved), 0o644)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, "README.md"), nil, 0o644)).To(Succeed())

		for _, folder := range []*finding.Folder{folder, open(dir)} {
			Expect(folder.Has(f)).To(BeTrue())
			Expect(folder.Has(emitted)).To(BeTrue())
			Expect(folder.Known()).To(HaveLen(2))
		}
		known := open(dir).Known()
		Expect(known[0].Name).To(Equal("old/mine/found"))
		Expect(known[0].Requirement).To(Equal("parse.data.append"))
		Expect(known[0].Input).To(Equal(in("data: a|\xff\n\n")))
		Expect(known[0].File).To(Equal(filepath.Join(dir, "old", "mine.yaml")))
		Expect(known[1].Case.Emit).To(HaveLen(1))
		Expect(known[1].Input).To(Equal(stream.Input{}))
	})

	It("is not looked into where the loader does not look", func() {
		open(dir)
		Expect(os.WriteFile(filepath.Join(dir, ".draft.yaml"), []byte("x"), 0o644)).To(Succeed())
		Expect(os.Mkdir(filepath.Join(dir, ".git"), 0o755)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, ".git", "a.yaml"), []byte("x"), 0o644)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, "requirements.yaml"), []byte("[]"), 0o644)).To(Succeed())
		Expect(open(dir).Known()).To(BeEmpty())
	})

	It("is refused, with a word on what to do, when it is a file", func() {
		Expect(os.MkdirAll(filepath.Dir(dir), 0o755)).To(Succeed())
		Expect(os.WriteFile(dir, nil, 0o644)).To(Succeed())
		_, err := finding.Open(dir)
		Expect(err).To(MatchError(And(HavePrefix("the folder for findings cannot be made: "), ContainSubstring(dir), HaveSuffix("; give another one"))))
	})

	It("is refused, with a word on what to do, when nothing can be written into it", func() {
		if runtime.GOOS != "linux" {
			Skip("a folder into which nobody can write, not even root, is known of Linux")
		}
		_, err := finding.Open("/proc/self")
		Expect(err).To(MatchError(And(HavePrefix("nothing can be written into the folder for findings, /proc/self: "), HaveSuffix("; make room and see to its permissions, or give another one"))))
	})

	It("is refused when a case in it has a mistake, with all mistakes", func() {
		open(dir)
		Expect(os.WriteFile(filepath.Join(dir, "x.yaml"), []byte("suite: y\n"), 0o644)).To(Succeed())
		_, err := finding.Open(dir)
		Expect(err).To(MatchError(And(ContainSubstring("mend them, or give another one:\n"), ContainSubstring("x.yaml:1:8: "), HaveSuffix("errors"))))
	})

	DescribeTable("refuses what no case can be", func(f finding.Finding, why string) {
		_, err := open(dir).Write(f)
		Expect(err).To(MatchError(And(ContainSubstring("cannot be written as a case"), ContainSubstring(why))))
		Expect(names(dir)).To(BeEmpty())
	},
		Entry("a rule that does not exist", finding.Stream("parse.data.apend", in("data"), saw("x"), stream.Reports{}), `no requirement "parse.data.apend"`),
		Entry("a rule that leads out of the folder", finding.Stream("../parse", in("data"), saw("x"), stream.Reports{}), ""),
		Entry("a text that is not UTF-8", finding.Emit("format.field", &cases.Case{Emit: []cases.EmitItem{{Data: ptr("\xff")}}}, nil), "not what was played"),
		Entry("a reconnection time that is neither a number nor a text", finding.Emit("format.field", &cases.Case{Emit: []cases.EmitItem{{Retry: json.RawMessage("true"), Data: ptr("")}}}, nil), ""),
	)
})
