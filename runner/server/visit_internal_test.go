package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

var _ = Describe("A visit that is left before a response came", func() {
	It("takes its own leaving for no fault of the server", func(ctx SpecContext) {
		silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		DeferCleanup(silent.Close)
		u, err := url.Parse(silent.URL)
		Expect(err).NotTo(HaveOccurred())
		visiting, timeUp := context.WithCancel(ctx)
		v := open(visiting, &dialer{}, "late", way{want: dialing{url: u}, r: request{method: "GET", url: u, version: "1.1"}}, time.Now(), false)
		Expect(v.wait(ctx, func(c *transcript.Conn) bool { return c.Request.At > 0 })).To(BeTrue())
		timeUp()
		Eventually(ctx, v.done).Should(BeClosed())
		c := v.snapshot()
		Expect(c.Err).To(BeEmpty())
		Expect(c.End).To(Equal(transcript.EndDropped))
	}, NodeTimeout(time.Minute))
})
