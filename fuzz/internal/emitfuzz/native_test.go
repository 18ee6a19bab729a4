package emitfuzz_test

import (
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/ssecheck/ssecheck/fuzz/internal/nativetest"
)

// An encoder in a module of its own, whose test file is the one that the documentation
// shows. It loses the tilde, which no seed holds.
const encoderSource = `package sse

import (
	"fmt"
	"io"
	"strings"
)

type Event struct {
	Type, Data, ID string
	HasID          bool
	Retry          *int
}

func Encode(w io.Writer, e Event) error {
	if strings.ContainsAny(e.Type+e.ID, "\r\n") || strings.Contains(e.ID, "\x00") || e.Retry != nil && *e.Retry < 0 {
		return fmt.Errorf("a line break, a NUL or a negative time")
	}
	var b strings.Builder
	if e.Type != "" {
		fmt.Fprintf(&b, "event: %s\n", e.Type)
	}
	if e.HasID {
		fmt.Fprintf(&b, "id: %s\n", e.ID)
	}
	if e.Retry != nil {
		fmt.Fprintf(&b, "retry: %d\n", *e.Retry)
	}
	data := strings.NewReplacer("\r\n", "\n", "\r", "\n", "FAULT", "").Replace(e.Data)
	for _, line := range strings.Split(data, "\n") {
		fmt.Fprintf(&b, "data: %s\n", line)
	}
	_, err := io.WriteString(w, strings.ToValidUTF8(b.String(), "\uFFFD")+"\n")
	return err
}
`

// module writes the user's module.
func module(fault string) (folder string) {
	GinkgoHelper()
	folder = GinkgoT().TempDir()
	Expect(nativetest.Module(folder, strings.ReplaceAll(encoderSource, "FAULT", fault), "Encoder")).To(Succeed())
	return folder
}

var _ = Describe("The test file of the documentation", func() {
	BeforeEach(func() {
		if os.Getenv("SSECHECK_NATIVE") == "" {
			Skip("it takes the compiler half a minute; make fuzz-native plays it")
		}
	})

	It("compiles, and the seeds find nothing wrong with a right encoder", func(ctx SpecContext) {
		output, err := nativetest.Test(ctx, module("~~~~~~~~"), ".")
		Expect(err).NotTo(HaveOccurred(), output)
	}, NodeTimeout(5*time.Minute))

	It("finds a fault under the native fuzzer that no seed shows", func(ctx SpecContext) {
		output, err := nativetest.Test(ctx, module("~"), "-run=^$", "-fuzz=FuzzEncode", "-fuzztime=60s", "-fuzzminimizetime=20x", ".")
		Expect(err).To(HaveOccurred(), output)
		Expect(output).To(ContainSubstring("--- FAIL: FuzzEncode"))
		Expect(output).To(ContainSubstring("format.data.exact (must, format)"))
		Expect(output).To(ContainSubstring("Data that is given to an encoder comes back"))
		Expect(output).To(ContainSubstring(`{data: "~"}`))
		Expect(output).To(ContainSubstring("requirements: [format.data.exact]"))
		Expect(output).To(ContainSubstring("Failing input written to testdata/fuzz/FuzzEncode/"))
	}, NodeTimeout(8*time.Minute))
})
