package reports_test

import (
	"encoding/base64"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/reports/internal/sample"
)

var _ = Describe("A Redactor", func() {
	redactor := reports.NewRedactor([]string{"X-Key"}, []string{"hunter2", `pa"ss\w`, "abc"})

	DescribeTable("removes secrets",
		func(in, want string) { Expect(redactor.Text(in)).To(Equal(want)) },
		Entry("a request's head",
			"GET / HTTP/1.1\r\nAuthorization: Bearer xyz\r\nAccept: */*\r\nCOOKIE:a=b; c=d\r\n\r\n",
			"GET / HTTP/1.1\r\nAuthorization: [redacted]\r\nAccept: */*\r\nCOOKIE:[redacted]\r\n\r\n"),
		Entry("a folded header", "Set-Cookie: a=b;\r\n  c=d\r\nVary: x", "Set-Cookie: [redacted]\r\nVary: x"),
		Entry("a proxy's", "Proxy-Authorization: Basic eA==", "Proxy-Authorization: [redacted]"),
		Entry("the key of an API", "x-api-key: sk-1\r\nAccept: */*", "x-api-key: [redacted]\r\nAccept: */*"),
		Entry("inside a sentence", "expected no Set-Cookie: sid=1", "expected no Set-Cookie: [redacted]"),
		Entry("a command", `ssecheck run -H 'Authorization: Bearer x"y' --run a/b`, `ssecheck run -H 'Authorization: [redacted]' --run a/b`),
		Entry("a quote in a shell's quotes", `-H 'Cookie: a='\''b'\''; c' --run x`, `-H 'Cookie: [redacted]' --run x`),
		Entry("a Go string", `got "Cookie: a=\"b\"" here`, `got "Cookie: [redacted]" here`),
		Entry("a value that names a variable stays", `-H 'Authorization: Bearer ${TOKEN}' --run x`, `-H 'Authorization: Bearer ${TOKEN}' --run x`),
		Entry("unless more stands there", `-H 'Authorization: Bearer ${TOKEN}x' --run x`, `-H 'Authorization: [redacted]' --run x`),
		Entry("a header of the caller", "x-key: abc", "x-key: [redacted]"),
		Entry("a secret anywhere", "token=hunter2&x=1", "token=[redacted]&x=1"),
		Entry("a secret made visible", `pa"ss\\w`, `[redacted]`),
		Entry("a secret in quotes", `"pa\"ss\\w"`, `"[redacted]"`),
		Entry("a secret in a URL", "?k=pa%22ss%5Cw", "?k=[redacted]"),
		Entry("a secret in base64", base64.StdEncoding.EncodeToString([]byte("hunter2")), "[redacted]"),
		Entry("a short secret tears up no words", "abcdef", "abcdef"),
		Entry("the password of a URL", "http://me:pw@127.0.0.1/x", "http://me:[redacted]@127.0.0.1/x"),
		Entry("a URL without one", "http://127.0.0.1:80/@x", "http://127.0.0.1:80/@x"),
		Entry("other headers", "Content-Type: text/event-stream", "Content-Type: text/event-stream"),
		Entry("a word that only ends like one", "Xcookie: yes", "Xcookie: yes"),
	)

	It("removes them from every text of a report, and from the bytes of transcripts", func() {
		r := sample.Report()
		leak := "hunter2 \xff\nCookie: session=77\n"
		result := &r.Subjects[0].Results[1]
		result.Message, result.Diff, result.Stderr, result.Reproduce, result.SkipReason = leak, leak, leak, leak, leak
		result.Transcript[0].Bytes, result.Transcript[0].Text = []byte(leak), leak
		subject := &r.Subjects[0]
		subject.Name, subject.Version, subject.Address, subject.Problem = leak, leak, leak, leak
		reports.Redact(r, nil, []string{"hunter2"})
		text := written(r)
		Expect(text).NotTo(ContainSubstring("hunter2"))
		Expect(text).NotTo(ContainSubstring("session=77"))
		Expect(result.Transcript[0].Bytes).To(Equal([]byte("[redacted] \xff\nCookie: [redacted]\n")))
	})

	It("knows the secret headers without being told", func() {
		var none *reports.Redactor
		Expect(none.Text("Cookie: a")).To(Equal("Cookie: [redacted]"))
		Expect((&reports.Redactor{}).Text("Cookie: a")).To(Equal("Cookie: [redacted]"))
	})

	It("changes nothing twice", func() {
		once := redactor.Text("Cookie: a\nhunter2 http://a:b@c/")
		Expect(redactor.Text(once)).To(Equal(once))
	})

	It("takes the longer of two secrets that begin alike", func() {
		Expect(reports.NewRedactor(nil, []string{"abcd", "abcdefgh"}).Text("abcdefgh")).To(Equal(reports.Redacted))
	})

	It("stays fast on a long text", func() {
		long := strings.Repeat("Cookie", 1<<16)
		Expect(redactor.Text(long)).To(Equal(long))
	})
})
