package service_test

import (
	"context"
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

func sawEvent(kind, data, id string) transcript.Observation {
	return transcript.Observation{Kind: transcript.SawEvent, Event: spec.Event{Type: kind, Data: data, LastEventID: id}}
}
