package main

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
)

// proxied is the address of a target behind a proxy that changes responses.
func proxied(target string, change func(*http.Response)) string {
	GinkgoHelper()
	u, err := url.Parse(target)
	Expect(err).NotTo(HaveOccurred())
	proxy := &httputil.ReverseProxy{FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = u.Scheme, u.Host },
		ModifyResponse: func(r *http.Response) error {
			change(r)
			return nil
		}}
	s := httptest.NewServer(proxy)
	DeferCleanup(s.CloseClientConnections)
	return s.URL + u.Path
}

var _ = Describe("A hop", func() {
	const one = "server/via/is-a-stream"

	It("is judged beside the target, and named", func() {
		target := stream()
		right := proxied(target, func(*http.Response) {})
		wrong := proxied(target, func(r *http.Response) { r.Header.Set("Content-Type", "text/plain") })
		r, result := report("run", "--target", target, "--via", "inner="+right, "--via", "outer="+wrong, "--run", one)
		Expect(result.status).To(BeZero(), "a SHOULD: "+result.errOut)
		failed := r.Subjects[0].Results[0]
		Expect(failed.Verdict).To(Equal(reports.Fail))
		Expect(failed.Message).To(HavePrefix("through (hop outer): Content-Type"))
		Expect(failed.Message).To(ContainSubstring("through inner, nearer to the server"))
		Expect(failed.Reproduce).To(Equal("ssecheck run --target " + target + " --via inner=" + right + " --via outer=" + wrong + " --run " + one))
	})

	It("is called by its host where it has no name", func() {
		target := stream()
		wrong := proxied(target, func(r *http.Response) { r.StatusCode = 202 })
		r, _ := report("run", "--target", target, "--via", wrong, "--run", one)
		u, err := url.Parse(wrong)
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Subjects[0].Results[0].Message).To(Equal("through (hop " + u.Host + "): status 200 was expected, 202 came"))
	})

	It("is not needed: its cases are skipped as unused without one", func() {
		r, result := report("run", "--target", stream(), "--run", one, "--run", "server/http/status-200")
		Expect(result.status).To(BeZero())
		for _, skipped := range r.Subjects[0].Results {
			if skipped.Case == one {
				Expect(skipped.SkipKind).To(Equal(reports.SkipUnused))
				Expect(skipped.SkipReason).To(ContainSubstring("--via"))
			}
		}
	})

	It("that cannot be reached ends the run before it begins", func() {
		result := ssecheck("run", "--target", stream(), "--via", "edge=http://127.0.0.1:1/", "--run", one)
		Expect(result.status).To(Equal(3))
		Expect(result.errOut).To(ContainSubstring("the hop edge cannot be reached"))
		Expect(result.errOut).To(ContainSubstring("--via"))
	})

	DescribeTable("that makes no sense is wrong usage", func(part string, flags ...string) {
		result := ssecheck(append([]string{"run", "--run", one}, flags...)...)
		Expect(result.status).To(Equal(2))
		Expect(result.errOut).To(ContainSubstring(part))
	},
		Entry("no target", "need a --target", "--via", "a=http://127.0.0.1:1/"),
		Entry("two targets", "play them one by one", "--target", "http://127.0.0.1:1/", "--target", "http://127.0.0.1:2/", "--via", "a=http://127.0.0.1:1/"),
		Entry("no URL", "NAME=http://HOST:PORT/PATH", "--target", "http://127.0.0.1:1/", "--via", "nginx"),
		Entry("the same name twice", "two hops are called a", "--target", "http://127.0.0.1:1/", "--via", "a=http://127.0.0.1:1/", "--via", "a=http://127.0.0.1:2/"),
		Entry("no variable", "the environment has no EDGE_TOKEN", "--target", "http://127.0.0.1:1/", "--via", "a=http://127.0.0.1:1/?t=${EDGE_TOKEN}"),
	)
})
