package wire

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// mediaType is what every response says unless its case does.
const mediaType = "text/event-stream"

// A head is the head of a response before a version of HTTP gives it its form.
type head struct {
	status int
	fields []transcript.Field
	// taken are the names that the case itself wrote or took away, in lower
	// case: the server adds no field of these names.
	taken []string
	// lower: the server's own names are written in lower case, as HTTP/2 asks.
	lower bool
}

// headOf makes the head that the script asks for, without what the framing
// adds.
func (t *turn) headOf(respond *cases.Respond) *head {
	h := &head{status: respond.Status, lower: t.request.proto == "HTTP/2.0"}
	if h.status == 0 {
		h.status = http.StatusOK
	}
	for _, line := range respond.Header {
		h.taken = append(h.taken, strings.ToLower(line.Name))
	}
	h.add("Content-Type", mediaType)
	for _, line := range respond.Header {
		if !line.Absent {
			h.fields = append(h.fields, transcript.Field{Name: line.Name, Value: t.fill(line.Value)})
		}
	}
	if respond.Encoding != "" {
		h.add("Content-Encoding", respond.Encoding)
	}
	t.allowOrigin(h)
	return h
}

// interimHead is the head of a response of the class 1xx.
func interimHead(status int, lower bool) *head {
	h := &head{status: status, lower: lower}
	if status == http.StatusEarlyHints {
		h.add("Link", "</style.css>; rel=preload; as=style")
	}
	return h
}

// allowOrigin answers the Origin of a client in a page elsewhere.
func (t *turn) allowOrigin(h *head) {
	if origin, ok := t.request.value("Origin"); ok && t.play.script.CORS {
		h.add("Access-Control-Allow-Origin", origin)
	}
}

// add adds a field of the server's own, unless the case has one of the name or
// wants none.
func (h *head) add(name, value string) {
	if h.lower {
		name = strings.ToLower(name)
	}
	if !slices.Contains(h.taken, strings.ToLower(name)) {
		h.fields = append(h.fields, transcript.Field{Name: name, Value: value})
	}
}

// emptyBody tells whether the response has an empty body: of all that have
// another status than 200 and no stream.
func emptyBody(h *head, respond *cases.Respond, stream []cases.Item) bool {
	return h.status != http.StatusOK && len(stream) == 0 && respond.Body == ""
}

// http1 is the head as HTTP/1 writes it.
func (h *head) http1(proto string) []byte {
	b := []byte(proto + " " + strconv.Itoa(h.status) + " " + http.StatusText(h.status) + "\r\n")
	for _, f := range h.fields {
		b = append(b, f.Name...)
		b = append(b, ": "...)
		b = append(b, f.Value...)
		b = append(b, "\r\n"...)
	}
	return append(b, "\r\n"...)
}

// fill replaces the placeholders of a header value or a raw head.
func (t *turn) fill(text string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	p := t.play
	here, elsewhere := t.origin, p.elsewhere
	if here == elsewhere {
		elsewhere = t.home
	}
	name, port := t.request.hostAndPort()
	host := here.host()
	if port == strconv.Itoa(here.addr.Port) {
		host = here.hostAs(name)
	}
	otherName := "localhost"
	if strings.EqualFold(name, otherName) {
		otherName = "127.0.0.1"
	}
	page, _ := t.request.value("Origin")
	return strings.NewReplacer(
		"{{here}}", here.base(host)+p.script.Path,
		"{{elsewhere}}", elsewhere.base(elsewhere.hostAs(name))+p.script.Path,
		"{{other-host}}", elsewhere.base(elsewhere.hostAs(otherName))+p.script.Path,
		"{{path}}", p.script.Path,
		"{{id}}", path.Base(p.script.Path),
		"{{page}}", page,
	).Replace(text)
}
