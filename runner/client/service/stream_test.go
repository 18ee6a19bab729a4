package service_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/service"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// patient never gives a right service up.
var patient = service.Options{Answer: generous, Create: generous, Gap: generous, Return: 50 * time.Millisecond}

// connected is a stream whose callbacks are the test's.
type connected struct {
	seen
	creation
	client.Stream
}

func started(ctx context.Context, f *fake, o service.Options) *service.Driver {
	GinkgoHelper()
	d := service.New(f.URL, o)
	Expect(d.Start(ctx, harness)).To(Succeed())
	DeferCleanup(func() { _ = d.Close() })
	Expect(f.calls).To(Receive(Equal("DELETE /streams/1 ")), "that of the preflight")
	return d
}

func connect(ctx context.Context, f *fake, d *service.Driver, c client.Connect) *connected {
	GinkgoHelper()
	s := &connected{}
	var err error
	s.Stream, err = d.Connect(ctx, c, s.see)
	Expect(err).NotTo(HaveOccurred())
	Eventually(f.created, generous).Should(Receive(&s.creation))
	return s
}

var _ = Describe("a creation", func() {
	It("asks for all in the protocol's own words", func(ctx SpecContext) {
		f := newFake()
		f.status = says(200, `{"capabilities":["headers","post","last-event-id"]}`)
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{
			Name: "fields/data/<one>", URL: "http://127.0.0.1:1/c/1", Listen: []string{"message"}, Retry: 1, LastEventID: "é\"",
			Method: "POST", Body: "{}", Headers: map[string]string{"Content-Type": "application/json", "X-B": "2"},
		})
		Expect(s.raw).To(Equal(`{"tag":"fields/data/<one>","callbackUrl":"` + s.CallbackURL + `","streamUrl":"http://127.0.0.1:1/c/1",` +
			`"initialDelayMs":1,"lastEventId":"é\"","method":"POST","body":"{}",` +
			`"headers":{"content-type":"application/json","x-b":"2"},"readTimeoutMs":null}`))
		Expect(s.Close(ctx)).To(Succeed())
	})

	It("has the two nulls when nothing is asked for", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n", URL: "http://127.0.0.1:1/c/1"})
		Expect(s.raw).To(Equal(`{"tag":"n","callbackUrl":"` + s.CallbackURL + `","streamUrl":"http://127.0.0.1:1/c/1",` +
			`"initialDelayMs":null,"readTimeoutMs":null}`))
	})

	It("asks for no method that is not offered", func(ctx SpecContext) {
		f := newFake()
		f.status = says(200, `{"capabilities":["post"]}`)
		d := started(ctx, f, patient)
		_, err := d.Connect(ctx, client.Connect{Method: "REPORT"}, nil)
		Expect(err).To(MatchError(ContainSubstring("asks for the method REPORT, and the service does not offer it")))
		Expect(f.created).NotTo(Receive())
	})

	It("that is refused is the service's doing", func(ctx SpecContext) {
		f := newFake()
		d := started(ctx, f, patient)
		f.create = says(503, "no more")
		s := connect(ctx, f, d, client.Connect{Name: "n"})
		Eventually(s.Lost(), generous).Should(BeClosed())
		Expect(subjectError(s.Err())).To(ContainSubstring(`with 503, "no more"; expected 2xx`))
		Expect(s.Close(ctx)).To(Equal(s.Err()))
		Expect(s.said()).To(BeEmpty())
	})

	It("names the event types before it is over, to a service that wants to know", func(ctx SpecContext) {
		f := newFake()
		f.status = says(200, `{"capabilities":["event-type-listeners"]}`)
		d := started(ctx, f, patient)
		s := connect(ctx, f, d, client.Connect{Name: "n", Listen: []string{"message", "login", " a\"b"}})
		Expect(f.calls).To(Receive(Equal(`POST /streams/1 {"command":"listen","listen":{"type":"login"}}`)))
		Expect(f.calls).To(Receive(Equal(`POST /streams/1 {"command":"listen","listen":{"type":" a\"b"}}`)))
		Expect(f.calls).NotTo(Receive())
		Expect(s.Err()).NotTo(HaveOccurred())

		f.command = says(400, "what?")
		_, err := d.Connect(ctx, client.Connect{Name: "n", Listen: []string{"login"}}, s.see)
		Expect(subjectError(err)).To(And(ContainSubstring(`listen for the event type "login"`), ContainSubstring(`with 400, "what?"`)))
	})

	It("that is not answered holds nobody up, and the stream is deleted when it is there", func(ctx SpecContext) {
		f := newFake()
		d := started(ctx, f, patient)
		answer := make(chan struct{})
		f.create = func(w http.ResponseWriter, r *http.Request) { <-answer; located("/streams/9")(w, r) }
		s := connect(ctx, f, d, client.Connect{Name: "n"})
		Expect(post(s.CallbackURL+"/1", eventJSON(spec.Event{Data: "early"}))).To(Equal(202))
		short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		Expect(s.Close(short)).To(MatchError(ContainSubstring("has not answered the creation of the stream")))
		Expect(s.said()).To(Equal([]string{"early"}))
		close(answer)
		Eventually(f.calls, generous).Should(Receive(Equal("DELETE /streams/9 ")))
	})
})

