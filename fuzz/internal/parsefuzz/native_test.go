package parsefuzz_test

import (
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/nativetest"
)

// A reader in a module of its own, around our decoder. It loses data that is FAULT.
const readerSource = `package sse

import (
	"io"

	"github.com/ssecheck/ssecheck/spec"
)

type Event struct{ Type, Data, LastID string }

type Reader struct{ d *spec.Decoder }

func NewReader(r io.Reader) *Reader { return &Reader{spec.NewDecoder(r)} }

func (r *Reader) Next() (Event, error) {
	v, err := r.d.Next()
	if err != nil {
		return Event{}, err
	}
	e := v.Event()
	if e.Data == "FAULT" {
		e.Data = ""
	}
	return Event{e.Type, e.Data, e.LastEventID}, nil
}
`

func module(fault string) (folder string) {
	GinkgoHelper()
	folder = GinkgoT().TempDir()
	Expect(nativetest.Module(folder, strings.ReplaceAll(readerSource, "FAULT", fault), "Parser")).To(Succeed())
	return folder
}

var _ = Describe("The test file of the documentation", func() {
	BeforeEach(func() {
		if os.Getenv("SSECHECK_NATIVE") == "" {
			Skip("it takes the compiler half a minute; make fuzz-native plays it")
		}
	})

	It("compiles, and the seeds find nothing wrong with a right parser", func(ctx SpecContext) {
		output, err := nativetest.Test(ctx, module("~~~~~~~~"), ".")
		Expect(err).NotTo(HaveOccurred(), output)
	}, NodeTimeout(5*time.Minute))

	It("finds a fault under the native fuzzer that no seed shows", func(ctx SpecContext) {
		output, err := nativetest.Test(ctx, module("~"), "-run=^$", "-fuzz=FuzzRead", "-fuzztime=60s", "-fuzzminimizetime=20x", ".")
		Expect(err).To(HaveOccurred(), output)
		Expect(output).To(ContainSubstring("--- FAIL: FuzzRead"))
		Expect(output).To(MatchRegexp(`parse\.[a-z.-]+ \(must, parser\)`))
		Expect(output).To(ContainSubstring(`expected data "~", got ""`))
		Expect(output).To(ContainSubstring(`data:~\n`))
		Expect(output).To(MatchRegexp(`requirements: \[parse\.`))
		Expect(output).To(ContainSubstring("Failing input written to testdata/fuzz/FuzzRead/"))
	}, NodeTimeout(8*time.Minute))
})
