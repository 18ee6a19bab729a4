package emitfuzz_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
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

// repository is the folder of our own module.
func repository() string {
	GinkgoHelper()
	_, file, _, ok := runtime.Caller(0)
	Expect(ok).To(BeTrue())
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}

// documented is the test file in the documentation of fuzz.Encoder.
func documented() string {
	GinkgoHelper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(repository(), "fuzz", "encoder.go"), nil, parser.ParseComments)
	Expect(err).NotTo(HaveOccurred())
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "Encoder" {
			_, code, found := strings.Cut(f.Doc.Text(), "\n\tpackage sse\n")
			Expect(found).To(BeTrue())
			code, _, found = strings.Cut(code, "\n\t}\n\nThen\n")
			Expect(found).To(BeTrue())
			return strings.ReplaceAll("package sse\n"+code+"\n\t}\n", "\n\t", "\n")
		}
	}
	Fail("fuzz/encoder.go has no Encoder")
	return ""
}

// module writes a module that needs ours, from the disk, and nothing from the network.
func module(fault string) (folder string) {
	GinkgoHelper()
	folder = GinkgoT().TempDir()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(repository(), name))
		Expect(err).NotTo(HaveOccurred())
		return string(text)
	}
	ours, rest, _ := strings.Cut(read("go.mod"), "\n")
	path := strings.TrimPrefix(ours, "module ")
	write := func(name, text string) {
		Expect(os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600)).To(Succeed())
	}
	write("go.mod", "module example.com/sse\n"+rest+"\nrequire "+path+" v0.0.0\nreplace "+path+" => "+repository()+"\n")
	write("go.sum", read("go.sum"))
	write("sse.go", strings.ReplaceAll(encoderSource, "FAULT", fault))
	write("sse_test.go", documented())
	return folder
}

func goTest(ctx context.Context, folder string, args ...string) (output string, err error) {
	c := exec.CommandContext(ctx, "go", append([]string{"test"}, args...)...)
	c.Dir = folder
	c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	c.WaitDelay = 10 * time.Second
	text, err := c.CombinedOutput()
	return string(text), err
}

var _ = Describe("The test file of the documentation", func() {
	BeforeEach(func() {
		if testing.Short() {
			Skip("it takes the compiler half a minute")
		}
	})

	It("compiles, and the seeds find nothing wrong with a right encoder", func(ctx SpecContext) {
		output, err := goTest(ctx, module("~~~~~~~~"), ".")
		Expect(err).NotTo(HaveOccurred(), output)
	}, NodeTimeout(5*time.Minute))

	It("finds a fault under the native fuzzer that no seed shows", func(ctx SpecContext) {
		output, err := goTest(ctx, module("~"), "-run=^$", "-fuzz=FuzzEncode", "-fuzztime=60s", "-fuzzminimizetime=20x", ".")
		Expect(err).To(HaveOccurred(), output)
		Expect(output).To(ContainSubstring("--- FAIL: FuzzEncode"))
		Expect(output).To(ContainSubstring("format.data.exact (must, format)"))
		Expect(output).To(ContainSubstring("Data that is given to an encoder comes back"))
		Expect(output).To(ContainSubstring(`{data: "~"}`))
		Expect(output).To(ContainSubstring("requirements: [format.data.exact]"))
		Expect(output).To(ContainSubstring("Failing input written to testdata/fuzz/FuzzEncode/"))
	}, NodeTimeout(8*time.Minute))
})
