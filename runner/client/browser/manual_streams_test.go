package browser_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	. "github.com/onsi/gomega/gstruct"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/browser"
)

var _ = Describe("The page's protocol", func() {
	var m *manual
	BeforeEach(func() { m = &manual{} })

	It("asks a frame of another host for each event source, and moves the URL there", func(ctx SpecContext) {
		m.start(ctx, hasty)
		m.connect(ctx, client.Connect{Name: "a", URL: m.w.url("/c/1?x=y"), Listen: []string{"message", "login"}, WithCredentials: true, CloseAfter: 3})
		m.connect(ctx, client.Connect{Name: "b"})
		m.connect(ctx, client.Connect{Name: "c", URL: "http://127.0.0.1:1/c/3"})
		m.connect(ctx, client.Connect{Name: "d", URL: "https://" + m.w.env.Hosts[0] + "/c/4"})
		first := m.next(ctx)
		Expect(first).To(Equal(fakeCommand{
			Op: "connect", Name: "a", Stream: 1, Frame: 0, URL: "http://" + m.w.env.Hosts[1] + "/c/1?x=y",
			Listen: []string{"message", "login"}, WithCredentials: true, CloseAfter: 3,
		}))
		Expect(m.next(ctx)).To(MatchFields(IgnoreExtras, Fields{"Stream": Equal(2), "Frame": Equal(1), "URL": Equal("http://" + m.w.env.Hosts[2] + "/c/1")}))
		Expect(m.next(ctx).URL).To(Equal("http://127.0.0.1:1/c/3"), "a host that is none of the page's")
		Expect(m.next(ctx).URL).To(Equal("https://"+m.w.env.Hosts[0]+"/c/4"), "another scheme")
	})

	It("repeats commands until they are confirmed", func(ctx SpecContext) {
		m.start(ctx, hasty)
		m.connect(ctx, client.Connect{Name: "a"})
		for range 3 {
			Expect(m.page.commands(ctx, 0)).To(HaveLen(1))
		}
		m.connect(ctx, client.Connect{Name: "b"})
		Expect(m.page.commands(ctx, 0)).To(HaveLen(2))
		Expect(m.page.commands(ctx, 1)).To(ConsistOf(HaveField("Name", "b")))
		_, err := m.page.commands(ctx, 0)
		Expect(err).To(MatchError(ContainSubstring("409")), "what was confirmed is gone")
		_, err = m.page.commands(ctx, 3)
		Expect(err).To(MatchError(ContainSubstring("409")), "and nobody got what was not there")
	})

	It("answers without a command after a while, and at once when there is one", func(ctx SpecContext) {
		m.start(ctx, browser.Options{}.Hasty(generous, time.Hour, generous, time.Millisecond))
		asked := make(chan []fakeCommand)
		go func() {
			defer GinkgoRecover()
			commands, err := m.page.commands(ctx, 0)
			Expect(err).NotTo(HaveOccurred())
			asked <- commands
		}()
		Consistently(asked, 100*time.Millisecond).ShouldNot(Receive())
		m.connect(ctx, client.Connect{Name: "a"})
		Eventually(asked, generous).Should(Receive(HaveLen(1)))
	})

	It("takes each report once, in order, however often it is posted", func(ctx SpecContext) {
		m.start(ctx, hasty)
		_, j := m.connect(ctx, client.Connect{Name: "a"})
		a := `{"stream":1,"on":"open","facts":{"open.readyState":"1"}}`
		b := `{"stream":1,"on":"event","event":"message","data":"b","lastEventId":"7"}`
		c := `{"stream":1,"on":"error","readyState":0}`
		e := `{"stream":1,"on":"error","readyState":2}`
		f := `{"stream":1,"on":"error","readyState":1}`
		Expect(m.page.reportFrom(ctx, 1, a, b)).To(Succeed())
		Expect(m.page.reportFrom(ctx, 1, a, b)).To(Succeed())
		Expect(m.page.reportFrom(ctx, 2, b, c, e, f)).To(Succeed())
		Expect(j.lines()).To(Equal([]string{
			"open", `message "b" id "7"`, "error reconnecting", "error for good", "error in no known state",
		}))
		Expect(j.facts()).To(Equal(map[string]string{"open.readyState": "1"}))
	})

	It("takes what came of a post that was cut off, and the rest with the next", func(ctx SpecContext) {
		m.start(ctx, hasty)
		_, j := m.connect(ctx, client.Connect{Name: "a"})
		event := `{"stream":1,"on":"event","event":"message","data":%q,"lastEventId":""}`
		half := "[" + fmt.Sprintf(event, "a") + "," + fmt.Sprintf(event, "b")[:30]
		short, err := http.NewRequestWithContext(ctx, http.MethodPost, m.page.home+"seen?session="+m.page.session+"&from=1",
			io.MultiReader(strings.NewReader(half), failingReader{}))
		Expect(err).NotTo(HaveOccurred())
		_, err = noReuse.Do(short)
		Expect(err).To(HaveOccurred())
		Eventually(j.lines, generous).Should(Equal([]string{`message "a" id ""`}))
		Expect(m.page.reportFrom(ctx, 1, fmt.Sprintf(event, "a"), fmt.Sprintf(event, "b"))).To(Succeed())
		Expect(j.lines()).To(Equal([]string{`message "a" id ""`, `message "b" id ""`}))
	})

	It("mends no text", func(ctx SpecContext) {
		m.start(ctx, hasty)
		_, j := m.connect(ctx, client.Connect{Name: "a"})
		Expect(m.page.report(ctx, `{"stream":1,"on":"event","event":"m\u0000","data":"\ud800 \ud83d\ude00 \u2028","lastEventId":"\ufffd"}`)).To(Succeed())
		Expect(j.last().Event.Data).To(Equal("\xed\xa0\x80 😀 \u2028"))
		Expect(j.last().Event.Type).To(Equal("m\x00"))
		Expect(j.last().Event.LastEventID).To(Equal("\ufffd"))
	})

	It("waits until the closing is confirmed, and tells what comes after it until the release", func(ctx SpecContext) {
		m.start(ctx, hasty)
		s, j := m.connect(ctx, client.Connect{Name: "a"})
		Expect(m.next(ctx).Op).To(Equal("connect"))
		closing := make(chan error, 1)
		go func() { closing <- s.Close(ctx) }()
		Expect(m.next(ctx)).To(Equal(fakeCommand{Op: "close", Stream: 1}))
		Consistently(closing, 50*time.Millisecond).ShouldNot(Receive())
		Expect(m.page.report(ctx, `{"stream":1,"on":"closed"}`)).To(Succeed())
		Eventually(closing, generous).Should(Receive(Succeed()))
		event := `{"stream":1,"on":"event","event":"message","data":"late","lastEventId":""}`
		Expect(m.page.report(ctx, event)).To(Succeed())
		Expect(j.lines()).To(Equal([]string{"closed", `message "late" id ""`}))
		Expect(s.Close(ctx)).To(Succeed(), "a second time asks for nothing")
		s.Release()
		s.Release()
		Expect(m.page.report(ctx, event)).To(Succeed())
		Expect(j.lines()).To(HaveLen(2), "nobody listens any more")
		Expect(m.next(ctx)).To(Equal(fakeCommand{Op: "release", Stream: 1}))
	})

	It("does not wait for a confirmation longer than it may", func(ctx SpecContext) {
		m.start(ctx, hasty)
		s, _ := m.connect(ctx, client.Connect{Name: "a"})
		soon, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		Expect(s.Close(soon)).To(MatchError(ContainSubstring("did not confirm")))
		s.Release()
	})

	It("reports what the constructor refused as an error for good", func(ctx SpecContext) {
		m.start(ctx, hasty)
		_, j := m.connect(ctx, client.Connect{Name: "a"})
		Expect(m.page.report(ctx, `{"stream":1,"on":"refused","message":"SyntaxError: no URL"}`)).To(Succeed())
		Expect(j.lines()).To(Equal([]string{"error for good"}))
		Expect(j.last().Message).To(Equal("SyntaxError: no URL"))
	})

	It("leaves reports of streams alone that it knows nothing of", func(ctx SpecContext) {
		m.start(ctx, hasty)
		Expect(m.page.report(ctx, `{"stream":77,"on":"open"}`)).To(Succeed())
	})

	It("holds what would be more than the browser's connections", func(ctx SpecContext) {
		m.start(ctx, hasty)
		var open []client.Stream
		for range 5 {
			s, _ := m.connect(ctx, client.Connect{URL: "https://127.0.0.1:1/"})
			open = append(open, s)
		}
		sixth := make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(sixth)
			m.connect(ctx, client.Connect{URL: "https://127.0.0.1:1/"})
		}()
		Consistently(sixth, 50*time.Millisecond).ShouldNot(BeClosed())
		m.connect(ctx, client.Connect{Name: "of the page's own hosts"})
		open[0].Release()
		Eventually(sixth, generous).Should(BeClosed())
		for range 4 {
			m.connect(ctx, client.Connect{Name: "until all places are taken"})
		}
		soon, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		_, err := m.d.Connect(soon, client.Connect{URL: m.w.url("/c/1")}, nil)
		Expect(err).To(MatchError(ContainSubstring("every place for an event source is taken")))
	})

	It("leaves an event source alone that wants to be", func(ctx SpecContext) {
		m.start(ctx, hasty)
		first, _ := m.connect(ctx, client.Connect{Name: "first"})
		alone := make(chan client.Stream, 1)
		var all sync.WaitGroup
		DeferCleanup(all.Wait)
		all.Go(func() {
			defer GinkgoRecover()
			s, _ := m.connect(ctx, client.Connect{Name: "alone", Alone: true})
			alone <- s
		})
		Consistently(alone, 50*time.Millisecond).ShouldNot(Receive())
		first.Release()
		var s client.Stream
		Eventually(alone, generous).Should(Receive(&s))
		third := make(chan struct{})
		all.Go(func() {
			defer GinkgoRecover()
			defer close(third)
			m.connect(ctx, client.Connect{Name: "third"})
		})
		Consistently(third, 50*time.Millisecond).ShouldNot(BeClosed())
		s.Release()
		Eventually(third, generous).Should(BeClosed())
	})

	It("makes do with one host", func(ctx SpecContext) {
		m.said = make(chan string, 1)
		m.d = browser.New(browser.Manual, browser.Options{Say: func(text string) { m.said <- text }}.Hasty(generous, time.Millisecond, generous, time.Millisecond))
		m.w = newWorld(1)
		started := make(chan error, 1)
		go func() { started <- m.d.Start(ctx, m.w.env) }()
		m.page = newFakePage(addressIn(ctx, m.said))
		Expect(m.page.load(ctx, "")).To(Succeed())
		Eventually(started, generous).Should(Receive(Succeed()))
		DeferCleanup(func() { Expect(m.d.Close()).To(Succeed()) })
		Expect(m.d.Hello().Parallel).To(Equal(3))
		Expect(m.d.Hello().Name).To(Equal("a browser"))
	})
})
