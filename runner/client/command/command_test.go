package command_test

import (
	"context"
	"errors"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/command"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// seen collects observations.
type seen struct {
	mu  sync.Mutex
	all []transcript.Observation
}

func (s *seen) see(o transcript.Observation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, o)
}

func (s *seen) kinds() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	kinds := []string{}
	for _, o := range s.all {
		kinds = append(kinds, string(o.Kind))
	}
	return kinds
}

func (s *seen) at(i int) transcript.Observation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[i]
}

// started starts the fixture and ends it behind the spec.
func started(ctx context.Context, o command.Options, name string, args ...string) client.Driver {
	GinkgoHelper()
	d := command.New(commandLine(name, args...), o)
	Expect(d.Start(ctx, client.Environment{Env: []string{"SSECHECK_TEST=1"}})).To(Succeed())
	DeferCleanup(func() { _ = d.Close() })
	return d
}

// connected opens a source.
func connected(ctx context.Context, d client.Driver, url string, alone bool) (*seen, client.Stream) {
	GinkgoHelper()
	var s seen
	stream, err := d.Connect(ctx, client.Connect{URL: url, Alone: alone}, s.see)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(stream.Release)
	return &s, stream
}

var _ = Describe("an adapter", func() {
	It("says who it is, reports, and is closed", func(ctx SpecContext) {
		d := started(ctx, command.Options{}, "good")
		h := d.Hello()
		Expect(h.Name).To(Equal("fixture"))
		Expect(h.Browser).To(BeTrue())
		Expect(h.Claims(client.Opens)).To(BeTrue())
		Expect(h.Claims(client.Retry)).To(BeFalse())
		s, stream := connected(ctx, d, "http://127.0.0.1:1/", false)
		Eventually(s.kinds).Should(Equal([]string{"open", "event"}))
		Expect(s.at(0).Facts).To(Equal(map[string]string{"open.bubbles": "false"}))
		Expect(s.at(1).Event.Type).To(Equal("login"))
		Expect(s.at(1).Event.Data).To(Equal("a\xed\xb3\xbf"), "a lone surrogate is not mended")
		Expect(s.at(1).Event.LastEventID).To(Equal("1"))
		Expect(stream.Close(ctx)).To(Succeed())
		Expect(s.kinds()).To(HaveExactElements("open", "event", "closed"))
		Expect(d.Close()).To(Succeed())
	}, SpecTimeout(30*time.Second))

	It("reports all kinds, and what comes after it was closed", func(ctx SpecContext) {
		d := started(ctx, command.Options{}, "all-kinds")
		s, stream := connected(ctx, d, "http://127.0.0.1:1/", false)
		Expect(stream.Close(ctx)).To(Succeed())
		Eventually(s.kinds).Should(Equal([]string{"comment", "event", "event", "error", "error", "event", "closed", "event"}))
		Expect(s.at(0).Comment).To(Equal(" hi"))
		Expect(s.at(1).Event.Data).To(Equal("\xff"))
		Expect(s.at(1).Carried).To(BeTrue())
		Expect(*s.at(1).OwnID).To(Equal("7"))
		Expect(s.at(2).OwnID).To(BeNil())
		Expect(*s.at(3).Reconnecting).To(BeTrue())
		Expect(s.at(3).Message).To(Equal("oops"))
		Expect(s.at(4).Reconnecting).To(BeNil())
	}, SpecTimeout(30*time.Second))

	DescribeTable("that cannot be started ends the run before it began", func(ctx SpecContext, name, words string) {
		d := command.New(commandLine(name), command.Options{StartTimeout: 2 * time.Second})
		defer d.Close()
		err := d.Start(ctx, client.Environment{})
		_, ok := errors.AsType[*runner.StartError](err)
		Expect(ok).To(BeTrue())
		Expect(err).To(MatchError(ContainSubstring(words)))
	},
		Entry("no hello", "no-hello", "no hello"),
		Entry("for another role", "other-role", "offers the roles [parser] and was asked for client"),
		Entry("silent", "silent-start", "no answer within 2s"),
		Entry("crashes at once", "at-once", "cannot find module"))

	DescribeTable("that breaks loses the sources it had, and is started anew for the next",
		func(ctx SpecContext, name, words string) {
			d := started(ctx, command.Options{MaxLine: 1 << 20}, name)
			_, innocent := connected(ctx, d, "http://127.0.0.1:1/", false)
			_, guilty := connected(ctx, d, "http://127.0.0.1:1/"+trigger, false)
			for _, s := range []client.Stream{innocent, guilty} {
				Eventually(s.Lost()).WithContext(ctx).Should(BeClosed())
				failure, ok := errors.AsType[*client.SubjectError](s.Err())
				Expect(ok).To(BeTrue())
				Expect(failure.What).To(ContainSubstring(words))
			}
			s, again := connected(ctx, d, "http://127.0.0.1:1/", true)
			Eventually(s.kinds).WithContext(ctx).Should(Equal([]string{"open", "event"}))
			Expect(again.Close(ctx)).To(Succeed())
			s, _ = connected(ctx, d, "http://127.0.0.1:1/", false)
			Eventually(s.kinds).WithContext(ctx).Should(Equal([]string{"open", "event"}))
		},
		Entry(nil, "crashes", "the adapter ended (exit status 2)"),
		Entry(nil, "garbage", `a line that is no message: "Segmentation fault"`),
		Entry(nil, "other-stream", `"c999", which it was never given`),
		Entry(nil, "no-stream", `a message without "stream"`),
		Entry(nil, "no-data", "an event has data or dataBase64"),
		Entry(nil, "bad-base64", "no base64"),
		Entry(nil, "wrong-on", `"on" must be open, event, comment, error, facts or closed, not "parsed"`),
		Entry(nil, "no-utf8", "no UTF-8"),
		Entry(nil, "half-a-line", "inside a line"),
		Entry(nil, "closes-stdout", "closed its standard output"),
		Entry(nil, "endless-line", "flooded"))

	It("is started anew a bounded number of times", func(ctx SpecContext) {
		d := started(ctx, command.Options{Restarts: 1}, "crashes")
		for range 2 {
			_, s := connected(ctx, d, trigger, false)
			Eventually(s.Lost()).WithContext(ctx).Should(BeClosed())
		}
		_, err := d.Connect(ctx, client.Connect{}, func(transcript.Observation) {})
		Expect(err).To(MatchError(ContainSubstring("has ended 2 times")))
	}, SpecTimeout(30*time.Second))

	It("need not answer for ever", func(ctx SpecContext) {
		d := started(ctx, command.Options{}, "never-closes")
		_, stream := connected(ctx, d, "http://127.0.0.1:1/", false)
		soon, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		Expect(stream.Close(soon)).To(MatchError(ContainSubstring(`did not answer "op":"close"`)))
	}, SpecTimeout(30*time.Second))

	It("hears nothing more of a source that was released", func(ctx SpecContext) {
		d := started(ctx, command.Options{}, "good")
		s, stream := connected(ctx, d, "http://127.0.0.1:1/", false)
		Eventually(s.kinds).Should(HaveLen(2))
		stream.Release()
		Expect(stream.Close(ctx)).To(Succeed())
		Expect(s.kinds()).To(HaveLen(2))
	}, SpecTimeout(30*time.Second))
})

