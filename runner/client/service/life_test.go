package service_test

import (
	"fmt"
	"net/http"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/spec"
)

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
