package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
)

// TestMain lets the test binary stand in for other programs: as ssecheck itself
// where a test needs a process of its own, and as adapters of every kind.
func TestMain(m *testing.M) {
	switch as := os.Getenv("SSECHECK_TEST_AS"); as {
	case "":
		os.Exit(m.Run())
	case "ssecheck":
		main()
	default:
		os.Exit(adapter(as, os.Stdin, os.Stdout, os.Stderr))
	}
}

func TestSsecheck(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "cmd/ssecheck")
}

// as is a command line, for the shell, that starts the test binary as something
// else.
func as(what string) string {
	GinkgoHelper()
	self, err := os.Executable()
	Expect(err).NotTo(HaveOccurred())
	return "SSECHECK_TEST_AS=" + what + " exec " + quote(self)
}

// A result is what a call of the command left.
type result struct {
	status      int
	out, errOut string
}

// call runs the command in this process, without a terminal.
func ssecheck(args ...string) result {
	GinkgoHelper()
	return ssecheckWith(context.Background(), nil, args...)
}

func ssecheckWith(ctx context.Context, env []string, args ...string) result {
	GinkgoHelper()
	var out, errOut bytes.Buffer
	status := run(ctx, args, strings.NewReader(""), &out, &errOut, env)
	Expect(errOut.String()).NotTo(ContainSubstring("goroutine "), "a stack trace")
	return result{status, out.String(), errOut.String()}
}

// report runs the command with a JSON report and returns it.
func report(args ...string) (*reports.Report, result) {
	GinkgoHelper()
	file := filepath.Join(GinkgoT().TempDir(), "report.json")
	r := ssecheck(append(args, "--report", "json="+file)...)
	Expect(file).To(BeAnExistingFile(), r.errOut)
	return readReport(file), r
}

func readReport(file string) *reports.Report {
	GinkgoHelper()
	text, err := os.Open(file)
	Expect(err).NotTo(HaveOccurred())
	defer text.Close()
	parsed, err := reports.ReadJSON(text)
	Expect(err).NotTo(HaveOccurred())
	return parsed
}

// write makes a file in a new folder.
func write(name, text string) string {
	GinkgoHelper()
	file := filepath.Join(GinkgoT().TempDir(), name)
	Expect(os.WriteFile(file, []byte(text), 0o644)).To(Succeed())
	return file
}

func isJSON(text string) bool { return json.Valid([]byte(text)) }