var _ = Describe("a creation that takes too long", func() {
	It("is the service's doing, and what comes of it is deleted", func(ctx SpecContext) {
		f := newFake()
		o := patient
		o.Create = 50 * time.Millisecond
		d := started(ctx, f, o)
		answer := make(chan struct{})
		f.create = func(w http.ResponseWriter, r *http.Request) { <-answer; located("/streams/9")(w, r) }
		s := connect(ctx, f, d, client.Connect{Name: "n"})
		Eventually(s.Lost(), generous).Should(BeClosed())
		Expect(subjectError(s.Err())).To(Equal("the service did not answer POST " + f.URL + " within 50ms"))
		close(answer)
		Expect(s.Close(ctx)).To(Equal(s.Err()))
		Eventually(f.calls, generous).Should(Receive(Equal("DELETE /streams/9 ")))
	})
})

var _ = Describe("a callback", func() {
	DescribeTable("is told as it is meant",
		func(ctx SpecContext, body string, want transcript.Observation) {
			f := newFake()
			s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
			Expect(post(s.CallbackURL+"/1", body)).To(Equal(202))
			Expect(s.all()).To(Equal([]transcript.Observation{want}))
		},
		Entry("an event", `{"kind":"event","event":{"type":"put","data":"a\nb","id":"1"}}`, sawEvent("put", "a\nb", "1")),
		Entry("nulls", `{"kind":"event","event":{"type":null,"data":null,"id":null}}`, sawEvent("message", "", "")),
		Entry("nothing, other members, other case and a newline", "{\"KIND\":\"event\",\"event\":{\"x\":1,\"Data\":\"d\"},\"error\":null}\n", sawEvent("message", "d", "")),
		Entry("an empty type", `{"kind":"event","event":{"type":"","data":"d"}}`, sawEvent("message", "d", "")),
		Entry("bytes that are no text", `{"kind":"event","event":{"data":"x","dataBase64":"/w=="}}`, sawEvent("message", "\xff", "")),
		Entry("half a character, which is not mended", `{"kind":"event","event":{"data":"\udcff"}}`, sawEvent("message", "\xed\xb3\xbf", "")),
		Entry("a comment", `{"kind":"comment","comment":" hi"}`, transcript.Observation{Kind: transcript.SawComment, Comment: " hi"}),
		Entry("an empty comment", `{"kind":"comment"}`, transcript.Observation{Kind: transcript.SawComment}),
		Entry("an error", `{"kind":"error","error":"EOF"}`, transcript.Observation{Kind: transcript.SawError, Message: "EOF"}),
		Entry("an error alone", `{"kind":"error"}`, transcript.Observation{Kind: transcript.SawError}),
		Entry("an error of a form of its own", `{"kind":"error","error":{"code":7}}`, transcript.Observation{Kind: transcript.SawError, Message: `{"code":7}`}),
	)

	DescribeTable("that is none ends the stream and says why",
		func(ctx SpecContext, path, body, want string) {
			f := newFake()
			s := connect(ctx, f, started(ctx, f, service.Options{MaxCallback: 150}), client.Connect{Name: "n"})
			Expect(post(s.CallbackURL+path, body)).To(Equal(400))
			Eventually(s.Lost(), generous).Should(BeClosed())
			Expect(subjectError(s.Err())).To(ContainSubstring(want))
			Expect(post(s.CallbackURL+"/1", `{"kind":"error"}`)).To(Equal(404))
			Expect(s.Close(ctx)).To(Equal(s.Err()))
			Expect(f.calls).To(Receive(Equal("DELETE /streams/1 ")), "its client must not go on")
			Expect(s.said()).To(BeEmpty())
		},
		Entry("another kind", "/1", `{"kind":"opened"}`, `callback 1: its kind is "opened"; expected event, comment or error`),
		Entry("no kind", "/1", `{}`, `its kind is ""`),
		Entry("no event", "/1", `{"kind":"event","event":null}`, `its kind is event, and it has no member event`),
		Entry("two objects", "/7", `{"kind":"error"}{"kind":"error"}`, `callback 7: it is no JSON`),
		Entry("a list", "/1", `[]`, `it is no JSON as the protocol has it`),
		Entry("no UTF-8", "/1", "{\"kind\":\"event\",\"event\":{\"data\":\"\xff\"}}", `no UTF-8`),
		Entry("no base64", "/1", `{"kind":"event","event":{"dataBase64":"?"}}`, `dataBase64 is no base64`),
		Entry("too much", "/1", `{"kind":"comment","comment":"`+strings.Repeat("x", 150)+`"}`, `callback 1 is longer than 150 bytes`),
		Entry("a counter below zero", "/-1", `{"kind":"error"}`, `a slash and a decimal counter`),
	)

	It("waits for its turn", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		for _, n := range []int{3, 2, 4, 1} {
			Expect(post(fmt.Sprint(s.CallbackURL, "/", n), eventJSON(spec.Event{Data: fmt.Sprint(n)}))).To(Equal(202))
		}
		Expect(s.said()).To(Equal([]string{"1", "2", "3", "4"}))
	})

	It("waits for its turn from 0, of a service that was seen to count so", func(ctx SpecContext) {
		f := newFake()
		f.number = func(n int) string { return fmt.Sprint("/", n) }
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		for _, n := range []int{1, 0} {
			Expect(post(fmt.Sprint(s.CallbackURL, "/", n), eventJSON(spec.Event{Data: fmt.Sprint(n)}))).To(Equal(202))
		}
		Expect(s.said()).To(Equal([]string{"0", "1"}))
	})

	It("that is missed for too long ends the stream", func(ctx SpecContext) {
		f := newFake()
		o := patient
		o.Gap = 50 * time.Millisecond
		s := connect(ctx, f, started(ctx, f, o), client.Connect{Name: "n"})
		for _, n := range []int{1, 3, 4} {
			Expect(post(fmt.Sprint(s.CallbackURL, "/", n), eventJSON(spec.Event{Data: fmt.Sprint(n)}))).To(Equal(202))
		}
		Eventually(s.Lost(), generous).Should(BeClosed())
		Expect(subjectError(s.Err())).To(Equal("there is a gap in the counters of its callbacks: the callback with the counter 2 " +
			"never came, 2 later ones from 3 on did; it was waited for 50ms"))
		Expect(s.said()).To(Equal([]string{"1"}))
	})

	It("may name its target in the absolute form, with a query", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		u, err := url.Parse(s.CallbackURL)
		Expect(err).NotTo(HaveOccurred())
		conn, err := net.Dial("tcp", u.Host)
		Expect(err).NotTo(HaveOccurred())
		defer conn.Close()
		_, err = fmt.Fprintf(conn, "PUT %s/1?x=2 HTTP/1.1\r\nHost: elsewhere\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{\"kind\":\"error\"}", s.CallbackURL)
		Expect(err).NotTo(HaveOccurred())
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(response.StatusCode).To(Equal(202))
		Expect(s.all()).To(HaveLen(1))
	})

	It("may leave its connection behind, each time", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		u, err := url.Parse(s.CallbackURL)
		Expect(err).NotTo(HaveOccurred())
		var first net.Conn
		const many = 300
		for n := range many {
			conn, err := net.Dial("tcp", u.Host)
			Expect(err).NotTo(HaveOccurred())
			defer conn.Close()
			_, err = fmt.Fprintf(conn, "POST %s/%d HTTP/1.1\r\nHost: h\r\nContent-Length: 16\r\n\r\n{\"kind\":\"error\"}", u.Path, n+1)
			Expect(err).NotTo(HaveOccurred())
			if n == 0 {
				first = conn
			}
		}
		Eventually(s.all, generous).Should(HaveLen(many))
		Expect(first.SetReadDeadline(time.Now().Add(generous))).To(Succeed())
		_, err = io.Copy(io.Discard, first) // to the end that the driver makes
		Expect(err).NotTo(HaveOccurred())
	})

	It("to a stream that there never was is answered with 404, and HEAD with 200", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		Expect(post(s.CallbackURL+"0/1", `{"kind":"error"}`)).To(Equal(404))
		response, err := http.Head(s.CallbackURL + "0")
		Expect(err).NotTo(HaveOccurred())
		Expect(response.Body.Close()).To(Succeed())
		Expect(response.StatusCode).To(Equal(200))
	})
})

