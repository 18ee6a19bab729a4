package mutants

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

// typeFaults: which media type is that of an event stream.
func typeFaults() []clientFault {
	return []clientFault{
		{"any-type", "response.content-type", "does not look at the media type", types(func(string) bool { return true })},
		{"no-type", "response.content-type", "takes a response without a media type",
			types(func(v string) bool { return v == "" || rightType(v) })},
		{"any-text", "response.content-type", "takes any text/ for an event stream",
			types(func(v string) bool { return strings.HasPrefix(essence(v), "text/") })},
		{"type-by-its-start", "response.content-type.essence", "takes what begins with text/event-stream",
			types(func(v string) bool { return strings.HasPrefix(strings.ToLower(v), refclient.MediaType) })},
		{"type-by-its-end", "response.content-type.essence", "takes any event-stream, text or not",
			types(func(v string) bool { return strings.HasSuffix(essence(v), "event-stream") })},
		{"type-anywhere", "response.content-type.essence", "takes what holds text/event-stream anywhere",
			types(func(v string) bool { return strings.Contains(strings.ToLower(v), refclient.MediaType) })},
		{"type-in-lower-case", "response.content-type.essence", "refuses capitals in the media type",
			types(func(v string) bool {
				v, _, _ = strings.Cut(v, ";")
				return strings.TrimSpace(v) == refclient.MediaType
			})},
		{"no-parameters", "response.content-type.parameters", "refuses parameters of the media type",
			types(func(v string) bool { return strings.EqualFold(v, refclient.MediaType) })},
		{"utf-8-alone", "response.content-type.parameters", "refuses another charset than utf-8", types(func(v string) bool {
			charset := charset(v)
			return rightType(v) && (charset == "" || strings.EqualFold(charset, "utf-8"))
		})},
		{"utf-8-in-lower-case", "response.content-type.parameters", "refuses a charset that is not written utf-8",
			types(func(v string) bool { return rightType(v) && (charset(v) == "" || charset(v) == "utf-8") })},
		{"charset-alone", "response.content-type.parameters", "refuses parameters other than charset", types(func(v string) bool {
			_, parameters, err := mime.ParseMediaType(v)
			for name := range parameters {
				if name != "charset" {
					return false
				}
			}
			return rightType(v) && err == nil
		})},
		{"obeys-the-charset", "response.content-type.parameters", "decodes by the charset", obeyCharset},
		{"commas-in-quotes", "response.content-type.parse", "parts media types at a comma in quotes too", types(func(v string) bool {
			last := v
			for part := range strings.SplitSeq(v, ",") {
				if _, _, err := mime.ParseMediaType(part); err == nil {
					last = strings.TrimSpace(part)
				}
			}
			return rightType(last)
		})},
		{"no-empty-parameter", "response.content-type.parse", "refuses a semicolon after which nothing follows",
			types(func(v string) bool { return rightType(v) && !strings.HasSuffix(strings.TrimSpace(v), ";") })},
		{"no-bad-parameters", "response.content-type.parse", "refuses parameters that it cannot read",
			types(func(v string) bool { _, _, err := mime.ParseMediaType(v); return rightType(v) && err == nil })},
		{"no-space-before-the-semicolon", "response.content-type.parse", "refuses white space before the semicolon",
			types(func(v string) bool {
				v, _, _ = strings.Cut(v, ";")
				return strings.EqualFold(v, refclient.MediaType)
			})},
		{"type-by-its-first-word", "response.content-type.parse", "reads the media type up to the first blank",
			types(func(v string) bool {
				word, _, _ := strings.Cut(strings.ReplaceAll(v, ";", " "), " ")
				return strings.EqualFold(word, refclient.MediaType)
			})},
		{"type-without-blanks", "response.content-type.parse", "drops the blanks from the media type",
			types(func(v string) bool { return rightType(strings.ReplaceAll(v, " ", "")) })},
		{"type-without-quotes", "response.content-type.parse", "drops quotes around the media type",
			types(func(v string) bool { return rightType(strings.Trim(v, `"'`)) })},
		{"type-of-one-word", "response.content-type.parse", "takes event-stream for text/event-stream",
			types(func(v string) bool { return rightType(v) || strings.EqualFold(v, "event-stream") })},
		{"first-type-of-a-list", "response.content-type.extract", "takes the first of several media types",
			types(func(v string) bool {
				v, _, _ = strings.Cut(v, ",")
				return rightType(v)
			})},
		{"any-type-of-a-list", "response.content-type.extract", "takes several media types with the right one among them",
			types(func(v string) bool { return slices.ContainsFunc(strings.Split(v, ","), rightType) })},
		{"no-list", "response.content-type.extract", "refuses several media types",
			types(func(v string) bool { return rightType(v) && !strings.Contains(v, ",") })},
	}
}

// types looks at the values of Content-Type, joined.
func types(ok func(value string) bool) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		r.TypeOK = func(h http.Header) bool { return ok(strings.Join(h.Values("Content-Type"), ", ")) }
	}
}

func essence(value string) string { return refclient.Essence([]string{value}) }

// rightType is the sound rule, for one value.
func rightType(value string) bool { return essence(value) == refclient.MediaType }

func charset(value string) string {
	_, parameters, _ := mime.ParseMediaType(value)
	return parameters["charset"]
}

// obeyCharset decodes Latin-1 where the charset is not utf-8.
func obeyCharset(r *refclient.Rules) {
	body := r.Body
	r.Body = func(m *refclient.Machine, response *http.Response) io.Reader {
		if c := charset(response.Header.Get("Content-Type")); c == "" || strings.EqualFold(c, "utf-8") {
			return body(m, response)
		}
		return &latin1{r: body(m, response)}
	}
}

// latin1 makes UTF-8 of Latin-1.
type latin1 struct {
	r    io.Reader
	left []byte
}

func (l *latin1) Read(p []byte) (int, error) {
	if len(l.left) == 0 {
		b := make([]byte, 4<<10)
		n, err := l.r.Read(b)
		for _, c := range b[:n] {
			l.left = utf8.AppendRune(l.left, rune(c))
		}
		if n == 0 {
			return 0, err
		}
	}
	n := copy(p, l.left)
	l.left = l.left[n:]
	return n, nil
}
