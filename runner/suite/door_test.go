package suite_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"testing/fstest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/refserver"
	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/runner/suite"
	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// fixture names the test that a child process of this binary runs: tests that
// must fail are run there, and their output is looked at here.
const fixture = "SSECHECK_TEST_FIXTURE"

// TestFixture runs one of the tests below, in a child process only.
func TestFixture(t *testing.T) {
	test, ok := fixtures[os.Getenv(fixture)]
	if !ok {
		t.Skip("only in a child process")
	}
	test(t)
}

// right is a parser without a fault.
func right(r io.Reader, emit func(spec.Event)) error {
	d := spec.NewDecoder(r)
	for {
		v, err := d.Next()
		if err != nil {
			return ignoreEOF(err)
		}
		emit(v.Event())
	}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// spaceKept is a parser that keeps the space after the colon.
func spaceKept(r io.Reader, emit func(spec.Event)) error {
	return right(&spaceDoubler{r: r}, emit)
}

// spaceDoubler writes a second space after each ": ".
type spaceDoubler struct {
	r    io.Reader
	rest []byte
}

func (d *spaceDoubler) Read(p []byte) (int, error) {
	if len(d.rest) == 0 {
		buf := make([]byte, 1<<20)
		n, err := d.r.Read(buf)
		if n == 0 {
			return 0, err
		}
		d.rest = bytes.ReplaceAll(buf[:n], []byte(": "), []byte(":  "))
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// own is a corpus with one case.
func own(level string) fstest.MapFS {
	return fstest.MapFS{"own.yaml": {Data: []byte(`suite: own
title: A corpus of one case
cases:
  - id: greeting
    title: The greeting arrives whole
    level: ` + level + `
    requirements: [parse.data.append]
    stream: ["data: hello\n", "data: world\n\n"]
    expect:
      - data: "hello\nworld"
`)}}
}

func list(t *testing.T, text string) string {
	file := filepath.Join(t.TempDir(), "known.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const knownGreeting = "- {case: own/greeting, reason: the library keeps the space}\n"

var fixtures = map[string]func(t *testing.T){
	"right":  func(t *testing.T) { suite.TestParser(t, right, suite.Run("fields/**")) },
	"broken": func(t *testing.T) { suite.TestParser(t, spaceKept, suite.Cases(own("must")), suite.Run("own/*")) },
	"should": func(t *testing.T) { suite.TestParser(t, spaceKept, suite.Cases(own("should")), suite.Run("own/*")) },
	"strict": func(t *testing.T) {
		suite.TestParser(t, spaceKept, suite.Cases(own("should")), suite.Run("own/*"), suite.Strict())
	},
	"known": func(t *testing.T) {
		suite.TestParser(t, spaceKept, suite.Cases(own("must")), suite.Run("own/*"), suite.KnownFailing(list(t, knownGreeting)))
	},
	"stale": func(t *testing.T) {
		suite.TestParser(t, right, suite.Cases(own("must")), suite.Run("own/*"), suite.KnownFailing(list(t, knownGreeting)))
	},
	"sometimes": func(t *testing.T) {
		suite.TestParser(t, right, suite.Cases(own("must")), suite.Run("own/*"),
			suite.KnownFailing(list(t, "- {case: own/greeting, reason: at random, sometimes: true}\n")))
	},
	"tolerate": func(t *testing.T) {
		suite.TestParser(t, spaceKept, suite.Cases(own("must")), suite.Run("own/*"), suite.Tolerate("parse.data.append"))
	},
	"no-rule": func(t *testing.T) { suite.TestParser(t, right, suite.Tolerate("parse.no.such")) },
	"no-case": func(t *testing.T) { suite.TestParser(t, right, suite.Run("no/such/case")) },
	"no-role": func(t *testing.T) { suite.TestParser(t, right, suite.Run("server/**")) },
	"level": func(t *testing.T) {
		suite.TestParser(t, spaceKept, suite.Cases(own("should")), suite.Run("own/*"), suite.Level(requirements.Must))
	},
	"hangs": func(t *testing.T) {
		suite.TestParser(t, func(r io.Reader, _ func(spec.Event)) error {
			for {
				_, _ = r.Read(make([]byte, 1))
			}
		}, suite.Cases(own("must")), suite.Run("own/*"), suite.Timeout(20*time.Millisecond))
	},
	"nobody": func(t *testing.T) { suite.TestServer(t, "http://127.0.0.1:1/") },
	"unjudged": func(t *testing.T) {
		suite.TestSubject(t, unplayable{suite.Parser(right)}, suite.Cases(own("must")), suite.Run("own/*"))
	},
	"problem": func(t *testing.T) {
		suite.TestSubject(t, complaining{suite.Parser(right)}, suite.Cases(own("must")), suite.Run("own/*"))
	},
	"html": func(t *testing.T) {
		suite.TestHandler(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<p>hello")
		}), suite.Run("server/http/**"), suite.Server(server.Options{Observe: 200 * time.Millisecond}))
	},
}

// child runs a fixture and returns what it printed, and whether it passed.
func child(ctx SpecContext, name string) (output string, passed bool) {
	GinkgoHelper()
	self, err := os.Executable()
	Expect(err).NotTo(HaveOccurred())
	cmd := exec.CommandContext(ctx, self, "-test.run=^TestFixture$", "-test.v")
	cmd.Env = append(os.Environ(), fixture+"="+name, "GORACE=atexit_sleep_ms=0")
	out, err := cmd.CombinedOutput()
	AddReportEntry("output", string(out), ReportEntryVisibilityFailureOrVerbose)
	return string(out), err == nil
}

// subtests counts the subtests that ended so: PASS, FAIL or SKIP.
func subtests(output, how string) int {
	return len(regexp.MustCompile(`(?m)^ +--- `+how+`: `).FindAllString(output, -1))
}

var _ = Describe("the door for package testing", func() {
	It("passes a right parser, in a subtest for each case", func(ctx SpecContext) {
		out, passed := child(ctx, "right")
		Expect(passed).To(BeTrue(), out)
		Expect(out).To(ContainSubstring("--- PASS: TestFixture/fields/data/"))
		Expect(subtests(out, "PASS")).To(BeNumerically(">", 5))
		Expect(subtests(out, "FAIL")).To(BeZero())
	})

	It("fails the subtest of a broken rule, and tells rule, link, wire and diff", func(ctx SpecContext) {
		out, passed := child(ctx, "broken")
		Expect(passed).To(BeFalse())
		Expect(subtests(out, "FAIL")).To(Equal(1))
		for _, words := range []string{
			"--- FAIL: TestFixture/own/greeting",
			"The greeting arrives whole",
			`event 1 of 1: expected data "hello\nworld", got " hello\n world" (they differ from byte 0 on)`,
			"rule parse.data.append (must): ", "https://html.spec.whatwg.org/",
			"variant: as written",
			`  data: hello\n`,
			`- event "message", data "hello\nworld"`, `+ event "message", data " hello\n world"`,
		} {
			Expect(out).To(ContainSubstring(words))
		}
	})

	DescribeTable("judges as the options say",
		func(ctx SpecContext, name string, passes bool, words ...string) {
			out, passed := child(ctx, name)
			Expect(passed).To(Equal(passes), out)
			for _, w := range words {
				Expect(out).To(ContainSubstring(w))
			}
		},
		Entry("a SHOULD is a skip", "should", true, "--- SKIP: TestFixture/own/greeting", "a SHOULD is not kept"),
		Entry("and a failure, strictly", "strict", false, "--- FAIL: TestFixture/own/greeting"),
		Entry("a known failure is a skip with the reason", "known", true, "--- SKIP: ", "known failure: the library keeps the space"),
		Entry("a pass is right of what fails now and then", "sometimes", true, "--- PASS: TestFixture/own/greeting"),
		Entry("a stale list is a failure", "stale", false, "--- FAIL: TestFixture/own/greeting", "the known-failing list is stale"),
		Entry("what is tolerated is a skip", "tolerate", true, "--- SKIP: ", "parse.data.append is tolerated"),
		Entry("a requirement that does not exist", "no-rule", false, "there is no requirement parse.no.such"),
		Entry("a pattern that names nothing", "no-case", false, "no/such/case"),
		Entry("cases of another role", "no-role", false, "no case for the role parser is selected"),
		Entry("a level that leaves nothing", "level", false, "no case for the role parser is selected"),
		Entry("a parser that hangs, within its time", "hangs", false, "did not come to an end"),
		Entry("a server that is not there", "nobody", false, "127.0.0.1:1"),
		Entry("a subject on which nothing can be judged", "unjudged", false, "none of the 1 cases could be judged"),
		Entry("a subject with a complaint at its end", "problem", false, "outside any case: it crashed"),
		Entry("a handler that answers HTML", "html", false, "text/html"),
	)
})

// TestReferenceHandler is the door for handlers, used on our own.
func TestReferenceHandler(t *testing.T) {
	ticker := refserver.New(refserver.Options{Period: 20 * time.Millisecond})
	t.Cleanup(func() { _ = ticker.Close() })
	suite.TestHandler(t, ticker, suite.Path("/ticker"), suite.Run("server/http/**"))
}

// unplayable skips every case.
type unplayable struct{ runner.Subject }

// complaining has something to say at its end.
type complaining struct{ runner.Subject }

func (complaining) Close() error { return errors.New("it crashed") }

func (unplayable) Skip(*cases.Case) runner.Skip {
	return runner.Skip{Kind: reports.SkipCapability, Reason: "it cannot"}
}
