package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/server"
)

// A fault is what a small server does wrong; "" is nothing.
type fault string

// answers starts the response to a POST that streams its answer; false says that
// the request is answered already.
func answers(w http.ResponseWriter, r *http.Request) (body []byte, ok bool) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		http.Error(w, "POST a request", http.StatusMethodNotAllowed)
		return nil, false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil || r.Header.Get("Content-Type") != "application/json" || !json.Valid(body) {
		http.Error(w, `{"error":"a JSON body is expected"}`, http.StatusBadRequest)
		return nil, false
	}
	return body, true
}

// languageModel streams an answer in the manner of a language model: a few
// pieces as they are made, [DONE], and the end.
func languageModel(f fault) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := answers(w, r); !ok {
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		if f == "json" {
			w.Header().Set("Content-Type", "application/json")
		}
		write := func(text string) {
			fmt.Fprint(w, text)
			_ = http.NewResponseController(w).Flush()
		}
		write("")
		for i := range 12 {
			delta := fmt.Sprintf(`{"choices":[{"index":0,"delta":{"content":"piece %d"}}]}`, i)
			if f == "line break" {
				delta = strings.Replace(delta, "piece", "piece\n", 1)
			}
			write("data: " + delta + "\n\n")
			select {
			case <-time.After(30 * time.Millisecond):
			case <-r.Context().Done():
				return
			}
		}
		switch f {
		case "cut off":
			write("data: [DONE]\n")
			return
		case "broken off":
			panic(http.ErrAbortHandler)
		}
		write("data: [DONE]\n\n")
		switch f {
		case "more":
			write(`data: {"usage":{"total_tokens":12}}` + "\n\n")
		case "open":
			<-r.Context().Done()
		}
	})
}

// toolServer answers a JSON-RPC request with a notification and the result, in
// the manner of the Model Context Protocol.
func toolServer(f fault) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers(w, r)
		if !ok {
			return
		}
		accept := r.Header.Get("Accept")
		if !strings.Contains(accept, "application/json") || !strings.Contains(accept, "text/event-stream") {
			http.Error(w, "Accept must name application/json and text/event-stream", http.StatusNotAcceptable)
			return
		}
		var request struct{ ID json.RawMessage }
		_ = json.Unmarshal(body, &request)
		id := string(request.ID)
		if f == "id" {
			id = `"another"`
		}
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/event-stream")
		write := func(id int, data string) {
			fmt.Fprintf(w, "id: %d\nevent: message\ndata: %s\n\n", id, data)
			_ = http.NewResponseController(w).Flush()
		}
		write(1, `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}`)
		if f != "silent" {
			write(2, `{"jsonrpc":"2.0","id":`+id+`,"result":{"content":[]}}`)
		}
		switch f {
		case "more":
			write(3, `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":2}}`)
		case "open":
			<-r.Context().Done()
		}
	})
}

const toolCall = `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"x"}}`

var _ = Describe("A server that streams the answer to a POST", func() {
	play := func(ctx SpecContext, h http.Handler, opts server.Options, list []*cases.Case) *reports.Report {
		GinkgoHelper()
		s := httptest.NewServer(h)
		DeferCleanup(s.Close)
		opts.Observe = 4 * time.Second
		report, err := runner.Run(ctx, runner.Options{Cases: list, Subjects: []runner.Subject{server.New(s.URL, opts)}})
		Expect(err).NotTo(HaveOccurred())
		return report
	}
	model := server.Options{Body: []byte(`{"model":"x","stream":true}`)}
	tools := server.Options{Body: []byte(toolCall), Header: http.Header{"Accept": {"application/json, text/event-stream"}}}

	DescribeTable("is compliant, and what does not fit is skipped with the reason",
		func(ctx SpecContext, h http.Handler, opts server.Options) {
			report := play(ctx, h, opts, probes())
			Expect(report.Verdict).To(Equal(reports.Compliant))
			for _, r := range report.Subjects[0].Results {
				if r.Level == "info" { // shown, and held against nobody
					continue
				}
				Expect(r.Verdict).To(BeElementOf(reports.Pass, reports.Skip), "%s: %s", r.Case, r.Message)
				if r.Verdict == reports.Skip && r.SkipKind != reports.SkipUnused {
					Expect(r.Case).To(Equal("server/delivery/keep-alive"), r.SkipReason)
				}
			}
			passed := report.Subjects[0].Summary.Pass
			Expect(passed).To(BeNumerically(">", 40))
		},
		Entry("a language model", languageModel(""), model, NodeTimeout(2*time.Minute)),
		Entry("a tool server", toolServer(""), tools, NodeTimeout(2*time.Minute)),
	)

	DescribeTable("fails with a fault",
		func(ctx SpecContext, h http.Handler, opts server.Options, name string) {
			one := slices.DeleteFunc(probes(), func(c *cases.Case) bool { return c.Name() != name })
			Expect(one).To(HaveLen(1))
			r := play(ctx, h, opts, one).Subjects[0].Results[0]
			Expect(r.Verdict).To(Equal(reports.Fail), r.SkipReason)
		},
		Entry("a model whose stream says that it is JSON", languageModel("json"), model, "server/http/media-type", NodeTimeout(2*time.Minute)),
		Entry("a model with a line break in its data", languageModel("line break"), model, "server/framing/lines-are-fields", NodeTimeout(2*time.Minute)),
		Entry("a model whose last event has no blank line", languageModel("cut off"), model, "server/framing/last-block-ends", NodeTimeout(2*time.Minute)),
		Entry("a model whose answer breaks off", languageModel("broken off"), model, "server/framing/ends-cleanly", NodeTimeout(2*time.Minute)),
		Entry("a model that goes on after [DONE]", languageModel("more"), model, "server/finite/end-mark-is-last", NodeTimeout(2*time.Minute)),
		Entry("a model that stays open after [DONE]", languageModel("open"), model, "server/finite/ends-after-the-mark", NodeTimeout(2*time.Minute)),
		Entry("a tool server that goes on after the answer", toolServer("more"), tools, "server/finite/end-mark-is-last", NodeTimeout(2*time.Minute)),
		Entry("a tool server that stays open after the answer", toolServer("open"), tools, "server/finite/ends-after-the-mark", NodeTimeout(2*time.Minute)),
		Entry("a tool server that answers another request", toolServer("id"), tools, "server/finite/json-rpc-answer", NodeTimeout(2*time.Minute)),
		Entry("a tool server that ends without an answer", toolServer("silent"), tools, "server/finite/json-rpc-answer", NodeTimeout(2*time.Minute)),
	)
})