var _ = Describe("a program that is started for each case", func() {
	It("is given the URL, and is stopped", func(ctx SpecContext) {
		d := started(ctx, command.Options{}, "program", "{url}")
		s, stream := connected(ctx, d, "http://127.0.0.1:1/a?b='c", false)
		Eventually(s.kinds).WithContext(ctx).Should(Equal([]string{"event"}))
		Expect(s.at(0).Event.Data).To(Equal("http://127.0.0.1:1/a?b='c"))
		Expect(stream.Close(ctx)).To(Succeed())
		Expect(s.kinds()).To(Equal([]string{"event", "closed"}))
	}, SpecTimeout(30*time.Second))

	It("has given up for good when it ends", func(ctx SpecContext) {
		d := started(ctx, command.Options{}, "program-ends", "{url}")
		s, _ := connected(ctx, d, "http://127.0.0.1:1/", false)
		Eventually(s.kinds).WithContext(ctx).Should(Equal([]string{"event", "closed"}))
		Expect(s.at(1).Message).To(Equal("the program ended: exit status 3"))
	}, SpecTimeout(30*time.Second))

	DescribeTable("that breaks says so", func(ctx SpecContext, line func() string, words string) {
		d := command.New(line(), command.Options{})
		Expect(d.Start(ctx, client.Environment{})).To(Succeed())
		_, stream := connected(ctx, d, "http://127.0.0.1:1/", false)
		Eventually(stream.Lost()).WithContext(ctx).Should(BeClosed())
		Expect(stream.Err()).To(MatchError(ContainSubstring(words)))
	},
		Entry("prints something else", func() string { return commandLine("program-prints", "{url}") }, `one JSON object for each event; it printed "Connected!"`),
		Entry("crashes", func() string { return commandLine("program-crashes", "{url}") }, "the program crashed (signal: killed)"),
		Entry("is not there", func() string { return "/nowhere/at/all {url}" }, "could not be started (exit status 127)"))
})
