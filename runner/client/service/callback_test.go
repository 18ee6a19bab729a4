package service_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/service"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

var _ = Describe("a callback", func() {
	DescribeTable("is told as it is meant",
		func(ctx SpecContext, body string, want transcript.Observation) {
			f := newFake()
			s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
			Expect(post(s.CallbackURL+"/1", body)).To(Equal(202))
			Expect(s.all()).To(Equal([]transcript.Observation{want}))
		},
		Entry("an event", `{"kind":"event","event":{"type":"put","data":"a\nb","id":"1"}}`, sawEvent("put", "a\nb", "1")),
		Entry("nulls", `{"kind":"event","event":{"type":null,"data":null,"id":null}}`, sawEvent("message", "", "")),
		Entry("nothing, other members, other case and a newline", "{\"KIND\":\"event\",\"event\":{\"x\":1,\"Data\":\"d\"},\"error\":null}\n", sawEvent("message", "d", "")),
		Entry("an empty type", `{"kind":"event","event":{"type":"","data":"d"}}`, sawEvent("message", "d", "")),
		Entry("bytes that are no text", `{"kind":"event","event":{"data":"x","dataBase64":"/w=="}}`, sawEvent("message", "\xff", "")),
		Entry("half a character, which is not mended", `{"kind":"event","event":{"data":"\udcff"}}`, sawEvent("message", "\xed\xb3\xbf", "")),
		Entry("a comment", `{"kind":"comment","comment":" hi"}`, transcript.Observation{Kind: transcript.SawComment, Comment: " hi"}),
		Entry("an empty comment", `{"kind":"comment"}`, transcript.Observation{Kind: transcript.SawComment}),
		Entry("an error", `{"kind":"error","error":"EOF"}`, transcript.Observation{Kind: transcript.SawError, Message: "EOF"}),
		Entry("an error alone", `{"kind":"error"}`, transcript.Observation{Kind: transcript.SawError}),
		Entry("an error of a form of its own", `{"kind":"error","error":{"code":7}}`, transcript.Observation{Kind: transcript.SawError, Message: `{"code":7}`}),
	)

	DescribeTable("that is none ends the stream and says why",
		func(ctx SpecContext, path, body, want string) {
			f := newFake()
			s := connect(ctx, f, started(ctx, f, service.Options{MaxCallback: 150}), client.Connect{Name: "n"})
			Expect(post(s.CallbackURL+path, body)).To(Equal(400))
			Eventually(s.Lost(), generous).Should(BeClosed())
			Expect(subjectError(s.Err())).To(ContainSubstring(want))
			Expect(post(s.CallbackURL+"/1", `{"kind":"error"}`)).To(Equal(404))
			Expect(s.Close(ctx)).To(Equal(s.Err()))
			Expect(f.calls).To(Receive(Equal("DELETE /streams/1 ")), "its client must not go on")
			Expect(s.said()).To(BeEmpty())
		},
		Entry("another kind", "/1", `{"kind":"opened"}`, `callback 1: its kind is "opened"; expected event, comment or error`),
		Entry("no kind", "/1", `{}`, `its kind is ""`),
		Entry("no event", "/1", `{"kind":"event","event":null}`, `its kind is event, and it has no member event`),
		Entry("two objects", "/7", `{"kind":"error"}{"kind":"error"}`, `callback 7: it is no JSON`),
		Entry("a list", "/1", `[]`, `it is no JSON as the protocol has it`),
		Entry("no UTF-8", "/1", "{\"kind\":\"event\",\"event\":{\"data\":\"\xff\"}}", `no UTF-8`),
		Entry("no base64", "/1", `{"kind":"event","event":{"dataBase64":"?"}}`, `dataBase64 is no base64`),
		Entry("too much", "/1", `{"kind":"comment","comment":"`+strings.Repeat("x", 150)+`"}`, `callback 1 is longer than 150 bytes`),
		Entry("a counter below zero", "/-1", `{"kind":"error"}`, `a slash and a decimal counter`),
	)

	It("waits for its turn", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		for _, n := range []int{3, 2, 4, 1} {
			Expect(post(fmt.Sprint(s.CallbackURL, "/", n), eventJSON(spec.Event{Data: fmt.Sprint(n)}))).To(Equal(202))
		}
		Expect(s.said()).To(Equal([]string{"1", "2", "3", "4"}))
	})

	It("waits for its turn from 0, of a service that was seen to count so", func(ctx SpecContext) {
		f := newFake()
		f.number = func(n int) string { return fmt.Sprint("/", n) }
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		for _, n := range []int{1, 0} {
			Expect(post(fmt.Sprint(s.CallbackURL, "/", n), eventJSON(spec.Event{Data: fmt.Sprint(n)}))).To(Equal(202))
		}
		Expect(s.said()).To(Equal([]string{"0", "1"}))
	})

	It("that is missed for too long ends the stream", func(ctx SpecContext) {
		f := newFake()
		o := patient
		o.Gap = 50 * time.Millisecond
		s := connect(ctx, f, started(ctx, f, o), client.Connect{Name: "n"})
		for _, n := range []int{1, 3, 4} {
			Expect(post(fmt.Sprint(s.CallbackURL, "/", n), eventJSON(spec.Event{Data: fmt.Sprint(n)}))).To(Equal(202))
		}
		Eventually(s.Lost(), generous).Should(BeClosed())
		Expect(subjectError(s.Err())).To(Equal("there is a gap in the counters of its callbacks: the callback with the counter 2 " +
			"never came, 2 later ones from 3 on did; it was waited for 50ms"))
		Expect(s.said()).To(Equal([]string{"1"}))
	})

	It("may name its target in the absolute form, with a query", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		u, err := url.Parse(s.CallbackURL)
		Expect(err).NotTo(HaveOccurred())
		conn, err := net.Dial("tcp", u.Host)
		Expect(err).NotTo(HaveOccurred())
		defer conn.Close()
		_, err = fmt.Fprintf(conn, "PUT %s/1?x=2 HTTP/1.1\r\nHost: elsewhere\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{\"kind\":\"error\"}", s.CallbackURL)
		Expect(err).NotTo(HaveOccurred())
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(response.StatusCode).To(Equal(202))
		Expect(s.all()).To(HaveLen(1))
	})

	It("may leave its connection behind, each time", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		u, err := url.Parse(s.CallbackURL)
		Expect(err).NotTo(HaveOccurred())
		var first net.Conn
		const many = 300
		for n := range many {
			conn, err := net.Dial("tcp", u.Host)
			Expect(err).NotTo(HaveOccurred())
			defer conn.Close()
			_, err = fmt.Fprintf(conn, "POST %s/%d HTTP/1.1\r\nHost: h\r\nContent-Length: 16\r\n\r\n{\"kind\":\"error\"}", u.Path, n+1)
			Expect(err).NotTo(HaveOccurred())
			if n == 0 {
				first = conn
			}
		}
		Eventually(s.all, generous).Should(HaveLen(many))
		Expect(first.SetReadDeadline(time.Now().Add(generous))).To(Succeed())
		_, err = io.Copy(io.Discard, first) // to the end that the driver makes
		Expect(err).NotTo(HaveOccurred())
	})

	It("to a stream that there never was is answered with 404, and HEAD with 200", func(ctx SpecContext) {
		f := newFake()
		s := connect(ctx, f, started(ctx, f, patient), client.Connect{Name: "n"})
		Expect(post(s.CallbackURL+"0/1", `{"kind":"error"}`)).To(Equal(404))
		response, err := http.Head(s.CallbackURL + "0")
		Expect(err).NotTo(HaveOccurred())
		Expect(response.Body.Close()).To(Succeed())
		Expect(response.StatusCode).To(Equal(200))
	})
})
