package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/refserver"
)

// few is a selection that takes no time.
var few = []string{"--run", "fields/data/one-line", "--run", "fields/data/two-lines", "--run", "fields/data/five-lines"}

func with(args ...string) []string { return append(append([]string{"run"}, few...), args...) }

var _ = Describe("A run", func() {
	It("plays the reference parser and client when nothing else is named, and exits with 0", func() {
		r, result := report(with()...)
		Expect(result.status).To(BeZero(), result.errOut)
		Expect(result.errOut).To(BeEmpty())
		Expect(result.out).To(ContainSubstring("COMPLIANT  "))
		Expect(r.Verdict).To(Equal(reports.Compliant))
		Expect(r.Subjects).To(HaveLen(2))
		for i, role := range []reports.Role{reports.RoleParser, reports.RoleClient} {
			Expect(r.Subjects[i].Role).To(Equal(role))
			Expect(r.Subjects[i].Summary.Pass).To(Equal(len(few) / 2))
		}
		Expect(r.Tool.Name).To(Equal("ssecheck"))
		Expect(r.Tool.Corpus).To(HavePrefix("sha256:"))
	})

	It("judges a one-shot parser", func() {
		r, result := report(with("--parser", as("good"))...)
		Expect(result.status).To(BeZero(), result.out+result.errOut)
		Expect(r.Subjects[0].Summary.Pass).To(Equal(3))
	})

	It("exits with 1 when a MUST fails, and shows how to play the case alone", func() {
		r, result := report(with("--parser", as("broken"))...)
		Expect(result.status).To(Equal(1), result.out+result.errOut)
		Expect(result.errOut).To(BeEmpty(), "the report has said it")
		Expect(result.out).To(ContainSubstring("NOT COMPLIANT"))
		failed := r.Subjects[0].Results[0]
		Expect(failed.Verdict).To(Equal(reports.Fail))
		Expect(failed.Transcript).NotTo(BeEmpty())
		Expect(failed.Reproduce).To(HavePrefix("ssecheck run --parser "))
		Expect(failed.Reproduce).To(HaveSuffix("--run " + failed.Case))
		Expect(result.out).To(ContainSubstring(failed.Reproduce))
	})

	It("prints the verdict alone with -q, and what passed with -v", func() {
		quiet := ssecheck(with("-q", "--parser", as("good"))...).out
		Expect(quiet).To(HavePrefix("COMPLIANT  "))
		Expect(quiet).To(HaveSuffix("\n  3 of 3 cases passed\n"))
		Expect(quiet).NotTo(ContainSubstring("\n\n"), "a page has parts, a verdict has none")
		Expect(ssecheck(with("-v")...).out).To(ContainSubstring("pass  fields/data/"))
	})

	It("keeps the transcripts of what passed with -v only", func() {
		r, _ := report(with()...)
		Expect(r.Subjects[0].Results[0].Transcript).To(BeEmpty())
		r, _ = report(with("-v")...)
		Expect(r.Subjects[0].Results[0].Transcript).NotTo(BeEmpty())
	})

	It("gives standard output to another report that asks for it", func() {
		r := ssecheck(with("--report", "json")...)
		Expect(r.status).To(BeZero())
		Expect(isJSON(r.out)).To(BeTrue())
		Expect(ssecheck(with("--report", "json=-")...).out).To(HavePrefix("{"))
		Expect(ssecheck(with("--report", "junit")...).out).To(HavePrefix("<?xml"))
	})

	It("writes several reports at once, and pretty to standard output", func() {
		folder := GinkgoT().TempDir()
		json, xml, page := filepath.Join(folder, "r.json"), filepath.Join(folder, "r.xml"), filepath.Join(folder, "r.txt")
		r := ssecheck(with("--report", "json="+json, "--report", "junit="+xml, "--report", "pretty="+page)...)
		Expect(r.status).To(BeZero())
		Expect(r.out).To(ContainSubstring("COMPLIANT"))
		Expect(os.ReadFile(json)).To(HavePrefix("{"))
		Expect(os.ReadFile(xml)).To(HavePrefix("<?xml"))
		Expect(os.ReadFile(page)).To(ContainSubstring("COMPLIANT"))
		left, err := os.ReadDir(folder)
		Expect(err).NotTo(HaveOccurred())
		Expect(left).To(HaveLen(3), "no temporary file is left")
	})

	It("plays nothing when a report cannot be written", func() {
		for _, place := range []string{"/not/there/r.json", GinkgoT().TempDir()} {
			r := ssecheck(with("--parser", as("good"), "--report", "json="+place)...)
			Expect(r.status).To(Equal(2))
			Expect(r.errOut).To(ContainSubstring("ssecheck: --report json=" + place))
			Expect(r.errOut).To(ContainSubstring("choose a file that can be written"))
			Expect(r.out).To(BeEmpty())
		}
	})

	It("leaves the old report when a run is not carried out", func() {
		file := write("r.json", "old")
		Expect(ssecheck("run", "--target", "http://127.0.0.1:1/", "--report", "json="+file).status).To(Equal(3))
		Expect(os.ReadFile(file)).To(BeEquivalentTo("old"))
		Expect(os.ReadDir(filepath.Dir(file))).To(HaveLen(1))
	})

	It("plans without playing", func() {
		r := ssecheck(with("--dry-run")...)
		Expect(r.status).To(BeZero())
		Expect(r.out).To(MatchRegexp(`(?m)^  play  fields/data/\S+ +must, variants: \d+$`))
		Expect(r.out).To(MatchRegexp(`(?m)^\d+ cases to play in \d+ variants, 0 to skip$`))
	})

	It("judges nothing where nothing is selected, and says so", func() {
		r := ssecheck("run", "--run", "level:should", "--level", "must", "--label-filter", "should")
		Expect(r.status).To(Equal(3), r.errOut)
		Expect(r.errOut).To(ContainSubstring("the selection names no case"))
	})

	It("says when no selected case is for the subject", func() {
		target := stream()
		r := ssecheck(with("--target", target)...)
		Expect(r.status).To(Equal(3))
		Expect(r.errOut).To(ContainSubstring("no selected case is for the server " + target))
		Expect(r.errOut).To(ContainSubstring("nothing was judged"))
	})

	It("adds the user's own cases", func() {
		folder := filepath.Dir(write("mine.yaml", `suite: mine
title: My own
cases:
  - id: one
    title: A case of my own
    level: must
    requirements: [parse.data.append]
    stream: ["data: a\n\n"]
    expect:
      - data: a
`))
		r, result := report("run", "--cases", folder, "--run", "mine/**", "--parser", as("broken"))
		Expect(result.status).To(Equal(1), result.errOut)
		Expect(r.Subjects[0].Results).To(HaveLen(1))
		Expect(r.Subjects[0].Results[0].Reproduce).To(HavePrefix("ssecheck run --cases " + folder + " --parser "))
		builtin, _ := report(with()...)
		Expect(r.Tool.Corpus).NotTo(Equal(builtin.Tool.Corpus))
	})

	It("shows a broken case file's mistakes, each at its line", func() {
		folder := filepath.Dir(write("mine.yaml", "suite: mine\ntitle: x\ncases:\n  - id: a\n    titel: y\n"))
		r := ssecheck("run", "--cases", folder)
		Expect(r.status).To(Equal(2))
		Expect(r.errOut).To(MatchRegexp(`mine\.yaml:5:5: unknown key "titel"`))
		Expect(r.errOut).To(ContainSubstring("    titel: y\n"))
		Expect(r.out).To(BeEmpty())
	})
})

