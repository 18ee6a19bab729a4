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

// brittle is one process of many sources: the case of the id bomb ends it, and
// all sources with it. Something starts it anew at once.
type brittle struct {
	client.Driver

	mu       sync.Mutex
	lost     chan struct{} // of the process that is there now
	open     int
	alone    int
	disturbs int // sources that were open beside one that is to be alone
}

func (b *brittle) Hello() client.Hello {
	h := b.Driver.Hello()
	h.Shared = true
	return h
}

func (b *brittle) Connect(ctx context.Context, ask client.Connect, see func(transcript.Observation)) (client.Stream, error) {
	inner, err := b.Driver.Connect(ctx, ask, see)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if ask.Alone {
		b.alone++
	}
	if b.open > 0 && ask.Alone {
		b.disturbs++
	}
	b.open++
	s := &brittleSource{Stream: inner, of: b, lost: b.lost}
	if ask.Name == "client/t/bomb, as written" {
		close(b.lost)
		b.lost = make(chan struct{})
	}
	return s, nil
}

type brittleSource struct {
	client.Stream
	of   *brittle
	lost chan struct{}
}

func (s *brittleSource) Lost() <-chan struct{} { return s.lost }
func (s *brittleSource) Err() error            { return &client.SubjectError{What: "it went up in smoke"} }
func (s *brittleSource) Release() {
	s.Stream.Release()
	s.of.mu.Lock()
	defer s.of.mu.Unlock()
	s.of.open--
}

var _ = Describe("an implementation whose sources share one process", func() {
	It("is ended by who ends it alone, and by nobody else", func(ctx SpecContext) {
		b := &brittle{Driver: client.Function("f", plain, "", plainOffers...), lost: make(chan struct{})}
		subject := started(ctx, b)
		all := corpus(`
  - id: innocent
    title: A client reads for a while
    requirements: [parse.dispatch.blank-line]
    connections:
      - stream: ["data: a\n\n", {pause: 50ms}, "data: END\n\n"]
    expect: [{data: a}, {data: END}]
  - id: bomb
    title: A client goes up in smoke
    requirements: [parse.dispatch.blank-line]
    connections:
      - stream: ["data: END\n\n"]
    expect: [{data: END}]
`)
		var playing sync.WaitGroup
		run := func(id string, want reports.Verdict, message string) {
			playing.Go(func() {
				defer GinkgoRecover()
				r := play(ctx, subject, all[id], 20*time.Second)
				Expect(r.Verdict).To(Equal(want), "%s: %s", id, r.Message)
				Expect(r.Message).To(ContainSubstring(message))
			})
		}
		for range 10 {
			run("innocent", reports.Pass, "")
		}
		Eventually(func() int { b.mu.Lock(); defer b.mu.Unlock(); return b.open }).WithTimeout(20 * time.Second).Should(Equal(10))
		run("bomb", reports.Fail, "it went up in smoke")
		playing.Wait()
		Expect(b.alone).To(BeNumerically(">", 1))
		Expect(b.disturbs).To(BeZero())
	})
})
