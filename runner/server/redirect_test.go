package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/server"
)

var _ = Describe("A redirect", func() {
	// elsewhere is a stream that counts its visits and keeps their header fields.
	elsewhere := func() (url string, visits *atomic.Int32, seen chan http.Header) {
		visits, seen = &atomic.Int32{}, make(chan http.Header, 16)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			visits.Add(1)
			seen <- r.Header
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: a\n\n")
		}))
		DeferCleanup(s.Close)
		return s.URL, visits, seen
	}
	from := func(location string) string {
		s := httptest.NewServer(http.RedirectHandler(location, http.StatusTemporaryRedirect))
		DeferCleanup(s.Close)
		return s.URL
	}
	start := func(ctx context.Context, url string, opts server.Options) error {
		GinkgoHelper()
		s := server.New(url, opts)
		defer func() { Expect(s.Close()).To(Succeed()) }()
		return s.Start(ctx)
	}
	secret := server.Options{Header: http.Header{"Authorization": {"Bearer secret"}, "X-Key": {"secret"}}}

	It("is followed, and another port gets no credentials", func(ctx SpecContext) {
		url, _, seen := elsewhere()
		Expect(start(ctx, from(url), secret)).To(Succeed())
		Expect(fmt.Sprint(<-seen)).NotTo(ContainSubstring("secret"))
	}, NodeTimeout(30*time.Second))

	It("to another path of the same server is followed with them", func(ctx SpecContext) {
		seen := make(chan http.Header, 16)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				http.Redirect(w, r, "/events", http.StatusFound)
				return
			}
			seen <- r.Header
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: a\n\n")
		}))
		DeferCleanup(s.Close)
		Expect(start(ctx, s.URL, secret)).To(Succeed())
		Expect((<-seen).Get("Authorization")).To(Equal("Bearer secret"))
	}, NodeTimeout(30*time.Second))

	It("to a host that was not named is not followed at all", func(ctx SpecContext) {
		url, visits, _ := elsewhere()
		other := strings.Replace(url, "127.0.0.1", "localhost", 1)
		err := start(ctx, from(other), secret)
		Expect(err).To(MatchError(And(ContainSubstring("another host, "+other), ContainSubstring("is not visited"))))
		Expect(visits.Load()).To(BeZero())
	}, NodeTimeout(30*time.Second))

	It("of a POST is not followed, since it might do something twice", func(ctx SpecContext) {
		url, visits, _ := elsewhere()
		err := start(ctx, from(url), server.Options{Body: []byte("{}")})
		Expect(err).To(MatchError(ContainSubstring("redirects a POST to " + url)))
		Expect(visits.Load()).To(BeZero())
	}, NodeTimeout(30*time.Second))
})
