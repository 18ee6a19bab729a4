package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/internal/casetest"
	"github.com/ssecheck/ssecheck/spec"
)

// plain is a client that is right enough: it reads, comes back, resumes, and
// gives up for good on any answer but 200.
func plain(ctx context.Context, ask client.Connect, r client.Reporter) error {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	id, wait := "", 10*time.Millisecond
	decoder := spec.NewDecoder(strings.NewReader(""), spec.WithRetries(func(ms int64) { wait = time.Duration(ms) * time.Millisecond }))
	for {
		err := func() error {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, ask.URL, nil)
			if err != nil {
				return err
			}
			request.Header.Set("Accept", "text/event-stream")
			if id != "" {
				request.Header.Set("Last-Event-ID", id)
			}
			response, err := transport.RoundTrip(request)
			if err != nil {
				return nil
			}
			defer response.Body.Close()
			if response.StatusCode != http.StatusOK {
				return fmt.Errorf("status %d", response.StatusCode)
			}
			r.Open()
			decoder.Reset(response.Body)
			for e, err := range decoder.Events() {
				if err != nil {
					break
				}
				id = e.LastEventID
				r.Event(e)
			}
			return nil
		}()
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		r.Error(errors.New("the connection ended"), true)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// plainOffers are the capabilities of plain.
var plainOffers = []string{client.Opens, client.Errors}

// corpus loads one suite, client/t, with these cases.
func corpus(yaml string) map[string]*cases.Case {
	GinkgoHelper()
	all := map[string]*cases.Case{}
	for _, c := range casetest.Load("client/t", yaml) {
		all[c.ID] = c
	}
	return all
}

// started starts a subject and closes it behind the spec.
func started(ctx context.Context, d client.Driver) *client.Subject {
	GinkgoHelper()
	s := client.New(d)
	Expect(s.Start(ctx)).To(Succeed())
	DeferCleanup(func() { _ = s.Close() })
	return s
}

// play plays a case within the limit.
func play(ctx context.Context, s *client.Subject, c *cases.Case, limit time.Duration) reports.Result {
	GinkgoHelper()
	Expect(c).NotTo(BeNil())
	return runner.PlayCase(ctx, s, c, runner.CaseOptions{Timeout: limit, KeepTranscript: true})
}
