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

const firefoxAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

var _ = Describe("The page's protocol", func() {
	var (
		w    *world
		d    *browser.Driver
		page *fakePage
		said chan string
	)

	// start starts the driver, and the page as the user would.
	start := func(ctx context.Context, o browser.Options) {
		GinkgoHelper()
		said = make(chan string, 10)
		o.Say = func(text string) { said <- text }
		o.Frames = 2
		d = browser.New(browser.Manual, o)
		w = newWorld(d.Hosts())
		started := make(chan error, 1)
		go func() { started <- d.Start(ctx, w.env) }()
		page = newFakePage(addressIn(ctx, said))
		Expect(page.load(ctx, firefoxAgent)).To(Succeed())
		Eventually(started, generous).Should(Receive(Succeed()))
		DeferCleanup(func() { Expect(d.Close()).To(Succeed()) })
	}
	hasty := browser.Options{}.Hasty(generous, 50*time.Millisecond, generous, 50*time.Millisecond)

	// connect connects, and has the page say that it made the event source.
	connect := func(ctx context.Context, c client.Connect) (client.Stream, *journal) {
		GinkgoHelper()
		if c.URL == "" {
			c.URL = w.url("/c/1")
		}
		making, enough := context.WithCancel(ctx)
		var maker sync.WaitGroup
		maker.Go(func() { page.makes(making) })
		j := &journal{}
		s, err := d.Connect(ctx, c, j.see)
		enough()
		maker.Wait()
		Expect(err).NotTo(HaveOccurred())
		return s, j
	}
	// next is the next command, as the page gets it.
	next := func(ctx context.Context) fakeCommand {
		GinkgoHelper()
		c, err := page.command(ctx)
		Expect(err).NotTo(HaveOccurred())
		return c
	}
	lost := func(s client.Stream) *client.SubjectError {
		GinkgoHelper()
		Eventually(s.Lost(), generous).Should(BeClosed())
		var err *client.SubjectError
		Expect(s.Err()).To(BeAssignableToTypeOf(err))
		err, _ = s.Err().(*client.SubjectError)
		return err
	}

	It("tells the user the address and waits for the page", func(ctx SpecContext) {
		start(ctx, hasty)
		Expect(page.home).To(HavePrefix("http://" + w.env.Hosts[0] + "/"))
		hello := d.Hello()
		Expect(hello).To(MatchFields(IgnoreExtras, Fields{
			"Name": Equal("Firefox"), "Version": Equal("140.0"), "Browser": BeTrue(),
			"Parallel": Equal(10), "Flags": Equal("--browser manual"),
			"Capabilities": ConsistOf("open", "errors", "with-credentials", "cors", "close-in-handler", "interface"),
		}))
	})

	It("waits for the user no longer than it may", func(ctx SpecContext) {
		d = browser.New(browser.Manual, hasty)
		w = newWorld(d.Hosts())
		soon, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		err := d.Start(soon, w.env)
		Expect(err).To(MatchError(context.DeadlineExceeded))
		Expect(err).To(MatchError(ContainSubstring("nobody opened http://" + w.env.Hosts[0])))
	})

	It("asks a frame of another host for each event source, and moves the URL there", func(ctx SpecContext) {
		start(ctx, hasty)
		connect(ctx, client.Connect{Name: "a", URL: w.url("/c/1?x=y"), Listen: []string{"message", "login"}, WithCredentials: true, CloseAfter: 3})
		connect(ctx, client.Connect{Name: "b"})
		connect(ctx, client.Connect{Name: "c", URL: "http://127.0.0.1:1/c/3"})
		connect(ctx, client.Connect{Name: "d", URL: "https://" + w.env.Hosts[0] + "/c/4"})
		first := next(ctx)
		Expect(first).To(Equal(fakeCommand{
			Op: "connect", Name: "a", Stream: 1, Frame: 0, URL: "http://" + w.env.Hosts[1] + "/c/1?x=y",
			Listen: []string{"message", "login"}, WithCredentials: true, CloseAfter: 3,
		}))
		Expect(next(ctx)).To(MatchFields(IgnoreExtras, Fields{"Stream": Equal(2), "Frame": Equal(1), "URL": Equal("http://" + w.env.Hosts[2] + "/c/1")}))
		Expect(next(ctx).URL).To(Equal("http://127.0.0.1:1/c/3"), "a host that is none of the page's")
		Expect(next(ctx).URL).To(Equal("https://"+w.env.Hosts[0]+"/c/4"), "another scheme")
	})

	It("repeats commands until they are confirmed", func(ctx SpecContext) {
		start(ctx, hasty)
		connect(ctx, client.Connect{Name: "a"})
		for range 3 {
			Expect(page.commands(ctx, 0)).To(HaveLen(1))
		}
		connect(ctx, client.Connect{Name: "b"})
		Expect(page.commands(ctx, 0)).To(HaveLen(2))
		Expect(page.commands(ctx, 1)).To(ConsistOf(HaveField("Name", "b")))
		_, err := page.commands(ctx, 0)
		Expect(err).To(MatchError(ContainSubstring("409")), "what was confirmed is gone")
		_, err = page.commands(ctx, 3)
		Expect(err).To(MatchError(ContainSubstring("409")), "and nobody got what was not there")
	})

	It("answers without a command after a while, and at once when there is one", func(ctx SpecContext) {
		start(ctx, browser.Options{}.Hasty(generous, time.Hour, generous, time.Millisecond))
		asked := make(chan []fakeCommand)
		go func() {
			defer GinkgoRecover()
			commands, err := page.commands(ctx, 0)
			Expect(err).NotTo(HaveOccurred())
			asked <- commands
		}()
		Consistently(asked, 100*time.Millisecond).ShouldNot(Receive())
		connect(ctx, client.Connect{Name: "a"})
		Eventually(asked, generous).Should(Receive(HaveLen(1)))
	})

	It("takes each report once, in order, however often it is posted", func(ctx SpecContext) {
		start(ctx, hasty)
		_, j := connect(ctx, client.Connect{Name: "a"})
		a := `{"stream":1,"on":"open","facts":{"open.readyState":"1"}}`
		b := `{"stream":1,"on":"event","event":"message","data":"b","lastEventId":"7"}`
		c := `{"stream":1,"on":"error","readyState":0}`
		e := `{"stream":1,"on":"error","readyState":2}`
		f := `{"stream":1,"on":"error","readyState":1}`
		Expect(page.reportFrom(ctx, 1, a, b)).To(Succeed())
		Expect(page.reportFrom(ctx, 1, a, b)).To(Succeed())
		Expect(page.reportFrom(ctx, 2, b, c, e, f)).To(Succeed())
		Expect(j.lines()).To(Equal([]string{
			"open", `message "b" id "7"`, "error reconnecting", "error for good", "error in no known state",
		}))
		Expect(j.facts()).To(Equal(map[string]string{"open.readyState": "1"}))
	})

	It("takes what came of a post that was cut off, and the rest with the next", func(ctx SpecContext) {
		start(ctx, hasty)
		_, j := connect(ctx, client.Connect{Name: "a"})
		event := `{"stream":1,"on":"event","event":"message","data":%q,"lastEventId":""}`
		half := "[" + fmt.Sprintf(event, "a") + "," + fmt.Sprintf(event, "b")[:30]
		short, err := http.NewRequestWithContext(ctx, http.MethodPost, page.home+"seen?session="+page.session+"&from=1",
			io.MultiReader(strings.NewReader(half), failingReader{}))
		Expect(err).NotTo(HaveOccurred())
		_, err = noReuse.Do(short)
		Expect(err).To(HaveOccurred())
		Eventually(j.lines, generous).Should(Equal([]string{`message "a" id ""`}))
		Expect(page.reportFrom(ctx, 1, fmt.Sprintf(event, "a"), fmt.Sprintf(event, "b"))).To(Succeed())
		Expect(j.lines()).To(Equal([]string{`message "a" id ""`, `message "b" id ""`}))
	})

	It("mends no text", func(ctx SpecContext) {
		start(ctx, hasty)
		_, j := connect(ctx, client.Connect{Name: "a"})
		Expect(page.report(ctx, `{"stream":1,"on":"event","event":"m\u0000","data":"\ud800 \ud83d\ude00 \u2028","lastEventId":"\ufffd"}`)).To(Succeed())
		Expect(j.last().Event.Data).To(Equal("\xed\xa0\x80 😀 \u2028"))
		Expect(j.last().Event.Type).To(Equal("m\x00"))
		Expect(j.last().Event.LastEventID).To(Equal("\ufffd"))
	})

	It("waits until the closing is confirmed, and tells what comes after it until the release", func(ctx SpecContext) {
		start(ctx, hasty)
		s, j := connect(ctx, client.Connect{Name: "a"})
		Expect(next(ctx).Op).To(Equal("connect"))
		closing := make(chan error, 1)
		go func() { closing <- s.Close(ctx) }()
		Expect(next(ctx)).To(Equal(fakeCommand{Op: "close", Stream: 1}))
		Consistently(closing, 50*time.Millisecond).ShouldNot(Receive())
		Expect(page.report(ctx, `{"stream":1,"on":"closed"}`)).To(Succeed())
		Eventually(closing, generous).Should(Receive(Succeed()))
		event := `{"stream":1,"on":"event","event":"message","data":"late","lastEventId":""}`
		Expect(page.report(ctx, event)).To(Succeed())
		Expect(j.lines()).To(Equal([]string{"closed", `message "late" id ""`}))
		Expect(s.Close(ctx)).To(Succeed(), "a second time asks for nothing")
		s.Release()
		s.Release()
		Expect(page.report(ctx, event)).To(Succeed())
		Expect(j.lines()).To(HaveLen(2), "nobody listens any more")
		Expect(next(ctx)).To(Equal(fakeCommand{Op: "release", Stream: 1}))
	})

	It("does not wait for a confirmation longer than it may", func(ctx SpecContext) {
		start(ctx, hasty)
		s, _ := connect(ctx, client.Connect{Name: "a"})
		soon, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		Expect(s.Close(soon)).To(MatchError(ContainSubstring("did not confirm")))
		s.Release()
	})

	It("reports what the constructor refused as an error for good", func(ctx SpecContext) {
		start(ctx, hasty)
		_, j := connect(ctx, client.Connect{Name: "a"})
		Expect(page.report(ctx, `{"stream":1,"on":"refused","message":"SyntaxError: no URL"}`)).To(Succeed())
		Expect(j.lines()).To(Equal([]string{"error for good"}))
		Expect(j.last().Message).To(Equal("SyntaxError: no URL"))
	})

	DescribeTable("loses a page that breaks the protocol",
		func(ctx SpecContext, from int, body, what string) {
			start(ctx, hasty)
			s, _ := connect(ctx, client.Connect{Name: "a"})
			_, err := page.post(ctx, fmt.Sprintf("seen?session=%s&from=%d", page.session, from), strings.NewReader(body))
			Expect(err).To(MatchError(ContainSubstring("400")))
			Expect(lost(s).What).To(ContainSubstring(what))
			Expect(s.Close(ctx)).To(Succeed(), "nothing is left to wait for")
			s.Release()
			_, err = page.commands(ctx, 0)
			Expect(err).To(MatchError(errGone))
		},
		Entry("a gap", 2, `[]`, "from 2 on, and 1 had come"),
		Entry("no JSON", 1, `[{]`, "no list of reports"),
		Entry("another form", 1, `[{"stream":"x"}]`, "no list of reports"),
		Entry("a report of another kind", 1, `[{"stream":1,"on":"boo"}]`, `reported "boo"`),
	)

	It("leaves reports of streams alone that it knows nothing of", func(ctx SpecContext) {
		start(ctx, hasty)
		Expect(page.report(ctx, `{"stream":77,"on":"open"}`)).To(Succeed())
	})

	It("gives up a page that falls silent", func(ctx SpecContext) {
		start(ctx, browser.Options{}.Hasty(generous, time.Millisecond, 100*time.Millisecond, time.Millisecond))
		s, _ := connect(ctx, client.Connect{Name: "a"})
		Expect(lost(s).What).To(ContainSubstring("not been heard of for 100ms"))
	})

	It("does not call a page silent that waits for a command", func(ctx SpecContext) {
		start(ctx, browser.Options{}.Hasty(generous, 300*time.Millisecond, 100*time.Millisecond, time.Millisecond))
		Expect(page.commands(ctx, 0)).To(BeEmpty())
		s, _ := connect(ctx, client.Connect{Name: "a"})
		Expect(s.Lost()).NotTo(BeClosed())
	})

	It("takes a page that is loaded anew for another one, and waits for it", func(ctx SpecContext) {
		start(ctx, hasty)
		s, _ := connect(ctx, client.Connect{Name: "a"})
		old := &fakePage{home: page.home, session: page.session}
		Expect(page.hello(ctx, firefoxAgent)).To(Succeed())
		Expect(lost(s).What).To(ContainSubstring("loaded anew"))
		_, err := old.commands(ctx, 0)
		Expect(err).To(MatchError(errGone))
		Expect(old.report(ctx, `{"stream":1,"on":"open"}`)).To(MatchError(errGone))
		connect(ctx, client.Connect{Name: "b"})
		Expect(next(ctx).Name).To(Equal("b"))
	})

	It("asks the user for a page that was lost", func(ctx SpecContext) {
		start(ctx, hasty)
		s, _ := connect(ctx, client.Connect{Name: "a"})
		Expect(page.reportFrom(ctx, 5, `{}`)).NotTo(Succeed())
		lost(s)
		again := make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(again)
			connect(ctx, client.Connect{Name: "b"})
		}()
		Eventually(said, generous).Should(Receive(ContainSubstring("open again")))
		Expect(page.hello(ctx, firefoxAgent)).To(Succeed())
		Eventually(again, generous).Should(BeClosed())
	})

	It("tells the page when all is done, and waits until it knows", func(ctx SpecContext) {
		start(ctx, browser.Options{}.Hasty(generous, time.Hour, generous, generous))
		s, _ := connect(ctx, client.Connect{Name: "a"})
		Expect(next(ctx).Op).To(Equal("connect"))
		ended := make(chan error, 1)
		go func() { ended <- d.Close() }()
		Expect(next(ctx).Op).To(Equal("bye"))
		Consistently(ended, 50*time.Millisecond).ShouldNot(Receive())
		_, err := page.command(ctx)
		Expect(err).To(MatchError(errGone))
		Eventually(ended, generous).Should(Receive(Succeed()))
		Expect(s.Lost()).To(BeClosed())
		Expect(d.Close()).To(Succeed(), "a second time")
		_, err = d.Connect(ctx, client.Connect{URL: w.url("/c/1")}, nil)
		Expect(err).To(MatchError(ContainSubstring("closed")))
		Expect(page.hello(ctx, firefoxAgent)).To(MatchError(errGone))
	})

	It("holds what would be more than the browser's connections", func(ctx SpecContext) {
		start(ctx, hasty)
		var open []client.Stream
		for range 5 {
			s, _ := connect(ctx, client.Connect{URL: "https://127.0.0.1:1/"})
			open = append(open, s)
		}
		sixth := make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(sixth)
			connect(ctx, client.Connect{URL: "https://127.0.0.1:1/"})
		}()
		Consistently(sixth, 50*time.Millisecond).ShouldNot(BeClosed())
		connect(ctx, client.Connect{Name: "of the page's own hosts"})
		open[0].Release()
		Eventually(sixth, generous).Should(BeClosed())
		for range 4 {
			connect(ctx, client.Connect{Name: "until all places are taken"})
		}
		soon, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		_, err := d.Connect(soon, client.Connect{URL: w.url("/c/1")}, nil)
		Expect(err).To(MatchError(ContainSubstring("every place for an event source is taken")))
	})

	It("leaves an event source alone that wants to be", func(ctx SpecContext) {
		start(ctx, hasty)
		first, _ := connect(ctx, client.Connect{Name: "first"})
		alone := make(chan client.Stream, 1)
		var all sync.WaitGroup
		DeferCleanup(all.Wait)
		all.Go(func() {
			defer GinkgoRecover()
			s, _ := connect(ctx, client.Connect{Name: "alone", Alone: true})
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
			connect(ctx, client.Connect{Name: "third"})
		})
		Consistently(third, 50*time.Millisecond).ShouldNot(BeClosed())
		s.Release()
		Eventually(third, generous).Should(BeClosed())
	})

	It("makes do with one host", func(ctx SpecContext) {
		said = make(chan string, 1)
		d = browser.New(browser.Manual, browser.Options{Say: func(text string) { said <- text }}.Hasty(generous, time.Millisecond, generous, time.Millisecond))
		w = newWorld(1)
		started := make(chan error, 1)
		go func() { started <- d.Start(ctx, w.env) }()
		page = newFakePage(addressIn(ctx, said))
		Expect(page.load(ctx, "")).To(Succeed())
		Eventually(started, generous).Should(Receive(Succeed()))
		DeferCleanup(func() { Expect(d.Close()).To(Succeed()) })
		Expect(d.Hello().Parallel).To(Equal(3))
		Expect(d.Hello().Name).To(Equal("a browser"))
	})

	It("serves nobody who does not know its address, and no session but its own", func(ctx SpecContext) {
		start(ctx, hasty)
		response, err := noReuse.Get(w.url("/browser/guess/"))
		Expect(err).NotTo(HaveOccurred())
		Expect(response.Body.Close()).To(Succeed())
		Expect(response.StatusCode).To(Equal(http.StatusNotFound))
		stranger := &fakePage{home: page.home, session: "guess"}
		_, err = stranger.commands(ctx, 0)
		Expect(err).To(MatchError(errGone))
		_, err = page.post(ctx, "poll?session="+page.session+"&from=-1", nil)
		Expect(err).To(MatchError(ContainSubstring("400")))
		_, err = page.post(ctx, "hello", strings.NewReader("hello"))
		Expect(err).To(MatchError(ContainSubstring("400")))
	})
})

// failingReader breaks a request off.
type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// addressIn is the address that the user was told.
func addressIn(ctx context.Context, said <-chan string) string {
	GinkgoHelper()
	var text string
	Eventually(ctx, said, generous).Should(Receive(&text))
	_, address, found := strings.Cut(text, "http://")
	Expect(found).To(BeTrue(), text)
	return "http://" + address
}