var _ = Describe("A known-failing list", func() {
	It("is written with every failure, and then changes the exit status and nothing else", func() {
		list := filepath.Join(GinkgoT().TempDir(), "known.yaml")
		broken := with("--parser", as("broken"))
		Expect(ssecheck(append(broken, "--write-known-failing", list)...).status).To(Equal(1))
		r, result := report(append(broken, "--known-failing", list)...)
		Expect(result.status).To(BeZero(), result.out+result.errOut)
		Expect(result.out).To(ContainSubstring("NOT COMPLIANT"))
		Expect(result.out).To(ContainSubstring("Known failures: "))
		Expect(r.Verdict).To(Equal(reports.NotCompliant))
		Expect(r.Subjects[0].Results[0].ExpectedFailure).To(BeTrue())
	})

	It("fails the run when a listed case passes", func() {
		r, result := report(with("--known-failing", write("known.yaml", "- {case: fields/data/*, reason: it was broken}\n"))...)
		Expect(result.status).To(Equal(1))
		Expect(result.out).To(ContainSubstring("listed because: it was broken"))
		Expect(r.Subjects[0].Results[0].UnexpectedPass).To(BeTrue())
	})

	It("does not fail the run when a listed case passes that fails now and then, and keeps it", func() {
		list := write("known.yaml", "- {case: fields/data/*, reason: waits at random, sometimes: true}\n")
		r, result := report(with("--known-failing", list, "--write-known-failing", list)...)
		Expect(result.status).To(BeZero(), result.out+result.errOut)
		Expect(r.Subjects[0].Results[0].UnexpectedPass).To(BeFalse())
		Expect(os.ReadFile(list)).To(ContainSubstring("waits at random\"\n  sometimes: true"))
	})

	It("keeps the reasons of what still fails when it is written anew, and drops what passes", func() {
		one, _ := report(with("--parser", as("broken"))...)
		failing := one.Subjects[0].Results[0].Case
		list := write("known.yaml", fmt.Sprintf("- {case: %s, reason: my own words, issue: https://example.org/1}\n- {case: lines/**, reason: not played now}\n", failing))
		Expect(ssecheck(with("--parser", as("broken"), "--known-failing", list, "--write-known-failing", list)...).status).To(Equal(1))
		text, err := os.ReadFile(list)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(text)).To(ContainSubstring("my own words"))
		Expect(string(text)).To(ContainSubstring("not played now"))
		Expect(strings.Count(string(text), "case: \""+failing+"\"")).To(Equal(1))
		Expect(ssecheck(with("--known-failing", list, "--write-known-failing", list)...).status).To(Equal(1), "it passes on the reference parser")
		Expect(os.ReadFile(list)).NotTo(ContainSubstring("my own words"))
	})

	It("is an error when an entry names nothing or has no reason", func() {
		r := ssecheck(with("--known-failing", write("known.yaml", "- {case: fields/dat/x, reason: y}\n- case: fields/data/*\n"))...)
		Expect(r.status).To(Equal(2))
		Expect(r.errOut).To(ContainSubstring("known.yaml:2"))
	})
})

