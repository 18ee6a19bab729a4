package targets_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/targets"
)

func TestTargets(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fuzz/internal/targets")
}

// What go test prints of targets, as it was printed.
const (
	begins = `fuzz: elapsed: 0s, gathering baseline coverage: 0/2 completed
fuzz: elapsed: 0s, gathering baseline coverage: 2/2 completed, now fuzzing with 2 workers
`
	good = begins + `fuzz: elapsed: 3s, execs: 544897 (181607/sec), new interesting: 0 (total: 1)
fuzz: elapsed: 6s, execs: 1235020 (230034/sec), new interesting: 4 (total: 5)
fuzz: elapsed: 7s, execs: 1397038 (148470/sec), new interesting: 5 (total: 6)
fuzz: elapsed: 7s, execs: 1397038 (0/sec), new interesting: 5 (total: 6)
PASS
`
	found = begins + `fuzz: minimizing 52-byte failing input file
fuzz: elapsed: 0s, minimizing
--- FAIL: FuzzBad (0.03s)
    --- FAIL: FuzzBad (0.00s)
        a_test.go:3: too long: "H)D\xf6\xe1\xc9\n\xf7\xcd"
            second line
    
    Failing input written to testdata/fuzz/FuzzBad/aa1bbd1f767d0f14
    To re-run:
    go test -run=FuzzBad/aa1bbd1f767d0f14
FAIL
`
	died = begins + `fuzz: elapsed: 3s, execs: 10 (3/sec), new interesting: 0 (total: 1)
--- FAIL: FuzzDies (3.03s)
    fuzzing process hung or terminated unexpectedly: exit status 2
    Failing input written to testdata/fuzz/FuzzDies/88773d2451fb09f5
    To re-run:
    go test -run=FuzzDies/88773d2451fb09f5
FAIL
`
	seedFails = `fuzz: elapsed: 0s, gathering baseline coverage: 0/1 completed
failure while testing seed corpus entry: FuzzSeed/seed#0
fuzz: elapsed: 0s, gathering baseline coverage: 0/1 completed
--- FAIL: FuzzSeed (0.01s)
    --- FAIL: FuzzSeed (0.00s)
        a_test.go:4: too long: "abcd"
    
FAIL
`
	setup = `--- FAIL: FuzzSetup (0.00s)
    a_test.go:8: no catalogue
FAIL
`
	hangs = begins + `fuzz: elapsed: 3s, execs: 70 (23/sec), new interesting: 0 (total: 1)
fuzz: elapsed: 6s, execs: 70 (0/sec), new interesting: 0 (total: 1)
fuzz: elapsed: 9s, execs: 70 (0/sec), new interesting: 0 (total: 1)
fuzz: elapsed: 10s, execs: 70 (0/sec), new interesting: 0 (total: 1)
PASS
`
	hangsAtOnce = begins + `fuzz: elapsed: 3s, execs: 2 (0/sec), new interesting: 0 (total: 1)
fuzz: elapsed: 6s, execs: 2 (0/sec), new interesting: 0 (total: 1)
PASS
`
	seedHangs = `fuzz: elapsed: 0s, gathering baseline coverage: 0/8 completed
fuzz: elapsed: 3s, gathering baseline coverage: 5/8 completed
fuzz: elapsed: 6s, gathering baseline coverage: 5/8 completed
fuzz: elapsed: 9s, gathering baseline coverage: 5/8 completed
PASS
`
	tooShort = `fuzz: elapsed: 0s, gathering baseline coverage: 0/800 completed
fuzz: elapsed: 3s, gathering baseline coverage: 300/800 completed
fuzz: elapsed: 4s, gathering baseline coverage: 400/800 completed
PASS
`
	restsAtTheEnd = begins + `fuzz: elapsed: 57s, execs: 70 (23/sec), new interesting: 0 (total: 1)
fuzz: elapsed: 1m0s, execs: 70 (0/sec), new interesting: 0 (total: 1)
fuzz: elapsed: 1m1s, execs: 70 (0/sec), new interesting: 0 (total: 1)
PASS
`
)

func read(printed string) targets.Outcome {
	GinkgoHelper()
	o, err := targets.Read(iotest.HalfReader(strings.NewReader(printed)))
	Expect(err).NotTo(HaveOccurred())
	return o
}

