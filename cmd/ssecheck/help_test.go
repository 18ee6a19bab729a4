package main

import (
	"bytes"
	"strings"

	"github.com/charmbracelet/x/ansi"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/spf13/cobra"
)

// each calls visit with every command, the root first.
func each(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, sub := range cmd.Commands() {
		each(sub, visit)
	}
}

var _ = Describe("Help", func() {
	root := newRootCommand(&app{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}})

	It("is narrow, and shows examples first", func() {
		each(root, func(cmd *cobra.Command) {
			args := append(strings.Fields(cmd.CommandPath())[1:], "--help")
			r := ssecheck(args...)
			Expect(r.status).To(BeZero(), cmd.CommandPath())
			Expect(r.errOut).To(BeEmpty())
			for line := range strings.SplitSeq(r.out, "\n") {
				Expect(ansi.StringWidth(line)).To(BeNumerically("<", 100), "%s: %s", cmd.CommandPath(), line)
			}
			if cmd.Name() == "help" {
				return // cobra's own
			}
			Expect(cmd.Short).NotTo(BeEmpty(), cmd.CommandPath())
			Expect(strings.Index(r.out, "Examples")).To(And(BeNumerically(">", 0), BeNumerically("<", len(cmd.CommandPath())+len(cmd.Short)+8)),
				"%s shows no example first", cmd.CommandPath())
			Expect(cmd.Example).To(ContainSubstring(cmd.CommandPath()), "an example that can be typed")
		})
	})

	It("comes without a command, too, and with help", func() {
		Expect(ssecheck().out).To(Equal(ssecheck("--help").out))
		Expect(ssecheck("help", "run").out).To(Equal(ssecheck("run", "--help").out))
	})

	It("lists every flag under a heading", func() {
		text := ssecheck("run", "--help").out
		for _, flag := range []string{"--target", "--parser", "--client", "--client-service", "--browser", "-H, --header", "-X, --method", "--body", "--http", "--cacert", "--cert", "--key",
			"--insecure", "--unix-socket", "--via", "--observe", "--connections", "--run", "--skip", "--label-filter", "--level", "--cases", "--shard", "--dry-run",
			"--known-failing", "--write-known-failing", "--strict", "--allow-incomplete", "--timeout", "--deadline", "--parallel",
			"--report", "-v, --verbose", "-q, --quiet", "--no-color", "--fail-fast", "--config", "--max-line", "--max-output", "--restarts"} {
			Expect(text).To(ContainSubstring("  "+flag+" "), flag)
		}
		Expect(text).NotTo(ContainSubstring("\nFlags\n"), "a flag of no group")
	})
})

