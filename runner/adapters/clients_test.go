package adapters_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/command"
	"github.com/ssecheck/ssecheck/runner/knownfailing"
	"github.com/ssecheck/ssecheck/runner/selection"
)

// libraries are the clients, by the folders of their adapters.
var libraries = []struct {
	folder        string
	adapter       func(folder string) adapter
	name, version string
	passes        int // at least
}{
	{"eventsource", npm("eventsource"), "npm eventsource", "5.1.5", 900},
	{"undici", npm("undici"), "npm undici EventSource", "7.30.2", 880},
	{"fetch-event-source", npm("@microsoft/fetch-event-source"), "npm @microsoft/fetch-event-source", "2.0.1", 500},
	{"go-sse", module, "go tmaxmax/go-sse", "v0.12.0", 750},
	{"r3labs-sse", module, "go r3labs/sse", "v2.10.0", 450},
	{"donovanhide-eventsource", module, "go donovanhide/eventsource", "v0.0.0-20210830082556-c59027999da0", 680},
	{"launchdarkly-go", module, "go launchdarkly/eventsource", "v1.11.0", 700},
}

// crashing is the folder of a library that crashes now and then when a source is
// closed, also at the end, where it can be held against no case.
const crashing = "donovanhide-eventsource"

var _ = Describe("the client library", Label("whole"), func() {
	for _, l := range libraries {
		Describe(l.folder, Ordered, func() {
			told := againstItsList(l.passes, func(ctx SpecContext) reports.Subject {
				return play(ctx, l.adapter(l.folder).command(ctx), filepath.Join(l.folder, "known-failing.yaml"))
			})

			It("says who it is", func() {
				Expect(told().Name).To(Equal(l.name))
				Expect(told().Version).To(Equal(l.version))
			})

			It("has nothing to complain of at its end", func() {
				if l.folder != crashing {
					Expect(told().Problem).To(BeEmpty())
				}
			})
		})
	}
})

// play plays the cases that the patterns name, all without any, on a client behind
// a command. A command with {url} is a process for each play.
func play(ctx SpecContext, line, known string, patterns ...string) reports.Subject {
	GinkgoHelper()
	parallel := 64
	if strings.Contains(line, "{url}") {
		parallel = 2
	}
	return playOn(ctx, command.New(line, command.Options{}),
		whole{limit: 20 * time.Second, parallel: parallel, known: known, run: patterns})
}

// whole is how the corpus is played.
type whole struct {
	limit     time.Duration // of a play
	parallel  int           // 0 leaves it to the driver
	known     string        // the file of what is known to fail, if any
	run, skip []string      // patterns of cases, all without any
}

// playOn plays on a client, however it is driven.
func playOn(ctx SpecContext, d client.Driver, w whole) reports.Subject {
	GinkgoHelper()
	return judged(ctx, client.New(d), w)
}

// judged plays all cases of a subject.
func judged(ctx SpecContext, s runner.Subject, w whole) reports.Subject {
	return playSubject(ctx, s, "", w)
}

// playSubject plays the cases of a kind, all without any, on a subject.
func playSubject(ctx SpecContext, s runner.Subject, kind cases.Kind, w whole) reports.Subject {
	GinkgoHelper()
	corpus, err := cases.Default()
	Expect(err).NotTo(HaveOccurred())
	list, err := &knownfailing.List{}, error(nil)
	if w.known != "" {
		list, err = knownfailing.Read(w.known)
	}
	Expect(err).NotTo(HaveOccurred())
	Expect(list.Check(corpus.Cases())).To(Succeed())
	selected, err := selection.Select(corpus.Cases(), selection.Options{Run: w.run, Skip: w.skip})
	Expect(err).NotTo(HaveOccurred())
	if kind != "" {
		selected = slices.DeleteFunc(selected, func(c *cases.Case) bool { return c.Kind() != kind })
	}
	report, err := runner.Run(ctx, runner.Options{
		Subjects: []runner.Subject{s},
		Cases:    selected,
		Known: func(c *cases.Case) (string, bool) {
			entry, ok := list.Find(c)
			return entry.Reason, ok
		},
		Sometimes: func(c *cases.Case) bool {
			entry, _ := list.Find(c)
			return entry.Sometimes
		},
		Timeout: w.limit, Parallel: w.parallel,
	})
	Expect(err).NotTo(HaveOccurred())
	return report.Subjects[0]
}

// lack skips a test for what the machine does not have; in CI it is a failure.
func lack(what string) {
	GinkgoHelper()
	if os.Getenv("CI") == "true" {
		Fail(what)
	}
	Skip(what)
}
