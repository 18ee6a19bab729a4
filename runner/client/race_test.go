package client_test

import (
	"context"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

var _ = Describe("a race between a close and a request", func() {
	DescribeTable("is known by the times", func(closed, confirmed, request time.Duration, want bool) {
		k := &transcript.Client{Connections: 1, ClosedByCase: closed, Requests: []*transcript.Exchange{{}}}
		if request > 0 {
			k.Requests = append(k.Requests, &transcript.Exchange{At: request})
		}
		if confirmed > 0 {
			k.Seen = []transcript.Observation{{Kind: transcript.SawClosed, At: confirmed}}
		}
		Expect(client.Raced(&transcript.Transcript{Client: k})).To(Equal(want))
	},
		Entry("between the two", 10*time.Millisecond, 30*time.Millisecond, 20*time.Millisecond, true),
		Entry("before it was asked", 10*time.Millisecond, 30*time.Millisecond, 5*time.Millisecond, true),
		Entry("after it had confirmed", 10*time.Millisecond, 30*time.Millisecond, 90*time.Millisecond, false),
		Entry("on its way when it had confirmed", 10*time.Millisecond, 30*time.Millisecond, 40*time.Millisecond, true),
		Entry("never confirmed", 10*time.Millisecond, 0*time.Millisecond, 40*time.Millisecond, false),
		Entry("never asked", 0*time.Millisecond, 30*time.Millisecond, 20*time.Millisecond, false),
		Entry("no request too many", 10*time.Millisecond, 30*time.Millisecond, 0*time.Millisecond, false),
	)
	It("is one where the word that would have it closed came after the request", func() {
		k := &transcript.Client{Connections: 1, Overtaken: true, Requests: []*transcript.Exchange{{}, {At: 1}}}
		Expect(client.Raced(&transcript.Transcript{Client: k})).To(BeTrue())
		k.Requests = k.Requests[:1]
		Expect(client.Raced(&transcript.Transcript{Client: k})).To(BeFalse())
	})
	It("is none without a client", func() { Expect(client.Raced(&transcript.Transcript{})).To(BeFalse()) })

	Context("when its word of an error comes after its next request", func() {
		const closedAtError = `
  - id: closed
    title: A client is closed at an error
    requirements: [response.network-error]
    connections:
      - stream: ["retry: 1\ndata: a\n\n", {drop: fin}]
    close: {on: error}
    expect: [{data: a}]
    finally: {requests: 1}
`
		// It says of an error only when it has tried again, for the first late plays.
		playedLate := func(ctx SpecContext, late int32) (reports.Verdict, int32) {
			var plays atomic.Int32
			c := func(ctx context.Context, ask client.Connect, r client.Reporter) error {
				if plays.Add(1) > late {
					return plain(ctx, ask, r)
				}
				err := plain(ctx, ask, muted{r})
				r.Error(errTest, true)
				return err
			}
			s := started(ctx, client.Function("late", c, "", plainOffers...))
			r := play(ctx, s, corpus(closedAtError)["closed"], 3*time.Second)
			return r.Verdict, plays.Load()
		}

		It("plays the case again, since the machine may be busy", func(ctx SpecContext) {
			verdict, plays := playedLate(ctx, 1)
			Expect(verdict).To(Equal(reports.Pass))
			Expect(plays).To(BeNumerically(">", 1))
		})

		It("fails a client that does so each time", func(ctx SpecContext) {
			verdict, plays := playedLate(ctx, 100)
			Expect(verdict).To(Equal(reports.Fail))
			Expect(plays).To(BeNumerically("<", 10))
		})
	})
})

// muted tells of no error.
type muted struct{ client.Reporter }

func (muted) Error(error, bool) {}
