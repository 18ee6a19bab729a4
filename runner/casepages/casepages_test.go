package casepages_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/casepages"
	"github.com/ssecheck/ssecheck/runner/wire"
)

func allCases() []*cases.Case {
	GinkgoHelper()
	corpus, err := cases.Default()
	Expect(err).NotTo(HaveOccurred())
	return corpus.Cases()
}

var _ = Describe("Pages", func() {
	It("finds each case that HTTP/1.1 can carry at its path and below it", func() {
		all := allCases()
		pages := casepages.New(all)
		found := 0
		for _, c := range all {
			script, ok := pages.Find(casepages.Path(c))
			Expect(ok).To(Equal(casepages.Offered(c)), c.Name())
			if !ok {
				continue
			}
			found++
			Expect(script.Path).To(Equal(casepages.Path(c)))
			Expect(script.Repeat).To(BeTrue())
			below, ok := pages.Find(casepages.Path(c) + "/next/one")
			Expect(ok).To(BeTrue())
			Expect(below.Path).To(Equal(casepages.Path(c)))
		}
		Expect(found).To(BeNumerically(">", 500))
		for _, path := range []string{"/", "/ticker", casepages.Root, casepages.Root + "no/such"} {
			_, ok := pages.Find(path)
			Expect(ok).To(BeFalse(), path)
		}
	})

	It("waits for nobody", func() {
		pages := casepages.New(allCases())
		for _, c := range allCases() {
			script, ok := pages.Find(casepages.Path(c))
			if !ok {
				continue
			}
			for _, conn := range script.Connections {
				Expect(conn.Respond == nil || conn.Respond.Await == nil).To(BeTrue(), c.Name())
				Expect(conn.Refuse).To(BeEmpty(), c.Name())
				Expect(slices.ContainsFunc(conn.Stream, func(i cases.Item) bool { return i.Await != nil })).To(BeFalse(), c.Name())
			}
		}
	})

	It("serves a case's bytes over and over, and a page that lists all", func(ctx SpecContext) {
		pages := casepages.New(allCases())
		server, err := wire.Start(ctx, wire.Options{Find: pages.Find, Fallback: pages})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(server.Close)
		get := func(path string) (*http.Response, string) {
			GinkgoHelper()
			response, err := http.Get("http://" + server.Hosts()[0] + path)
			Expect(err).NotTo(HaveOccurred())
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			Expect(err).NotTo(HaveOccurred())
			return response, string(body)
		}
		for range 2 {
			response, body := get(casepages.Root + "fields/data/two-lines")
			Expect(response.Header.Get("Content-Type")).To(Equal("text/event-stream"))
			Expect(body).To(Equal("data: first line\ndata: second line\n\n"))
		}
		response, body := get(casepages.Root)
		Expect(response.Header.Get("Content-Type")).To(Equal("text/html; charset=utf-8"))
		Expect(body).To(ContainSubstring(`<a href="/cases/fields/data/two-lines">`))
		Expect(body).To(ContainSubstring("Consecutive data fields are joined by one newline"))
	})

	It("answers GET and HEAD alone", func() {
		pages := casepages.New(allCases())
		answer := func(method, path string) int {
			w := httptest.NewRecorder()
			pages.ServeHTTP(w, httptest.NewRequest(method, path, nil))
			return w.Code
		}
		Expect(answer("HEAD", casepages.Root)).To(Equal(200))
		Expect(answer("POST", casepages.Root)).To(Equal(405))
		Expect(answer("GET", "/cases/no/such")).To(Equal(404))
	})
})
