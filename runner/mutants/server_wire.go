package mutants

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

// answerRaw answers with bytes of its own instead of what net/http would write, and
// then closes the connection or goes on with events until the client leaves.
func answerRaw(head string, closes bool) http.HandlerFunc {
	return rawStream(head, closes, "data: %d\n\n")
}

// rawStream is answerRaw with the way in which one event is written.
func rawStream(head string, closes bool, event string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, head); err != nil || closes {
			return
		}
		writeUntilGone(conn, event)
	}
}

// writeUntilGone writes events until the client leaves, for a few seconds at
// most.
func writeUntilGone(conn net.Conn, event string) {
	for i := range 250 {
		if _, err := fmt.Fprintf(conn, event, i); err != nil {
			return
		}
		// Reading is how to see that the client has left, and the pause as well.
		_ = conn.SetReadDeadline(time.Now().Add(ServerPeriod))
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
	}
}

// wireMutants break the message below the header that a handler can set.
func wireMutants() []ServerMutant {
	get := method("GET")
	const stream = "HTTP/1.1 200 OK\r\nDate: Sat, 31 Jan 2026 12:00:00 GMT\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\n"
	old := func(r *http.Request) bool { return r.ProtoMinor == 0 }
	return []ServerMutant{
		{Name: "length-and-chunked", Requirement: "serve.length.or-chunked", Sentence: "There are both Content-Length and Transfer-Encoding.",
			Wrap: on(get, rawStream(stream+"Content-Length: 5000\r\nTransfer-Encoding: chunked\r\n\r\n", false, chunkedEvent))},
		{Name: "chunked-twice", Requirement: "serve.chunked.once", Sentence: "Transfer-Encoding names chunked twice.",
			Wrap: on(get, rawStream(stream+"Transfer-Encoding: chunked, chunked\r\n\r\n", false, chunkedEvent))},
		{Name: "ends-with-the-connection", Requirement: "serve.chunked.preferred", Sentence: "The stream is not chunked over HTTP/1.1.",
			Wrap: on(get, answerRaw(stream+"Connection: close\r\n\r\n", false))},
		{Name: "close-unannounced", Requirement: "serve.connection.close", Sentence: "A stream that ends with the connection says keep-alive.",
			Wrap: on(get, answerRaw(stream+"Connection: keep-alive\r\n\r\n", false))},
		{Name: "http-1-0-chunked", Requirement: "serve.http10", Sentence: "A client of HTTP/1.0 gets chunks.",
			Wrap: on(old, rawStream(stream+"Transfer-Encoding: chunked\r\n\r\n", false, chunkedEvent))},
		{Name: "control-in-header", Requirement: "serve.fields.values", Sentence: "A header value holds U+0001.",
			Wrap: on(get, rawStream(stream+"X-Note: a\x01b\r\nTransfer-Encoding: chunked\r\n\r\n", false, chunkedEvent))},
		{Name: "ends-inside-a-chunk", Requirement: "serve.end.complete", Sentence: "The stream breaks off inside a chunk.",
			Wrap: on(get, answerRaw(stream+"Transfer-Encoding: chunked\r\n\r\n40\r\ndata: a\n\n", true))},
		{Name: "ends-without-a-last-chunk", Requirement: "serve.end.complete", Sentence: "The stream ends without the last chunk.",
			Wrap: on(get, answerRaw(stream+"Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n", true))},
	}
}

// chunkedEvent is one event as one chunk: three digits make its size constant.
const chunkedEvent = "B\r\ndata: %03d\n\n\r\n"
