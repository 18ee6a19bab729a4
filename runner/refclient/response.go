package refclient

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// MediaType is that of event streams.
const MediaType = "text/event-stream"

// check is step 15.3 of
// https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource.
func check(m *Machine, r *http.Response) error {
	if !m.StatusOK(r.StatusCode) {
		return &FailError{fmt.Errorf("the server answered %s; an event stream needs 200", r.Status)}
	}
	if !m.TypeOK(r.Header) {
		return &FailError{fmt.Errorf("the server answered with the Content-Type %q; an event stream is %s",
			strings.Join(r.Header.Values("Content-Type"), ", "), MediaType)}
	}
	return nil
}

// decode undoes the one content coding that is asked for
// (https://httpwg.org/specs/rfc9110.html#field.content-encoding).
func decode(r *http.Response) io.Reader {
	coding := r.Header.Get("Content-Encoding")
	if strings.EqualFold(coding, "gzip") || strings.EqualFold(coding, "x-gzip") {
		return &gunzip{from: r.Body}
	}
	return r.Body
}

// gunzip decompresses as it comes. Its header is read with the first byte, so
// that it holds up nothing before.
type gunzip struct {
	from io.Reader
	to   *gzip.Reader
	err  error
}

func (g *gunzip) Read(p []byte) (int, error) {
	if g.to == nil && g.err == nil {
		g.to, g.err = gzip.NewReader(g.from)
	}
	if g.err != nil {
		return 0, g.err
	}
	return g.to.Read(p)
}

// Essence is type and subtype, in lower case, of the media type that the values
// of Content-Type give: https://fetch.spec.whatwg.org/#concept-header-extract-mime-type.
// It is empty where there is none.
func Essence(values []string) string {
	last := ""
	for _, value := range split(strings.Join(values, ", ")) {
		if essence, ok := parseEssence(value); ok && essence != "*/*" {
			last = essence
		}
	}
	return last
}

// split cuts at the commas outside of quotes:
// https://fetch.spec.whatwg.org/#header-value-get-decode-and-split.
func split(value string) (parts []string) {
	start, quoted := 0, false
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '"':
			quoted = !quoted
		case quoted && value[i] == '\\':
			i++
		case !quoted && value[i] == ',':
			parts = append(parts, value[start:i])
			start = i + 1
		}
	}
	return append(parts, value[start:])
}

// parseEssence is https://mimesniff.spec.whatwg.org/#parse-a-mime-type as far
// as the parameters, which have no say.
func parseEssence(value string) (essence string, ok bool) {
	const whitespace = " \t\r\n"
	value, _, _ = strings.Cut(strings.Trim(value, whitespace), ";")
	kind, subtype, _ := strings.Cut(value, "/")
	subtype = strings.TrimRight(subtype, whitespace)
	return strings.ToLower(kind + "/" + subtype), isToken(kind) && isToken(subtype)
}

func isToken(s string) bool {
	for i := range len(s) {
		if !httpguts.IsTokenRune(rune(s[i])) {
			return false
		}
	}
	return s != ""
}