var _ = Describe("Close of a stream", func() {
	It("tells that it was closed, and nothing after Release", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		Expect(post(s.CallbackURL+"/1", eventJSON(spec.Event{Data: "a"}))).To(Equal(202))
		Expect(s.Close(ctx)).To(Succeed())
		Expect(f.calls).To(Receive(Equal("DELETE /streams/1 ")))
		Expect(s.Close(ctx)).To(Succeed(), "once more, which asks for nothing")
		Expect(f.calls).NotTo(Receive())
		Expect(post(s.CallbackURL+"/2", eventJSON(spec.Event{Data: "b"}))).To(Equal(202), "a fault, which is for others to judge")
		s.Release()
		Expect(post(s.CallbackURL+"/3", eventJSON(spec.Event{Data: "c"}))).To(Equal(404))
		Expect(s.said()).To(Equal([]string{"a", "closed", "b"}))
		Expect(s.Lost()).NotTo(BeClosed())
	})

	It("waits for callbacks that are still on their way", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		Expect(post(s.CallbackURL+"/2", eventJSON(spec.Event{Data: "b"}))).To(Equal(202))
		closed := make(chan error, 1)
		go func() { closed <- s.Close(ctx) }()
		Eventually(f.calls, generous).Should(Receive(Equal("DELETE /streams/1 ")))
		Expect(post(s.CallbackURL+"/1", eventJSON(spec.Event{Data: "a"}))).To(Equal(202))
		Eventually(closed, generous).Should(Receive(BeNil()))
		Expect(s.said()).To(Equal([]string{"a", "b", "closed"}))
	})

	It("takes 404 for closed, and another refusal for the service's doing", func(ctx SpecContext) {
		f := newFake()
		d := started(ctx, f, patient)
		f.delete = says(404, "")
		Expect(connect(ctx, f, d, client.Connect{Name: "n"}).Close(ctx)).To(Succeed())
		f.delete = says(500, "oops")
		s := connect(ctx, f, d, client.Connect{Name: "n"})
		Expect(subjectError(s.Close(ctx))).To(ContainSubstring(`answered DELETE ` + f.URL + `/streams/1 with 500, "oops"`))
		Expect(s.said()).To(BeEmpty())
	})

	It("is over when it is called off", func(ctx SpecContext) {
		f := newFake()
		d := started(ctx, f, patient)
		f.delete = hang
		s := connect(ctx, f, d, client.Connect{Name: "n"})
		short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		Expect(s.Close(short)).To(MatchError(context.DeadlineExceeded))
	})
})

