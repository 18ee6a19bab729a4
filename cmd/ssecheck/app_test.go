package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/spf13/pflag"
)

// onTerminal runs the command as on a terminal of 100 columns.
func onTerminal(env []string, args ...string) result {
	GinkgoHelper()
	var out, errOut bytes.Buffer
	a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &errOut, env: env,
		terminal: func(any) (int, bool) { return 100, true }}
	return result{a.run(context.Background(), args), out.String(), errOut.String()}
}

// forced makes the colour detection believe in a terminal.
var forced = []string{"TERM=xterm-256color", "TTY_FORCE=1"}

var _ = Describe("Progress", func() {
	It("goes to a terminal on standard error, and is gone at the end", func() {
		r := onTerminal(nil, with()...)
		Expect(r.status).To(BeZero())
		Expect(r.errOut).To(MatchRegexp(`\r\x1b\[K\d+/\d+`))
		Expect(r.errOut).To(HaveSuffix("\r\x1b[K"))
		Expect(r.out).NotTo(ContainSubstring("\r"))
	})

	It("is gone before an error is shown", func() {
		r := onTerminal(nil, "run", "--target", "http://127.0.0.1:1/")
		Expect(r.errOut).To(HavePrefix("ssecheck: "))
	})

	It("does not go to a file, nor to a CI system's log", func() {
		Expect(ssecheck(with()...).errOut).To(BeEmpty())
		Expect(onTerminal([]string{"CI=true"}, with()...).errOut).To(BeEmpty())
	})
})

var _ = Describe("Colour", func() {
	It("is there on a terminal, and gone with --no-color or NO_COLOR", func() {
		Expect(onTerminal(forced, with()...).out).To(ContainSubstring("\x1b[32m"), "green")
		Expect(onTerminal(forced, with("--no-color")...).out).NotTo(ContainSubstring("\x1b[32m"))
		Expect(onTerminal(append([]string{"NO_COLOR=yes"}, forced...), with()...).out).NotTo(ContainSubstring("\x1b[32m"))
		Expect(onTerminal(append([]string{"NO_COLOR="}, forced...), with()...).out).To(ContainSubstring("\x1b[32m"), "empty counts as unset")
		Expect(ssecheck(with()...).out).NotTo(ContainSubstring("\x1b"))
	})

	It("never goes into a file", func() {
		file := filepath.Join(GinkgoT().TempDir(), "page")
		onTerminal(forced, with("--report", "pretty="+file)...)
		Expect(os.ReadFile(file)).NotTo(ContainSubstring("\x1b"))
	})
})

var _ = Describe("A panic", func() {
	It("is told in a line, without a stack trace", func() {
		var errOut bytes.Buffer
		a := &app{stdout: panicking{}, stderr: &errOut, terminal: terminal}
		Expect(a.run(context.Background(), []string{"version"})).To(Equal(3))
		Expect(errOut.String()).To(Equal("ssecheck: ssecheck itself is broken: no way; please report this with the command that you typed\n"))
	})
})

type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("no way") }

var _ = Describe("The command that plays a case again", func() {
	It("holds the flags of the target as they were typed", func() {
		f := &runFlags{}
		set := pflag.NewFlagSet("run", pflag.ContinueOnError)
		f.define(set)
		Expect(set.Parse([]string{"--target", "http://127.0.0.1/a b", "-H", "A: it's", "-H", "B: ${C}", "-X", "POST",
			"--insecure", "--observe", "31s", "--connections", "500", "--strict"})).To(Succeed())
		Expect(typed(set, "target", f.targets[0])).To(Equal(
			`--target 'http://127.0.0.1/a b' --header 'A: it'\''s' --header 'B: ${C}' --method POST --insecure --observe 31s --connections 500`))
	})

	DescribeTable("quotes for the shell",
		func(word, want string) { Expect(quote(word)).To(Equal(want)) },
		Entry("a plain word", "http://127.0.0.1:80/x?", `'http://127.0.0.1:80/x?'`),
		Entry("nothing", "", "''"),
		Entry("a path", "./parse", "./parse"),
		Entry("a dollar", "$HOME", "'$HOME'"),
		Entry("a quote", "a'b", `'a'\''b'`),
	)
})
