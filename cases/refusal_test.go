package cases_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
)

// lintOf is what lint has to say of a case with one response, whose event is
// expected or not.
func lintOf(more, header, expect string) []*cases.Error {
	GinkgoHelper()
	corpus, err := load(map[string]string{"fields/data.yaml": inSuite(fmt.Sprintf(`  - id: a
    title: It is so
    requirements: [connect.retry]
    %s
    connections:
      - respond: {header: {content-type: text/event-stream, %s}}
        stream: ["data: a\n\n", {drop: fin}]
      - stream: ["data: END\n\n"]
    expect: %s
`, more, header, expect))})
	Expect(err).NotTo(HaveOccurred())
	return cases.Lint(corpus, nil).Errors
}

var _ = Describe("A response that no client may accept", func() {
	const both, neither = "[{data: a}, {data: END}]", "[{data: END}]"
	// The second response names no origin, so that a page that connects elsewhere
	// may read neither or the first alone.
	DescribeTable("is told from one that it may", func(more, header, expect string) {
		Expect(lintOf(more, header, expect)).To(BeEmpty())
	},
		Entry("nothing wrong", "http: 1.1", "X-A: b", both),
		Entry("any origin", "connect: {elsewhere: true}", `Access-Control-Allow-Origin: "*"`, "[{data: a}]"),
		Entry("the page's origin", "connect: {elsewhere: true}", `Access-Control-Allow-Origin: "{{page}}"`, "[{data: a}]"),
		Entry("no origin", "connect: {elsewhere: true}", "X-A: b", "[]\n    finally: {state: reconnecting}"),
		Entry("two origins", "connect: {elsewhere: true}", `Access-Control-Allow-Origin: ["{{page}}", "http://b.example"]`, "[]\n    finally: {state: reconnecting}"),
		Entry("any origin, with credentials", "connect: {elsewhere: true, withCredentials: true}",
			`Access-Control-Allow-Origin: "*", Access-Control-Allow-Credentials: "true"`, "[]\n    finally: {state: reconnecting}"),
		Entry("credentials", "connect: {elsewhere: true, withCredentials: true}",
			`Access-Control-Allow-Origin: "{{page}}", Access-Control-Allow-Credentials: "true"`, "[{data: a}]"),
		Entry("credentials in capitals", "connect: {elsewhere: true, withCredentials: true}",
			`Access-Control-Allow-Origin: "{{page}}", Access-Control-Allow-Credentials: "TRUE"`, "[]\n    finally: {state: reconnecting}"),
		Entry("a connection-specific field on HTTP/1.1", "http: 1.1", "Connection: keep-alive", both),
		Entry("a connection-specific field on HTTP/2", "http: 2", "connection: keep-alive", neither),
		Entry("an upgrade on HTTP/2 in cleartext", "http: h2c", "upgrade: h3", neither),
		Entry("a name in capitals on HTTP/2", "http: 2", "X-A: b", neither),
		Entry("a name in lower case on HTTP/2", "http: 2", "x-a: b", both),
	)
})
