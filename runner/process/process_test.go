//go:build unix

package process_test

import (
	"io"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/process"
	"github.com/ssecheck/ssecheck/runner/process/leaktest"
)

// generous is longer than anything here takes on a busy machine.
const generous = 30 * time.Second

var _ = Describe("Process", func() {
	BeforeEach(func() {
		leaktest.Check()
	})

	start := func(command string, env ...string) *process.Process {
		GinkgoHelper()
		p, err := process.Start(command, env...)
		Expect(err).NotTo(HaveOccurred())
		return p
	}

	It("connects the three streams and tells the exit status", func() {
		p := start("cat; echo $WORD >&2; exit 7", "WORD=oops")
		_, err := io.WriteString(p.Stdin(), "hello")
		Expect(err).NotTo(HaveOccurred())
		p.CloseStdin()
		Expect(io.ReadAll(p.Stdout())).To(BeEquivalentTo("hello"))
		Expect(p.Close(generous)).To(Succeed())
		Expect(p.ExitCode()).To(Equal(7))
		Expect(p.Exit()).To(Equal("exit status 7"))
		Expect(p.Stderr().String()).To(Equal("oops\n"))
	})

	It("tells how much memory the command and its children take", func() {
		if runtime.GOOS != "linux" {
			Skip("the system does not tell")
		}
		p := start("head -c 50000000 /dev/zero | tail -c 50000000 | sleep 60")
		Eventually(p.Resident, generous).Should(BeNumerically(">", 50_000_000))
		Expect(p.Resident()).To(BeNumerically("<", 500_000_000))
		Expect(p.Close(0)).To(MatchError(ContainSubstring("was killed")))
	})

	It("kills what does not end by itself, and says so", func() {
		p := start("trap '' TERM; while :; do sleep 60; done")
		Expect(p.Close(10 * time.Millisecond)).To(MatchError(ContainSubstring("was killed")))
		Expect(p.ExitCode()).To(Equal(-1))
	})

	It("ends the whole group, children of children too", func() {
		p := start("sh -c 'sleep 600 & echo $!; wait'")
		line := make([]byte, 32)
		n, err := p.Stdout().Read(line)
		Expect(err).NotTo(HaveOccurred())
		child, err := strconv.Atoi(strings.TrimSpace(string(line[:n])))
		Expect(err).NotTo(HaveOccurred())
		Expect(syscall.Kill(child, 0)).To(Succeed())
		p.Kill()
		Expect(io.ReadAll(p.Stdout())).To(BeEmpty(), "nobody holds the output any more")
		Expect(p.Close(0)).To(Succeed())
	})

	It("ends what the command leaves behind in its group", func() {
		p := start("sleep 600 &")
		Expect(io.ReadAll(p.Stdout())).To(BeEmpty())
		Expect(p.Close(generous)).To(Succeed())
	})

	It("is not held up by a descendant that left the group and keeps the streams open", func() {
		// setsid leaves a child behind in a session of its own, and ends.
		p := start("exec setsid sleep 5")
		began := time.Now()
		Expect(p.Close(generous)).To(Succeed())
		Expect(time.Since(began)).To(BeNumerically("<", 4*time.Second))
	})

	It("ends a read that is under way when it is aborted", func() {
		p := start("sleep 600")
		read := make(chan error, 1)
		go func() {
			_, err := io.ReadAll(p.Stdout())
			read <- err
		}()
		p.Abort()
		Eventually(read, generous).Should(Receive())
		Expect(p.Close(0)).To(Succeed())
	})

	It("runs a program with its arguments as they are, without a shell", func() {
		p, err := process.StartProgram("/bin/echo", []string{"$WORD", "a  b"}, "WORD=oops")
		Expect(err).NotTo(HaveOccurred())
		Expect(io.ReadAll(p.Stdout())).To(BeEquivalentTo("$WORD a  b\n"))
		Expect(p.Close(generous)).To(Succeed())
	})

	It("lets a command that is asked to stop end in its own way", func() {
		p := start("trap 'echo bye >&2; exit 3' TERM; echo ready; while :; do sleep 0.01; done")
		_, err := p.Stdout().Read(make([]byte, 16))
		Expect(err).NotTo(HaveOccurred())
		p.Stop(generous)
		Expect(p.ExitCode()).To(Equal(3))
		Expect(p.Stderr().String()).To(HaveSuffix("bye\n"))
		Expect(p.Close(0)).To(Succeed())
	})

	It("lets the rest of the group end in its own way too, though the command is gone already", func() {
		p := start("(trap 'sleep 0.2; echo bye >&2; exit' TERM; echo ready; while :; do sleep 0.01; done) & wait")
		_, err := p.Stdout().Read(make([]byte, 16))
		Expect(err).NotTo(HaveOccurred())
		p.Stop(2 * time.Second)
		Expect(p.Stderr().String()).To(ContainSubstring("bye"))
		Expect(p.Close(0)).To(Succeed())
	})

	It("kills a command that is asked to stop and does not", func() {
		p := start("trap '' TERM; echo ready; while :; do sleep 60; done")
		_, err := p.Stdout().Read(make([]byte, 16))
		Expect(err).NotTo(HaveOccurred())
		p.Stop(10 * time.Millisecond)
		Expect(p.ExitCode()).To(Equal(-1))
		Expect(p.Close(0)).To(Succeed())
	})

	It("may be ended more than once, from anywhere", func() {
		p := start("sleep 600")
		done := make(chan struct{})
		go func() { defer close(done); p.Kill() }()
		p.Abort()
		<-done
		Expect(p.Close(0)).To(Succeed())
		Expect(p.Close(0)).To(Succeed())
	})
})

var _ = Describe("Tail", func() {
	It("keeps the end of what is written, however it is cut", func() {
		whole := make([]byte, 1000)
		for i := range whole {
			whole[i] = byte('a' + i%26)
		}
		for size := 1; size < 60; size++ {
			tail := process.NewTail(50)
			for i := 0; i < len(whole); i += size {
				_, err := tail.Write(whole[i:min(len(whole), i+size)])
				Expect(err).NotTo(HaveOccurred())
			}
			Expect(tail.String()).To(Equal(string(whole[950:])), "in pieces of %d", size)
			Expect(tail.Total()).To(BeEquivalentTo(1000))
		}
	})

	It("tells what came since a mark", func() {
		tail := process.NewTail(10)
		_, _ = io.WriteString(tail, "first ")
		mark := tail.Total()
		Expect(tail.Since(mark)).To(BeEmpty())
		_, _ = io.WriteString(tail, "second")
		Expect(tail.Since(mark)).To(Equal("second"))
		Expect(tail.Since(0)).To(Equal("rst second"))
	})
})
