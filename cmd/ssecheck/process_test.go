//go:build unix

package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/refserver"
)

// patience is far more than any of these processes needs, even on a machine
// that does much else.
const patience = 30 * time.Second

// start starts ssecheck as a process of its own.
func start(configure func(*exec.Cmd), args ...string) *exec.Cmd {
	GinkgoHelper()
	self, err := os.Executable()
	Expect(err).NotTo(HaveOccurred())
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "SSECHECK_TEST_AS=ssecheck")
	cmd.Dir = GinkgoT().TempDir()
	configure(cmd)
	Expect(cmd.Start()).To(Succeed())
	DeferCleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

// ended waits for the end of a process, and returns how it ended.
func ended(cmd *exec.Cmd) syscall.WaitStatus {
	GinkgoHelper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = cmd.Wait()
	}()
	Eventually(done, patience).Should(BeClosed())
	return cmd.ProcessState.Sys().(syscall.WaitStatus)
}

// quiet is a server that never sends an event, and counts its visits.
func quiet() (url string, visits *atomic.Int32) {
	GinkgoHelper()
	inner := refserver.New(refserver.Options{Period: -1})
	visits = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		inner.ServeHTTP(w, r)
	}))
	DeferCleanup(func() {
		Expect(inner.Close()).To(Succeed())
		server.Close()
	})
	return server.URL + "/ticker", visits
}

var _ = Describe("Ctrl-C", func() {
	It("ends a run with status 130 and the report of what was done", func() {
		url, visits := quiet()
		var out, errOut bytes.Buffer
		file := filepath.Join(GinkgoT().TempDir(), "r.json")
		cmd := start(func(c *exec.Cmd) { c.Stdout, c.Stderr = &out, &errOut },
			"run", "--target", url, "--observe", "10m", "--timeout", "10m", "--report", "json="+file)
		Eventually(visits.Load, patience).Should(BeNumerically(">", 1), "the run is under way")
		Expect(cmd.Process.Signal(os.Interrupt)).To(Succeed())
		began := time.Now()
		Expect(ended(cmd).ExitStatus()).To(Equal(130), errOut.String())
		Expect(time.Since(began)).To(BeNumerically("<", 10*time.Second), "far less than what the run would have taken")

		Expect(out.String()).To(ContainSubstring("INTERRUPTED"))
		Expect(errOut.String()).NotTo(ContainSubstring("goroutine"))
		r := readReport(file)
		Expect(r.Interrupted).To(BeTrue())
		Expect(r.Verdict).To(Equal(reports.Incomplete))
		for _, result := range r.Subjects[0].Results {
			Expect(result.Case).NotTo(BeEmpty(), "a case without a result")
			Expect(result.Verdict).NotTo(BeEmpty())
		}
	})

	It("kills at the second time, whatever hangs", func() {
		// Nobody reads the report, so writing it never ends.
		reader, writer, err := os.Pipe()
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(reader.Close)
		cmd := start(func(c *exec.Cmd) { c.Stdout = writer }, "run", "-v", "--run", "fields/**", "--report", "json")
		Expect(writer.Close()).To(Succeed())
		_, err = io.ReadFull(reader, make([]byte, 1))
		Expect(err).NotTo(HaveOccurred(), "it writes")
		Expect(cmd.Process.Signal(os.Interrupt)).To(Succeed())
		// The first signal takes its way through the process; each one after it kills.
		Eventually(func() error { return cmd.Process.Signal(os.Interrupt) }, patience, "20ms").WithArguments().
			Should(Or(Succeed(), MatchError(os.ErrProcessDone)))
		status := make(chan syscall.WaitStatus, 1)
		go func() { defer GinkgoRecover(); status <- ended(cmd) }()
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case s := <-status:
				Expect(s.Signaled()).To(BeTrue())
				Expect(s.Signal()).To(Equal(syscall.SIGINT))
				return
			case <-tick.C:
				_ = cmd.Process.Signal(os.Interrupt)
			}
		}
	})

	It("ends serve in good order", func() {
		out, err := os.CreateTemp(GinkgoT().TempDir(), "")
		Expect(err).NotTo(HaveOccurred())
		cmd := start(func(c *exec.Cmd) { c.Stdout = out }, "serve", "--addr", "127.0.0.1:0", "--period", "20ms")
		said := func() string {
			text, _ := os.ReadFile(out.Name())
			return string(text)
		}
		Eventually(said, patience).Should(HavePrefix("serving http://127.0.0.1:"))
		url := strings.Fields(said())[1] // "URL,"
		response, err := http.Get(strings.TrimSuffix(url, ","))
		Expect(err).NotTo(HaveOccurred())
		defer response.Body.Close()
		Expect(response.Header.Get("Content-Type")).To(Equal("text/event-stream"))
		Expect(cmd.Process.Signal(os.Interrupt)).To(Succeed())
		Expect(ended(cmd).ExitStatus()).To(BeZero())
	})
})

var _ = Describe("The process", func() {
	It("has the exit status of the run, its own streams, and the config of its folder", func() {
		var out, errOut bytes.Buffer
		cmd := start(func(c *exec.Cmd) {
			c.Stdout, c.Stderr = &out, &errOut
			Expect(os.WriteFile(filepath.Join(c.Dir, "ssecheck.yaml"), []byte("run: [fields/data/*]\nquiet: true\n"), 0o644)).To(Succeed())
		}, "run")
		Expect(ended(cmd).ExitStatus()).To(BeZero())
		Expect(out.String()).To(HavePrefix("COMPLIANT  "))
		Expect(errOut.String()).To(BeEmpty())
	})

	It("serves on no address that is taken", func() {
		taken := httptest.NewServer(nil)
		DeferCleanup(taken.Close)
		r := ssecheck("serve", "--addr", taken.Listener.Addr().String())
		Expect(r.status).To(Equal(3))
		Expect(r.errOut).To(ContainSubstring("address already in use"))
		Expect(r.errOut).To(ContainSubstring("choose another address with --addr"))
	})
})
