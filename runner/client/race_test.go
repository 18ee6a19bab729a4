package client_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

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
		Entry("before it was asked", 10*time.Millisecond, 30*time.Millisecond, 5*time.Millisecond, false),
		Entry("after it had confirmed", 10*time.Millisecond, 30*time.Millisecond, 90*time.Millisecond, false),
		Entry("on its way when it had confirmed", 10*time.Millisecond, 30*time.Millisecond, 40*time.Millisecond, true),
		Entry("never confirmed", 10*time.Millisecond, 0*time.Millisecond, 40*time.Millisecond, false),
		Entry("never asked", 0*time.Millisecond, 30*time.Millisecond, 20*time.Millisecond, false),
		Entry("no request too many", 10*time.Millisecond, 30*time.Millisecond, 0*time.Millisecond, false),
	)
	It("is none without a client", func() { Expect(client.Raced(&transcript.Transcript{})).To(BeFalse()) })
})