var _ = Describe("a service", func() {
	It("that goes loses its streams", func(ctx SpecContext) {
		f := newFake()
		d := started(ctx, f, patient)
		one, two := connect(ctx, f, d, client.Connect{Name: "1"}), connect(ctx, f, d, client.Connect{Name: "2"})
		f.CloseClientConnections()
		f.Server.Close()
		for _, s := range []*connected{one, two} {
			Eventually(s.Lost(), generous).Should(BeClosed())
			Expect(subjectError(s.Err())).To(And(ContainSubstring("the service at "+f.URL+" is gone"),
				ContainSubstring("is not ssecheck's to start anew")))
		}
		late, err := d.Connect(ctx, client.Connect{Name: "3"}, one.see)
		Expect(err).NotTo(HaveOccurred())
		Eventually(late.Lost(), generous).Should(BeClosed())
		Expect(subjectError(late.Err())).To(ContainSubstring("is gone"))
		Expect(one.Close(ctx)).To(HaveOccurred())
	})

	It("that comes back goes on with new streams, and is not asked to delete those from before", func(ctx SpecContext) {
		f := newFake()
		o := patient
		o.Return = generous
		d := started(ctx, f, o)
		before := connect(ctx, f, d, client.Connect{Name: "before"})
		f.CloseClientConnections()
		f.Server.Close()
		Eventually(before.Lost(), generous).Should(BeClosed())

		after := &connected{}
		stream, err := d.Connect(ctx, client.Connect{Name: "after"}, after.see)
		Expect(err).NotTo(HaveOccurred())
		serveAt(f.Listener.Addr().String(), f.Config.Handler)
		Eventually(f.created, generous).Should(Receive(&after.creation))
		Expect(post(after.CallbackURL+"/1", eventJSON(spec.Event{Data: "a"}))).To(Equal(202))
		Expect(before.Close(ctx)).To(Equal(before.Err()))
		Expect(f.calls).NotTo(Receive(), "the resource may be another stream's by now")
		Expect(stream.Close(ctx)).To(Succeed())
		Expect(f.calls).To(Receive(Equal("DELETE /streams/1 ")))
		Expect(after.said()).To(Equal([]string{"a", "closed"}))
	})

	It("that goes is noticed at Close at the latest", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "1"})
		f.CloseClientConnections()
		f.Server.Close()
		Expect(subjectError(s.Close(ctx))).To(ContainSubstring("is gone"))
	})

	It("is asked to exit when that is wished, and may do so before it answers", func(ctx SpecContext) {
		f := newFake()
		asked := make(chan struct{}, 1)
		f.quit = func(w http.ResponseWriter, _ *http.Request) {
			asked <- struct{}{}
			panic(http.ErrAbortHandler)
		}
		o := patient
		o.StopAtEnd = true
		d := started(ctx, f, o)
		Expect(d.Close()).To(Succeed())
		Expect(asked).To(Receive())
	})

	It("that does not want to exit is complained of", func(ctx SpecContext) {
		f := newFake()
		o := patient
		o.StopAtEnd = true
		d := started(ctx, f, o)
		Expect(d.Close()).To(MatchError(And(ContainSubstring("was asked to exit"), ContainSubstring("with 405"))))
	})

	It("is left alone otherwise, and what is still open is closed", func(ctx SpecContext) {
		f := newFake()
		f.quit = func(http.ResponseWriter, *http.Request) { defer GinkgoRecover(); Fail("it was asked to exit") }
		d := started(ctx, f, patient)
		s := connect(ctx, f, d, client.Connect{Name: "n"})
		Expect(d.Close()).To(Succeed())
		Expect(f.calls).To(Receive(Equal("DELETE /streams/1 ")))
		Expect(s.said()).To(Equal([]string{"closed"}))
	})

	It("has many streams at once", func(ctx SpecContext) {
		const streams, events = 100, 20
		f := newFake()
		d := started(ctx, f, patient)
		var playing sync.WaitGroup
		for range streams {
			s := connect(ctx, f, d, client.Connect{Name: "n"})
			playing.Go(func() {
				defer GinkgoRecover()
				for n := events; n > 0; n-- {
					Expect(post(fmt.Sprint(s.CallbackURL, "/", n), eventJSON(spec.Event{Data: fmt.Sprint(n)}))).To(Equal(202))
				}
				Expect(s.Close(ctx)).To(Succeed())
				Expect(s.said()).To(HaveLen(events + 1))
				Expect(s.said()[:3]).To(Equal([]string{"1", "2", "3"}))
			})
		}
		playing.Wait()
	})
})

func sawEvent(kind, data, id string) transcript.Observation {
	return transcript.Observation{Kind: transcript.SawEvent, Event: spec.Event{Type: kind, Data: data, LastEventID: id}}
}