var _ = Describe("A subject that does not work", func() {
	DescribeTable("ends the run with status 3, is named, and gives no orders",
		func(want string, args ...string) {
			r := ssecheck(append([]string{"run", "--run", "fields/data/*"}, args...)...)
			Expect(r.status).To(Equal(3), r.out+r.errOut)
			Expect(r.errOut).To(HavePrefix("ssecheck: "))
			Expect(r.errOut).To(ContainSubstring(want))
			for _, c := range r.errOut + r.out {
				Expect(c == '\n' || unicode.IsPrint(c)).To(BeTrue(), "%U in %q", c, r.errOut)
			}
			for line := range strings.SplitSeq(r.errOut+r.out, "\n") {
				Expect(strings.TrimSpace(line)).NotTo(HavePrefix("::"))
			}
		},
		Entry("an adapter that is not there", "no-such-program-here", "--parser", "no-such-program-here"),
		Entry("an adapter that crashes at once", "exit status 7", "--parser", as2("crash")),
		Entry("an adapter that prints garbage", "Hello", "--parser", as2("garbage")),
	)

	It("may be a target that cannot be reached", func() {
		r := ssecheck("run", "--target", "http://127.0.0.1:1/events")
		Expect(r.status).To(Equal(3))
		Expect(r.errOut).To(HavePrefix("ssecheck: http://127.0.0.1:1/events: "))
		Expect(r.errOut).To(ContainSubstring("connection refused"))
		Expect(r.errOut).To(ContainSubstring("start the server"))
		Expect(r.out).To(BeEmpty())
	})

	It("may be a target that answers HTML", func() {
		html := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<title>\x1b[2J</title>")
		}))
		DeferCleanup(html.Close)
		r := ssecheck("run", "--target", html.URL)
		Expect(r.status).To(Equal(3))
		Expect(r.errOut).To(ContainSubstring(`text/html`))
		Expect(r.errOut).To(ContainSubstring("give the URL of its event stream"))
	})
})

// as2 is as, for tables, which are made before any test runs.
func as2(what string) string {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return "SSECHECK_TEST_AS=" + what + " exec " + quote(self)
}