var _ = Describe("Wrong usage", func() {
	DescribeTable("ends with status 2, says what is wrong and what to do, and plays nothing",
		func(want string, args ...string) {
			r := ssecheck(args...)
			Expect(r.status).To(Equal(2), r.errOut)
			Expect(r.errOut).To(HavePrefix("ssecheck: "))
			Expect(r.errOut).To(ContainSubstring(want))
			Expect(r.out).To(BeEmpty())
		},
		Entry("a command with a slip", `there is no command "rnu"; did you mean run?`, "rnu"),
		Entry("no such command", `there is no command "frobnicate"; ssecheck --help lists them`, "frobnicate"),
		Entry("a flag with a slip", "unknown flag: --targt; did you mean --target", "run", "--targt", "x"),
		Entry("no such flag", "unknown flag: --frobnicate; ssecheck run --help lists the flags", "run", "--frobnicate"),
		Entry("an argument", `ssecheck run takes no argument, and got "x"`, "run", "x"),
		Entry("no duration", `missing unit in duration "5"`, "run", "--timeout", "5"),
		Entry("a time that is over", "are times to come", "run", "--timeout=-5s"),
		Entry("no number", `invalid argument "many"`, "run", "--parallel", "many"),
		Entry("less than a connection", "--connections -1", "run", "--target", "http://127.0.0.1:1/", "--connections=-1"),
		Entry("less than nothing at a time", "--parallel -1", "run", "--parallel=-1"),
		Entry("quiet and verbose", "-v and -q contradict each other", "run", "-v", "-q"),
		Entry("no URL", `--target "127.0.0.1:80" is no URL of a server; write it as http://HOST:PORT/PATH`, "run", "--target", "127.0.0.1:80"),
		Entry("another scheme", `is no URL of a server`, "run", "--target", "ftp://127.0.0.1/"),
		Entry("an empty command", "--parser is empty", "run", "--parser", " "),
		Entry("an empty client", "--client is empty", "run", "--client", " "),
		Entry("no URL of a service", `--client-service "127.0.0.1:80" is no URL of a test service`, "run", "--client-service", "127.0.0.1:80"),
		Entry("an empty browser", "--browser is empty", "run", "--browser", ""),
		Entry("a header without a colon", `-H "Accept" is no header`, "run", "--target", "http://127.0.0.1:1", "-H", "Accept"),
		Entry("a header with a space in its name", `is no header`, "run", "--target", "http://127.0.0.1:1", "-H", "A b: c"),
		Entry("a header with a line end", `holds a control character`, "run", "--target", "http://127.0.0.1:1", "-H", "A: b\r\nC: d"),
		Entry("a variable that is not set", `the environment has no NOT_SET; set it, or take ${NOT_SET} out`, "run", "--target", "http://127.0.0.1:1", "-H", "A: ${NOT_SET}"),
		Entry("a header without a server", "need a --target", "run", "--parser", "x", "-H", "A: b"),
		Entry("a certificate without a key", "--cert and --key need each other", "run", "--target", "https://127.0.0.1:1", "--cert", "x"),
		Entry("a body that is not there", "--body: ", "run", "--target", "http://127.0.0.1:1", "--body", "@/not/there"),
		Entry("an unknown format", `--report tap: there is no format "tap"; the formats are pretty, json, junit`, "run", "--report", "tap"),
		Entry("an empty format", `there is no format ""`, "run", "--report", "=x"),
		Entry("a report without its file", "names no file", "run", "--report", "json="),
		Entry("two reports on standard output", "both go to standard output", "run", "--report", "json", "--report", "junit"),
		Entry("a pattern with a slip", "did you mean", "run", "--run", "fields/dat/**"),
		Entry("a pattern to skip that names nothing", "names no case", "run", "--skip", "nothing/at-all"),
		Entry("no level", "the levels are", "run", "--level", "ought"),
		Entry("no shard", "shard", "run", "--shard", "5/4"),
		Entry("no label filter", "", "run", "--label-filter", "a &&"),
		Entry("no folder of cases", "--cases: stat /not/there", "run", "--cases", "/not/there"),
		Entry("no list", "--known-failing: ", "run", "--known-failing", "/not/there"),
		Entry("no config", "read the config: ", "run", "--config", "/not/there"),
		Entry("no shell", "completion takes the name of one shell: bash, zsh, fish, powershell", "completion"),
		Entry("an unknown shell", `there is no completion for "tcsh"`, "completion", "tcsh"),
		Entry("an argument of version", "takes no argument", "version", "x"),
		Entry("an argument of serve", "takes no argument", "serve", "x"),
	)
})

var _ = Describe("version", func() {
	It("names itself, the corpus and what it was built with", func() {
		r := ssecheck("version")
		Expect(r.status).To(BeZero())
		Expect(r.out).To(MatchRegexp(`^ssecheck \S+\ncorpus   sha256:[0-9a-f]+ \(\d+ cases\)\nbuilt    go1\.\S+ \w+/\w+\n$`))
	})
})

var _ = Describe("completion", func() {
	DescribeTable("writes a script", func(shell string) {
		r := ssecheck("completion", shell)
		Expect(r.status).To(BeZero())
		Expect(r.out).To(ContainSubstring("ssecheck"))
	}, Entry("bash", "bash"), Entry("zsh", "zsh"), Entry("fish", "fish"), Entry("PowerShell", "powershell"))

	It("offers the names of cases, and of formats", func() {
		Expect(ssecheck("__complete", "run", "--run", "fields/data/").out).To(ContainSubstring("\nfields/data/"))
		Expect(ssecheck("__complete", "run", "--report", "").out).To(HavePrefix("pretty\njson\njunit\n"))
	})
})
