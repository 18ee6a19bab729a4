package suite_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/suite"
	"github.com/ssecheck/ssecheck/spec"
)

// naive is a parser as one finds it in many programs: it knows data alone, and
// lines that end with LF.
func naive(r io.Reader, emit func(spec.Event)) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			emit(spec.Event{Type: "message", Data: data})
		}
	}
	return lines.Err()
}

// In a test of your own, TestParser makes a subtest of each case.
func ExampleTestParser() {
	_ = func(t *testing.T) {
		suite.TestParser(t, naive, suite.KnownFailing("testdata/known-failing.yaml"))
	}
}

// In a test of your own, TestHandler makes a subtest of each case.
func ExampleTestHandler() {
	_ = func(t *testing.T) {
		clock := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			for {
				_, _ = fmt.Fprintf(w, "data: %s\n\n", time.Now().Format(time.RFC3339))
				w.(http.Flusher).Flush()
				select {
				case <-time.After(time.Second):
				case <-r.Context().Done():
					return
				}
			}
		})
		suite.TestHandler(t, clock, suite.Skip("server/resume/**"))
	}
}

// In a test of your own, TestClient makes a subtest of each case. This client reads
// one connection and reports events alone; it will fail each case that asks it to
// come back.
func ExampleTestClient() {
	_ = func(t *testing.T) {
		suite.TestClient(t, func(ctx context.Context, ask client.Connect, r client.Reporter) error {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, ask.URL, nil)
			if err != nil {
				return err
			}
			request.Header.Set("Accept", "text/event-stream")
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				return err
			}
			defer response.Body.Close()
			for event, err := range spec.NewDecoder(response.Body).Events() {
				if err != nil {
					return err
				}
				r.Event(event)
			}
			return nil
		}, suite.Skip("client/retry/**"))
	}
}

// All doors play a case with the same function, which can be called alone.
func ExampleParser() {
	corpus, err := cases.Default()
	if err != nil {
		fmt.Println(err)
		return
	}
	subject := suite.Parser(naive)
	for _, c := range corpus.Cases() {
		if c.Name() != "fields/data/two-lines" {
			continue
		}
		result := runner.PlayCase(context.Background(), subject, c, runner.CaseOptions{})
		fmt.Println(result.Verdict, "in the variant", result.FailedVariant)
		fmt.Println(result.Message)
	}
	// Output:
	// fail in the variant as written
	// event 1 of 1: expected data "first line\nsecond line", got "first line" (they differ from byte 10 on); 2 events came in all
}
