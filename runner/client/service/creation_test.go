package service_test

import (
	"context"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/spec"
)

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
