package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/process/leaktest"
)

const generous = 30 * time.Second

var _ = Describe("the reference adapter as a client", func() {
	BeforeEach(func() {
		leaktest.Check()
	})

	// stream serves these bodies, one a request, then 204.
	stream := func(bodies ...string) (url string, requests <-chan *http.Request) {
		seen := make(chan *http.Request, 10)
		var served atomic.Int64
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n := int(served.Add(1))
			if n > len(bodies) {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			seen <- r
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, bodies[n-1])
			w.(http.Flusher).Flush()
		}))
		DeferCleanup(s.Close)
		return s.URL, seen
	}

	// adapter starts the program's loop: say sends a line, hear reads one.
	adapter := func() (say func(format string, args ...any), hear func() map[string]any, end func()) {
		in, toAdapter := io.Pipe()
		fromAdapter, out := io.Pipe()
		done := make(chan error, 1)
		go func() {
			done <- serve(in, out)
			_ = out.Close()
		}()
		lines := json.NewDecoder(bufio.NewReader(fromAdapter))
		say = func(format string, args ...any) {
			GinkgoHelper()
			_, err := fmt.Fprintf(toAdapter, format+"\n", args...)
			Expect(err).NotTo(HaveOccurred())
		}
		hear = func() map[string]any {
			GinkgoHelper()
			var line map[string]any
			Expect(lines.Decode(&line)).To(Succeed())
			return line
		}
		end = func() {
			GinkgoHelper()
			_ = toAdapter.Close()
			_, _ = io.Copy(io.Discard, fromAdapter)
			Eventually(done, generous).Should(Receive(BeNil()))
		}
		DeferCleanup(func() { _ = toAdapter.Close(); _ = fromAdapter.Close() })
		return say, hear, end
	}

	It("says hello in its three roles", func() {
		say, hear, end := adapter()
		say(`{"op":"hello","protocol":1}`)
		Expect(hear()).To(And(HaveKeyWithValue("protocol", 1.0), HaveKeyWithValue("roles", []any{"parser", "encoder", "client"}), HaveKeyWithValue("profile", "browser"),
			HaveKeyWithValue("capabilities", ContainElements("open", "errors", "close-in-handler", "http2"))))
		end()
	})

	It("reports all that happens until it is closed", func() {
		url, requests := stream("retry: 1\n: hi\n\nid: 1\nevent: login\ndata: a\n\n", "data: b\n\n")
		say, hear, end := adapter()
		say(`{"op":"connect","stream":"c1","url":%q}`, url)
		for _, want := range []map[string]any{
			{"stream": "c1", "on": "open"},
			{"stream": "c1", "on": "comment", "comment": "hi"},
			{"stream": "c1", "on": "event", "event": "login", "data": "a", "lastEventId": "1"},
			{"stream": "c1", "on": "error", "message": "the stream has ended", "reconnecting": true},
			{"stream": "c1", "on": "open"},
			{"stream": "c1", "on": "event", "event": "message", "data": "b", "lastEventId": "1"},
			{"stream": "c1", "on": "error", "message": "the stream has ended", "reconnecting": true},
			{"stream": "c1", "on": "error", "message": "the server answered 204 No Content; an event stream needs 200", "reconnecting": false},
		} {
			Expect(hear()).To(Equal(want))
		}
		Expect((<-requests).Header).NotTo(HaveKey("Last-Event-Id"))
		Expect((<-requests).Header.Get("Last-Event-ID")).To(Equal("1"))
		say(`{"op":"close","stream":"c1"}`)
		Expect(hear()).To(Equal(map[string]any{"stream": "c1", "on": "closed"}))
		end()
	})

	It("asks for what the line says", func() {
		url, requests := stream("")
		say, hear, end := adapter()
		say(`{"op":"connect","stream":"c1","url":%q,"headers":{"x-a":"b"},"method":"POST","body":"text","lastEventId":"7","retry":60000}`, url)
		Expect(hear()).To(HaveKeyWithValue("on", "open"))
		r := <-requests
		body, _ := io.ReadAll(r.Body)
		Expect([]string{r.Method, string(body), r.Header.Get("X-A"), r.Header.Get("Last-Event-ID")}).
			To(Equal([]string{"POST", "text", "b", "7"}))
		end()
	})

	It("closes in the handler of an event", func() {
		url, _ := stream("data: a\n\ndata: b\n\ndata: c\n\n")
		say, hear, end := adapter()
		say(`{"op":"connect","stream":"c1","url":%q,"closeAfter":2}`, url)
		var on []any
		for range 4 {
			on = append(on, hear()["on"])
		}
		Expect(on).To(Equal([]any{"open", "event", "event", "closed"}))
		say(`{"op":"close","stream":"c1"}`)
		Expect(hear()).To(Equal(map[string]any{"stream": "c1", "on": "closed"}))
		end()
	})

	It("keeps several sources apart, and ends them with its input", func() {
		one, _ := stream("data: one\n\n")
		two, _ := stream("data: two\n\n")
		say, hear, end := adapter()
		say(`{"op":"connect","stream":"c1","url":%q,"retry":60000}`, one)
		say(`{"op":"connect","stream":"c2","url":%q,"retry":60000}`, two)
		data := map[any]any{}
		for len(data) < 2 {
			if line := hear(); line["on"] == "event" {
				data[line["stream"]] = line["data"]
			}
		}
		Expect(data).To(Equal(map[any]any{"c1": "one", "c2": "two"}))
		end()
	})

	It("prints the events of one URL until it fails for good", func() {
		url, _ := stream("retry: 1\nid: 1\ndata: a\n\n", "event: e\ndata: b\n\n")
		var out bytes.Buffer
		Expect(connectOnce(url, &out)).To(MatchError(ContainSubstring("204")))
		Expect(out.String()).To(Equal(`{"event":"message","data":"a","lastEventId":"1"}` + "\n" +
			`{"event":"e","data":"b","lastEventId":"1"}` + "\n"))
	})
})
