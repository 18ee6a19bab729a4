package hostile

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// cors begins the names of fields that show what a request holds, as the CORS protocol
// has it: https://fetch.spec.whatwg.org/#http-responses.
const cors = "Access-Control-Allow-"

// reflections looks for the request's nonce in the header and the stream of its response:
// a line of its own is an injection, and comes first; text within one is shown.
func reflections(o *outcome, c *transcript.Conn) []deviation {
	inputs := o.draft.inputs(o.nonce)
	var shown []deviation
	note := func(where, line string) bool {
		if !strings.Contains(strings.ToLower(line), o.nonce) {
			return false
		}
		if forged(line, o.nonce, inputs) {
			shown = []deviation{{injection, "", fmt.Sprintf("answered with a line of the %s that is the request's own: %q", where, shorten(line))}}
			return true
		}
		if len(shown) == 0 {
			shown = []deviation{{reflection, where, fmt.Sprintf("answered with its text in the %s: %q", where, shorten(line))}}
		}
		return false
	}
	for _, f := range c.Header {
		if len(f.Name) > len(cors) && strings.EqualFold(f.Name[:len(cors)], cors) {
			continue
		}
		if note("header", f.Name+": "+f.Value) {
			return shown
		}
	}
	if !isStream(c) {
		return shown
	}
	for line := range strings.SplitSeq(crlf.Replace(string(body(c))), "\n") {
		if note("stream", line) {
			return shown
		}
	}
	return shown
}

var crlf = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func shorten(line string) string {
	if len(line) > 120 {
		return line[:120] + "..."
	}
	return line
}

// maxBody bounds what a body may unfold to.
const maxBody = 4 << 20

// body is the start of the body, without its content coding as far as we know that.
func body(c *transcript.Conn) []byte {
	if !strings.Contains(strings.ToLower(c.Get("Content-Encoding")), "gzip") {
		return c.Body
	}
	zip, err := gzip.NewReader(bytes.NewReader(c.Body))
	if err != nil {
		return nil
	}
	plain, _ := io.ReadAll(io.LimitReader(zip, maxBody)) // the rest is still to come
	return plain
}
