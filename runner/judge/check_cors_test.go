package judge_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// answer is a response with these header fields, to a request with those.
func answer(name string, status int, request, response map[string]string) *transcript.Conn {
	c := conn(name)
	c.Status, c.Header = status, nil
	for n, v := range request {
		c.Request.Header = append(c.Request.Header, transcript.Field{Name: n, Value: v})
	}
	for n, v := range response {
		c.Header = append(c.Header, transcript.Field{Name: n, Value: v})
	}
	return c
}

type fields = map[string]string

const (
	allowOrigin, allowCredentials, allowHeaders = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers"
	other                                       = "https://other.example"
)

var _ = DescribeTable("The judge of preflights",
	func(field string, sent, stream fields, status int, preflight fields, want reports.Verdict, part string) {
		j := verdict(cases.Check{That: "preflight", PreflightAllows: &cases.Preflight{Field: field, Where: "foreign"}},
			answer("foreign", 200, sent, stream), answer("preflight", status, fields{"Origin": other}, preflight))
		Expect(j.Verdict).To(Equal(want), j.Message+j.SkipReason)
		Expect(j.Message + j.SkipReason).To(ContainSubstring(part))
	},
	Entry("passes one by name", "Cache-Control", nil, fields{allowOrigin: "*"}, 204, fields{allowOrigin: "*", allowHeaders: "last-event-id, cache-control"}, reports.Pass, ""),
	Entry("passes *", "Cache-Control", nil, fields{allowOrigin: "*"}, 200, fields{allowOrigin: other, allowHeaders: "*"}, reports.Pass, ""),
	Entry("fails * beside credentials", "Cache-Control", nil, fields{allowOrigin: other}, 204, fields{allowOrigin: other, allowHeaders: "*", allowCredentials: "true"}, reports.Fail, "Cache-Control was expected"),
	Entry("fails * for Authorization", "Authorization", fields{"Authorization": "x"}, fields{allowOrigin: "*"}, 204, fields{allowOrigin: "*", allowHeaders: "*"}, reports.Fail, "Authorization was expected"),
	Entry("skips Authorization that is not sent", "Authorization", nil, fields{allowOrigin: "*"}, 401, fields{}, reports.Skip, "sends no Authorization"),
	Entry("skips a server of its own origin", "Cache-Control", nil, fields{}, 404, fields{}, reports.Skip, "other origins"),
	Entry("fails one that wants credentials", "Cache-Control", nil, fields{allowOrigin: "*"}, 401, fields{}, reports.Fail, "carries no credentials"),
	Entry("fails one for another origin", "Cache-Control", nil, fields{allowOrigin: "*"}, 204, fields{allowOrigin: "https://third.example", allowHeaders: "*"}, reports.Fail, allowOrigin),
)

var _ = DescribeTable("The judge of origins",
	func(k cases.Check, status int, response fields, want reports.Verdict) {
		k.That = "a"
		j := verdict(k, answer("stream", 200, nil, fields{allowOrigin: "*"}), answer("a", status, fields{"Origin": other}, response))
		Expect(j.Verdict).To(Equal(want), j.Message+j.SkipReason)
	},
	Entry("passes an error that can be read", cases.Check{CORSLike: "stream"}, 405, fields{allowOrigin: "*"}, reports.Pass),
	Entry("fails an error that cannot", cases.Check{CORSLike: "stream"}, 405, fields{}, reports.Fail),
	Entry("skips what is no error", cases.Check{CORSLike: "stream"}, 200, fields{}, reports.Skip),
	Entry("passes a stranger without credentials", cases.Check{NoCredentials: true}, 200, fields{allowOrigin: other}, reports.Pass),
	Entry("fails a stranger with credentials", cases.Check{NoCredentials: true}, 200, fields{allowOrigin: other, allowCredentials: "true"}, reports.Fail),
)

var _ = DescribeTable("The judge of codings",
	func(offered string, want reports.Verdict) {
		j := verdict(cases.Check{That: "a", Decodable: true}, answer("a", 200, fields{"Accept-Encoding": offered}, fields{"Content-Encoding": "gzip"}))
		Expect(j.Verdict).To(Equal(want), j.Message)
	},
	Entry("takes an offer", "gzip, br;q=0", reports.Pass),
	Entry("takes a weight", "identity, gzip; q=0.5", reports.Pass),
	Entry("takes the weight 0 for a refusal", "gzip;q=0, identity", reports.Fail),
	Entry("takes 0.000 for a refusal", "identity, gzip; q=0.000", reports.Fail),
)

var _ = Describe("The judge of refusals", func() {
	crowd := func(last *transcript.Conn) []*transcript.Conn {
		served := conn("a", "1", "2")
		last.Name = "a"
		return []*transcript.Conn{served, last}
	}
	DescribeTable("looks at each visitor of a crowd",
		func(last *transcript.Conn, end transcript.End, want reports.Verdict) {
			last.End = end
			j := verdict(cases.Check{That: "a", RefusedByStatus: true}, crowd(last)...)
			Expect(j.Verdict).To(Equal(want), j.Message)
		},
		Entry("served", conn("a", "1"), transcript.EndOpen, reports.Pass),
		Entry("refused with 503", answer("a", 503, nil, nil), transcript.EndClean, reports.Pass),
		Entry("refused with 429", answer("a", 429, nil, nil), transcript.EndClean, reports.Pass),
		Entry("refused with 404", answer("a", 404, nil, nil), transcript.EndClean, reports.Fail),
		Entry("sent away with 200", conn("a"), transcript.EndClean, reports.Fail),
	)

	It("finds the one refusal that says nothing of when to come back, behind those that were served", func() {
		k := cases.Check{That: "a", Header: &cases.HeaderCheck{Name: "Retry-After", When: []string{"503"}}}
		Expect(verdict(k, crowd(answer("a", 503, nil, nil))...).Verdict).To(Equal(reports.Fail))
		Expect(verdict(k, crowd(answer("a", 503, nil, fields{"Retry-After": "5"}))...).Verdict).To(Equal(reports.Pass))
		Expect(verdict(k, crowd(conn("a"))...).Verdict).To(Equal(reports.Skip))
	})
})
