package client_test

import (
	"context"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// sleepy has one thread for all sources: what the case of the sleeping pill
// makes it do keeps it from all else, longer than a play has.
type sleepy struct {
	client.Driver
	asleep time.Duration

	mu    sync.Mutex
	until time.Time
	tried int // plays that came while it slept
}

func (s *sleepy) Hello() client.Hello {
	h := s.Driver.Hello()
	h.Shared = true
	return h
}

// Stalled is as the service tells it: now while it sleeps, else when it woke.
func (s *sleepy) Stalled() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Before(s.until) {
		return now
	}
	return s.until
}

func (s *sleepy) Connect(ctx context.Context, ask client.Connect, see func(transcript.Observation)) (client.Stream, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ask.Name == "client/t/pill, as written" && s.until.IsZero() {
		s.until = time.Now().Add(s.asleep)
	}
	if time.Now().Before(s.until) {
		s.tried++
		return nil, &client.SubjectError{What: "not taken"}
	}
	return s.Driver.Connect(ctx, ask, see)
}

var _ = Describe("an implementation that answers nobody for a while", func() {
	It("is waited for, so that what came meanwhile is held against no other case", func(ctx SpecContext) {
		s := &sleepy{Driver: client.Function("f", plain, "", plainOffers...), asleep: 2 * time.Second}
		subject := started(ctx, s)
		all := corpus(`
  - id: innocent
    title: A client reads
    requirements: [parse.dispatch.blank-line]
    connections:
      - stream: ["data: END\n\n"]
    expect: [{data: END}]
  - id: pill
    title: A client falls asleep
    requirements: [parse.dispatch.blank-line]
    connections:
      - stream: ["data: END\n\n"]
    expect: [{data: END}]
`)
		pill := play(ctx, subject, all["pill"], 200*time.Millisecond)
		Expect(pill.Verdict).To(Equal(reports.Pass), pill.Message)
		Expect(s.tried).To(Equal(1), "it is left alone until it is awake")

		s.mu.Lock()
		s.until = time.Now().Add(s.asleep)
		s.mu.Unlock()
		innocent := play(ctx, subject, all["innocent"], 200*time.Millisecond)
		Expect(innocent.Verdict).To(Equal(reports.Pass), innocent.Message)
		Expect(s.tried).To(Equal(1))
	})
})