var _ = Describe("What go test prints", func() {
	It("of a target in which nothing was found", func() {
		o := read(good)
		Expect(o.Failed).To(BeFalse())
		Expect(o.Execs).To(BeEquivalentTo(1397038))
		Expect(o.Interesting).To(Equal(6))
		Expect(o.Rates).To(Equal([]int{181607, 230034, 148470}))
		Expect(o.Rate()).To(Equal(181607))
	})

	It("of nothing at all", func() {
		Expect(read("").Failed).To(BeFalse())
		Expect(read("").Rate()).To(BeZero())
	})

	DescribeTable("of a target that fails", func(printed, fault, input, replay string) {
		o := read(printed)
		Expect(o.Failed).To(BeTrue())
		Expect(o.Fault).To(ContainSubstring(fault))
		Expect(o.Input).To(Equal(input))
		Expect(o.Replay).To(Equal(replay))
	},
		Entry("on an input", found, `a_test.go:3: too long: "H)D\xf6\xe1\xc9\n\xf7\xcd"`, "testdata/fuzz/FuzzBad/aa1bbd1f767d0f14", "FuzzBad/aa1bbd1f767d0f14"),
		Entry("with its process", died, "terminated unexpectedly: exit status 2", "testdata/fuzz/FuzzDies/88773d2451fb09f5", "FuzzDies/88773d2451fb09f5"),
		Entry("on a seed", seedFails, `a_test.go:4: too long: "abcd"`, "", "FuzzSeed/seed#0"),
		Entry("before it begins", setup, "a_test.go:8: no catalogue", "", "FuzzSetup"),
		Entry("and hangs", hangs, "for the last 7s no execution has ended", "", ""),
		Entry("and hangs from the start", hangsAtOnce, "for the last 6s no execution has ended", "", ""),
		Entry("and hangs on a seed", seedHangs, "it hangs on a seed, or takes long: for the last 6s none was done; 5 were before", "", ""),
		Entry("for want of time", tooShort, "its time was over after 400 seeds", "", ""),
	)

	It("of a target that only rests", func() { Expect(read(restsAtTheEnd).Failed).To(BeFalse()) })

	It("and cannot be read", func() {
		_, err := targets.Read(iotest.ErrReader(io.ErrClosedPipe))
		Expect(err).To(MatchError(io.ErrClosedPipe))
	})
})

const source = `package m

import "testing"

// FuzzOne is a target.
func FuzzOne(f *testing.F) {}

// FuzzTwo says what is instrumented.
//
//fuzz:instrument example.com/m/a encoding/json
func FuzzTwo(f *testing.F) {}

func FuzzHelper(f *testing.F, n int) {}
func Fuzzy(t *testing.T)             {}
func fuzzLower(f *testing.F)         {}
func (m m) FuzzMethod(f *testing.F)  {}

type m struct{}
`

var _ = Describe("The targets of a module", func() {
	var dir string

	BeforeEach(func() {
		dir = GinkgoT().TempDir()
		for name, text := range map[string]string{
			"go.mod": "module example.com/m\n\ngo 1.24\n", "a_test.go": source,
			"sub/b.go": "package sub\n", "sub/b_test.go": "package sub_test\n\nimport \"testing\"\n\nfunc FuzzOutside(f *testing.F) {}\n",
		} {
			path := filepath.Join(dir, name)
			Expect(os.MkdirAll(filepath.Dir(path), 0o755)).To(Succeed())
			Expect(os.WriteFile(path, []byte(text), 0o644)).To(Succeed())
		}
	})

	It("are found, with what they ask for", func(ctx SpecContext) {
		all, err := targets.Find(ctx, dir, "./...")
		Expect(err).NotTo(HaveOccurred())
		real, err := filepath.EvalSymlinks(dir)
		Expect(err).NotTo(HaveOccurred())
		whole := []string{"example.com/m/..."}
		Expect(all).To(Equal([]targets.Target{
			{Name: "FuzzOne", Package: "example.com/m", Dir: real, File: "a_test.go", Instrument: whole},
			{Name: "FuzzTwo", Package: "example.com/m", Dir: real, File: "a_test.go", Instrument: []string{"example.com/m/a", "encoding/json"}},
			{Name: "FuzzOutside", Package: "example.com/m/sub", Dir: filepath.Join(real, "sub"), File: "b_test.go", Instrument: whole},
		}))
	})

	It("are not found where there is no module", func(ctx SpecContext) {
		Expect(os.Remove(filepath.Join(dir, "go.mod"))).To(Succeed())
		_, err := targets.Find(ctx, dir, "./...")
		Expect(err).To(MatchError(And(ContainSubstring(dir), ContainSubstring("main module"))))
	})

	It("are not run when they cannot be built", func(ctx SpecContext) {
		Expect(os.WriteFile(filepath.Join(dir, "sub/b.go"), []byte("package sub\n\nvar x int = \"\"\n"), 0o644)).To(Succeed())
		r, err := targets.NewRunner(targets.Options{Time: "1x"})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(r.Close)
		_, err = r.RunAnew(ctx, targets.Target{Name: "FuzzOutside", Package: "example.com/m/sub", Dir: filepath.Join(dir, "sub"), Instrument: []string{"example.com/m/sub"}})
		Expect(err).To(MatchError(And(ContainSubstring("build the test of example.com/m/sub"), ContainSubstring("b.go:3"))))
	})
})
