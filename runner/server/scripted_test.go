package server_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/internal/casetest"
	"github.com/ssecheck/ssecheck/runner/refserver"
	"github.com/ssecheck/ssecheck/runner/server"
)

// scripted plays cases on a scripted server behind a handler.
func scripted(ctx SpecContext, h http.Handler, get bool, list []*cases.Case) map[string]reports.Result {
	GinkgoHelper()
	s := httptest.NewServer(h)
	DeferCleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	report, err := runner.Run(ctx, runner.Options{Cases: list, Timeout: 3 * time.Second,
		Subjects: []runner.Subject{server.NewScripted(s.URL+"/script", get, server.Options{})}})
	Expect(err).NotTo(HaveOccurred())
	byID := map[string]reports.Result{}
	for _, r := range report.Subjects[0].Results {
		byID[strings.TrimPrefix(r.Case, "e/t/")] = r
	}
	return byID
}

func ticker() http.Handler {
	ticker := refserver.New(refserver.Options{Period: time.Second})
	DeferCleanup(ticker.Close)
	return ticker
}

var ofEach = [][2]string{
	{"plain", `emit: [{event: e, data: "a\nb", id: "1"}, {data: END}], wire: [grammar]`},
	{"hostile", `emit: [{event: "x\ndata: forged", data: a}, {data: END}]`},
	{"comment", `emit: [{comment: hi}, {data: END}]`},
	{"held", `emit: [{data: a}], end: hold, delivery: [stays-open, event-stream]`},
}

// answering is a server that greets as it should and answers every script so.
func answering(answer http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), `"hello"`) {
			w.Header().Set("Content-Type", "text/event-stream")
			return
		}
		answer(w, r)
	})
}

func stream(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, text)
}

var _ = Describe("A scripted server", func() {
	It("is judged on what it emits and on how that arrives", func(ctx SpecContext) {
		for id, r := range scripted(ctx, ticker(), false, casetest.Emits(ofEach...)) {
			Expect(r.Verdict).To(Equal(reports.Pass), "%s: %s", id, r.Message)
		}
	})

	It("may take its script in the query, but for one that is too long", func(ctx SpecContext) {
		long := [2]string{"long", `emit: [{data: [{repeat: x, times: 10000}]}]`}
		for id, r := range scripted(ctx, ticker(), true, casetest.Emits(append(ofEach, long)...)) {
			want := reports.Pass
			if id == "long" {
				want = reports.Skip
			}
			Expect(r.Verdict).To(Equal(want), "%s: %s", id, r.Message)
		}
	})

	It("passes every delivery case of the corpus, over HTTP/1.1 and HTTP/2", func(ctx SpecContext) {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		l, err := refserver.Serve(ctx, "127.0.0.1:0", ticker(), nil)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		for _, version := range []string{"1.1", "h2c"} {
			report, err := runner.Run(ctx, runner.Options{Cases: corpus.Cases(), Timeout: 30 * time.Second,
				Subjects: []runner.Subject{server.NewScripted(l.URL+"/script", false, server.Options{HTTP: version})}})
			Expect(err).NotTo(HaveOccurred())
			Expect(len(report.Subjects[0].Results)).To(BeNumerically(">=", 80))
			for _, r := range report.Subjects[0].Results {
				if r.Verdict != reports.Skip {
					Expect(r.Verdict).To(Equal(reports.Pass), "%s over %s: %s", r.Case, version, r.Message)
				}
			}
		}
	}, NodeTimeout(2*time.Minute))

	It("says what its library can do in its hello", func(ctx SpecContext) {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"op":"hello","protocol":1,"name":"mine","version":"3","roles":["encoder"],"capabilities":["retry"]}`)
		})
		s := httptest.NewServer(h)
		DeferCleanup(s.Close)
		subject := server.NewScripted(s.URL, false, server.Options{})
		Expect(subject.Start(ctx)).To(Succeed())
		Expect(subject.Info().Name).To(Equal("mine"))
		Expect(subject.Info().Version).To(Equal("3"))
		Expect(subject.Skip(casetest.Emits(ofEach[2])[0]).Kind).To(Equal(reports.SkipCapability))
		Expect(subject.Skip(casetest.Emits(ofEach[0])[0])).To(Equal(runner.Skip{}))
	})

	DescribeTable("that is none passes nothing", func(ctx SpecContext, answer http.HandlerFunc, words string) {
		all := scripted(ctx, answering(answer), false, casetest.Emits(ofEach...))
		Expect(all).To(HaveLen(len(ofEach)))
		for id, r := range all {
			Expect(r.Verdict).To(Equal(reports.Fail), "%s: %s", id, r.Message)
		}
		Expect(all["plain"].Message).To(ContainSubstring(words))
	},
		Entry("it streams nothing", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { stream(w, "") }), "did not come back"),
		Entry("it refuses everything", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no, thanks", 400) }), "no, thanks"),
		Entry("it fails", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "boom", 500) }), "boom"),
		Entry("it answers 204", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }), "204"),
		Entry("it streams its own events", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { stream(w, "data: mine\n\ndata: END\n\n") }), "data"),
		Entry("it breaks off", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "not answered"),
	)

	DescribeTable("that cannot be judged is named with the remedy", func(ctx SpecContext, h http.Handler, words string) {
		s := httptest.NewServer(h)
		DeferCleanup(s.Close)
		Expect(server.NewScripted(s.URL, false, server.Options{}).Start(ctx)).To(MatchError(ContainSubstring(words)))
	},
		Entry("there is nothing", http.NotFoundHandler(), "404 Not Found"),
		Entry("it takes no POST", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(405) }), "405"),
		Entry("it answers JSON that is no hello", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"ok":true}`)
		}), "no hello"),
	)

	DescribeTable("refuses what the format cannot carry with a 4xx: with a 5xx it has failed", func(ctx SpecContext, status int, want reports.Verdict) {
		sound, asked := ticker(), false
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if strings.Contains(string(body), `x\u000adata`) {
				asked = true
				http.Error(w, "no", status)
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			sound.ServeHTTP(w, r)
		})
		r := scripted(ctx, h, false, casetest.Emits(ofEach[1]))["hostile"]
		Expect(asked).To(BeTrue())
		Expect(r.Verdict).To(Equal(want), r.Message)
	},
		Entry("400", 400, reports.Pass),
		Entry("422", 422, reports.Pass),
		Entry("500", 500, reports.Fail),
		Entry("503", 503, reports.Fail),
	)

	It("that does not end its stream in time is told so", func(ctx SpecContext) {
		stays := answering(func(w http.ResponseWriter, r *http.Request) {
			stream(w, "event: e\nid: 1\ndata: a\ndata: b\n\n")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		})
		r := scripted(ctx, stays, false, casetest.Emits(ofEach[0]))["plain"]
		Expect(r.Verdict).To(Equal(reports.Fail))
		Expect(r.Message).To(ContainSubstring("did not end in time"))
	})
})