// stream is the URL of a reference server that lives as long as the test.
func stream() string {
	GinkgoHelper()
	listener, err := refserver.Start(GinkgoT().Context(), "127.0.0.1:0", refserver.Options{Period: embeddedPeriod})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(listener.Close)
	return listener.URL + "/ticker"
}

var _ = Describe("A secret from the environment", func() {
	It("reaches the server, and no report and no error", func() {
		const secret = "hunter2-and-more"
		got := make(chan string, 1000)
		inner := refserver.New(refserver.Options{Period: embeddedPeriod})
		DeferCleanup(inner.Close)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case got <- r.Header.Get("X-Token"):
			default:
			}
			w.Header().Set("X-Echo", r.Header.Get("X-Token"))
			inner.ServeHTTP(w, r)
		}))
		DeferCleanup(server.CloseClientConnections)

		file := filepath.Join(GinkgoT().TempDir(), "r.json")
		r := ssecheckWith(GinkgoT().Context(), []string{"TOKEN=" + secret}, "run", "--target", server.URL+"/ticker",
			"-H", "X-Token: ${TOKEN}", "-H", "Authorization: Bearer literal-secret", "--run", "server/http/*", "-v",
			"--report", "json="+file, "--report", "junit="+filepath.Join(filepath.Dir(file), "r.xml"))
		Expect(<-got).To(Equal(secret))
		Expect(r.out + r.errOut).NotTo(ContainSubstring(secret))
		for _, name := range []string{"r.json", "r.xml"} {
			text, err := os.ReadFile(filepath.Join(filepath.Dir(file), name))
			Expect(err).NotTo(HaveOccurred())
			Expect(string(text)).NotTo(ContainSubstring(secret))
			Expect(string(text)).NotTo(ContainSubstring("literal-secret"))
		}
		stored := readReport(file)
		reproduce := ""
		for _, result := range stored.Subjects[0].Results {
			reproduce = result.Reproduce
			for _, entry := range result.Transcript {
				Expect(string(entry.Bytes) + entry.Text).NotTo(Or(ContainSubstring(secret), ContainSubstring("literal-secret")))
			}
		}
		Expect(reproduce).To(ContainSubstring(`--header 'X-Token: ${TOKEN}'`))
		Expect(reproduce).To(ContainSubstring(`--header 'Authorization: [redacted]'`))
	})

	It("may be a part of the URL or a cookie", func() {
		const secret = "a/b+c=d&e f"
		asked, inner := make(chan *http.Request, 1000), ticker()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case asked <- r:
			default:
			}
			inner.ServeHTTP(w, r)
		}))
		DeferCleanup(server.CloseClientConnections)
		file := filepath.Join(GinkgoT().TempDir(), "r.json")
		r := ssecheckWith(GinkgoT().Context(), []string{"TOKEN=" + secret, "SID=session-4711"}, "run",
			"--target", server.URL+"/ticker?token=${TOKEN}", "-H", "Cookie: sid=${SID}", "--run", "server/http/status-200",
			"-v", "--report", "json="+file, "--report", "pretty")
		Expect(r.status).To(BeZero(), r.errOut)
		got := <-asked
		Expect(got.URL.Query().Get("token")).To(Equal(secret))
		Expect(got.Header.Get("Cookie")).To(Equal("sid=session-4711"))
		for _, place := range []string{r.out, r.errOut, string(text(file))} {
			Expect(place).NotTo(ContainSubstring("a%2Fb"))
			Expect(place).NotTo(ContainSubstring("session-4711"))
		}
		Expect(readReport(file).Subjects[0].Results[0].Reproduce).To(ContainSubstring("token=${TOKEN}"))
	})

	It("is in no error", func() {
		const secret = "hunter2-and-more"
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///"+r.URL.Query().Get("token"), http.StatusFound)
		}))
		DeferCleanup(server.Close)
		r := ssecheckWith(GinkgoT().Context(), []string{"TOKEN=" + secret}, "run", "--target", server.URL+"/?token=${TOKEN}")
		Expect(r.status).To(Equal(3))
		Expect(r.errOut).To(ContainSubstring("file:///[redacted]"))
		Expect(r.errOut).NotTo(ContainSubstring(secret))

		r = ssecheckWith(GinkgoT().Context(), nil, "run", "--target", server.URL+"/?token=${TOKEN}")
		Expect(r.status).To(Equal(2))
		Expect(r.errOut).To(ContainSubstring("the environment has no TOKEN"))
	})
})
