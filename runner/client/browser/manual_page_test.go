package browser_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	. "github.com/onsi/gomega/gstruct"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/browser"
)

var _ = Describe("A page that a user opens", func() {
	var m *manual
	BeforeEach(func() { m = &manual{} })

	It("tells the user the address and waits for the page", func(ctx SpecContext) {
		m.start(ctx, hasty)
		Expect(m.page.home).To(HavePrefix("http://" + m.w.env.Hosts[0] + "/"))
		hello := m.d.Hello()
		Expect(hello).To(MatchFields(IgnoreExtras, Fields{
			"Name": Equal("Firefox"), "Version": Equal("140.0"), "Browser": BeTrue(),
			"Parallel": Equal(10), "Flags": Equal("--browser manual"),
			"Capabilities": ConsistOf("open", "errors", "with-credentials", "cors", "close-in-handler", "interface"),
		}))
	})

	It("waits for the user no longer than it may", func(ctx SpecContext) {
		m.d = browser.New(browser.Manual, hasty)
		m.w = newWorld(m.d.Hosts())
		soon, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		err := m.d.Start(soon, m.w.env)
		Expect(err).To(MatchError(context.DeadlineExceeded))
		Expect(err).To(MatchError(ContainSubstring("nobody opened http://" + m.w.env.Hosts[0])))
	})

	DescribeTable("loses a page that breaks the protocol",
		func(ctx SpecContext, from int, body, what string) {
			m.start(ctx, hasty)
			s, _ := m.connect(ctx, client.Connect{Name: "a"})
			_, err := m.page.post(ctx, fmt.Sprintf("seen?session=%s&from=%d", m.page.session, from), strings.NewReader(body))
			Expect(err).To(MatchError(ContainSubstring("400")))
			Expect(m.lost(s).What).To(ContainSubstring(what))
			Expect(s.Close(ctx)).To(Succeed(), "nothing is left to wait for")
			s.Release()
			_, err = m.page.commands(ctx, 0)
			Expect(err).To(MatchError(errGone))
		},
		Entry("a gap", 2, `[]`, "from 2 on, and 1 had come"),
		Entry("no JSON", 1, `[{]`, "no list of reports"),
		Entry("another form", 1, `[{"stream":"x"}]`, "no list of reports"),
		Entry("a report of another kind", 1, `[{"stream":1,"on":"boo"}]`, `reported "boo"`),
	)

	It("gives up a page that falls silent", func(ctx SpecContext) {
		m.start(ctx, browser.Options{}.Hasty(generous, time.Millisecond, 100*time.Millisecond, time.Millisecond))
		s, _ := m.connect(ctx, client.Connect{Name: "a"})
		Expect(m.lost(s).What).To(ContainSubstring("not been heard of for 100ms"))
	})

	It("does not call a page silent that waits for a command", func(ctx SpecContext) {
		m.start(ctx, browser.Options{}.Hasty(generous, 300*time.Millisecond, 100*time.Millisecond, time.Millisecond))
		Expect(m.page.commands(ctx, 0)).To(BeEmpty())
		s, _ := m.connect(ctx, client.Connect{Name: "a"})
		Expect(s.Lost()).NotTo(BeClosed())
	})

	It("takes a page that is loaded anew for another one, and waits for it", func(ctx SpecContext) {
		m.start(ctx, hasty)
		s, _ := m.connect(ctx, client.Connect{Name: "a"})
		old := &fakePage{home: m.page.home, session: m.page.session}
		Expect(m.page.hello(ctx, firefoxAgent)).To(Succeed())
		Expect(m.lost(s).What).To(ContainSubstring("loaded anew"))
		_, err := old.commands(ctx, 0)
		Expect(err).To(MatchError(errGone))
		Expect(old.report(ctx, `{"stream":1,"on":"open"}`)).To(MatchError(errGone))
		m.connect(ctx, client.Connect{Name: "b"})
		Expect(m.next(ctx).Name).To(Equal("b"))
	})

	It("asks the user for a page that was lost", func(ctx SpecContext) {
		m.start(ctx, hasty)
		s, _ := m.connect(ctx, client.Connect{Name: "a"})
		Expect(m.page.reportFrom(ctx, 5, `{}`)).NotTo(Succeed())
		m.lost(s)
		again := make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(again)
			m.connect(ctx, client.Connect{Name: "b"})
		}()
		Eventually(m.said, generous).Should(Receive(ContainSubstring("open again")))
		Expect(m.page.hello(ctx, firefoxAgent)).To(Succeed())
		Eventually(again, generous).Should(BeClosed())
	})

	It("tells the page when all is done, and waits until it knows", func(ctx SpecContext) {
		m.start(ctx, browser.Options{}.Hasty(generous, time.Hour, generous, generous))
		s, _ := m.connect(ctx, client.Connect{Name: "a"})
		Expect(m.next(ctx).Op).To(Equal("connect"))
		ended := make(chan error, 1)
		go func() { ended <- m.d.Close() }()
		Expect(m.next(ctx).Op).To(Equal("bye"))
		Consistently(ended, 50*time.Millisecond).ShouldNot(Receive())
		_, err := m.page.command(ctx)
		Expect(err).To(MatchError(errGone))
		Eventually(ended, generous).Should(Receive(Succeed()))
		Expect(s.Lost()).To(BeClosed())
		Expect(m.d.Close()).To(Succeed(), "a second time")
		_, err = m.d.Connect(ctx, client.Connect{URL: m.w.url("/c/1")}, nil)
		Expect(err).To(MatchError(ContainSubstring("closed")))
		Expect(m.page.hello(ctx, firefoxAgent)).To(MatchError(errGone))
	})

	It("serves nobody who does not know its address, and no session but its own", func(ctx SpecContext) {
		m.start(ctx, hasty)
		response, err := noReuse.Get(m.w.url("/browser/guess/"))
		Expect(err).NotTo(HaveOccurred())
		Expect(response.Body.Close()).To(Succeed())
		Expect(response.StatusCode).To(Equal(http.StatusNotFound))
		stranger := &fakePage{home: m.page.home, session: "guess"}
		_, err = stranger.commands(ctx, 0)
		Expect(err).To(MatchError(errGone))
		_, err = m.page.post(ctx, "poll?session="+m.page.session+"&from=-1", nil)
		Expect(err).To(MatchError(ContainSubstring("400")))
		_, err = m.page.post(ctx, "hello", strings.NewReader("hello"))
		Expect(err).To(MatchError(ContainSubstring("400")))
	})
})
