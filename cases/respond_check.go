package cases

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases/nearest"
	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

// What can be put in place of {{...}}: in a response's head, and in facts.
var (
	headPlaceholders = []string{"here", "elsewhere", "other-host", "path", "id", "page"}
	factPlaceholders = []string{"here", "elsewhere", "origin", "elsewhere-origin"}
)

var placeholder = regexp.MustCompile(`\{\{([^{}]*)\}\}`)

// checkPlaceholders reports what nothing would be put in place of.
func checkPlaceholders(at strictyaml.Node, text string, known []string) {
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		if slices.Contains(known, match[1]) {
			continue
		}
		hint := nearest.Hint(match[1], known)
		if hint == "" {
			hint = "there are {{" + strings.Join(known, "}}, {{") + "}}"
		}
		at.Errorf(hint, "nothing is put in place of %s", match[0])
	}
}

// checkRespond looks at the head of the i-th response, from 0.
func checkRespond(c *Case, i int, at strictyaml.Node) {
	r := c.Connections[i].Respond
	if at.IsEmptyMapping() {
		at.Errorf("leave the key out for 200 and text/event-stream", "a respond that says nothing")
	}
	if at.Has("pause") {
		readWait(at.At("pause"), r.Pause)
	}
	if at.Has("raw") {
		checkRaw(c, r, at)
		return
	}
	checkStatus(r, at.At("status"))
	checkHeaderLines(r, at.At("header"))
	if at.Has("http") {
		checkWord(at.At("http"), r.HTTP, "version that a response can say", []string{"1.0", "1.1"})
		if c.overHTTP2() {
			at.Key("http").Errorf("leave it out", "on HTTP/2 a response says no version")
		}
	}
	checkBody(c, r, at)
	checkBefore(r, at.At("before"))
}

// checkRaw demands that a raw head stands alone.
func checkRaw(c *Case, r *Respond, at strictyaml.Node) {
	n := at.At("raw")
	if n.Kind() == strictyaml.Text {
		if r.Raw == "" {
			n.Errorf("leave it out for 200 and text/event-stream", "a head without a byte")
		}
		checkPlaceholders(n, r.Raw, headPlaceholders)
	}
	if c.overHTTP2() {
		at.Key("raw").Errorf("", "a raw head is one of HTTP/1: HTTP/2 has none that could be written out")
	}
	for _, key := range []string{"status", "header", "http", "body", "length", "encoding", "before"} {
		if at.Has(key) {
			at.Key(key).Errorf("write it into the raw head", "%s beside raw, which is the whole head", key)
		}
	}
}

func checkStatus(r *Respond, at strictyaml.Node) {
	switch {
	case at.Kind() != strictyaml.Number:
	case r.Status/100 == 1:
		at.Errorf("before: [103]", "%d is a status that goes before another", r.Status)
	case r.Status < 200 || r.Status > 999:
		at.Errorf("200 to 999", "%d is no status of a response", r.Status)
	}
}

func checkHeaderLines(r *Respond, at strictyaml.Node) {
	if at.IsEmptyMapping() {
		at.Errorf("leave the key out for Content-Type: text/event-stream", "a header without a field")
	}
	var last string
	seen := map[string]bool{}
	index := 0
	for _, line := range r.Header {
		key, n := at.Key(line.Name), at.At(line.Name)
		if line.Name == last {
			index++
		} else {
			last, index = line.Name, 0
			checkFieldName(key, line.Name)
			checkAgain(key, line.Name, seen)
			checkServersField(r, key, line)
		}
		if n.Kind() == strictyaml.List {
			n = n.At(index)
		}
		checkFieldValue(n, line.Value)
		checkPlaceholders(n, line.Value, headPlaceholders)
		if strings.EqualFold(line.Name, "Location") {
			checkLocation(n, line.Value)
		}
	}
}

// checkServersField looks at fields that the server itself is in charge of.
func checkServersField(r *Respond, key strictyaml.Node, line HeaderLine) {
	lower := strings.ToLower(line.Name)
	switch {
	case lower == "content-length" || lower == "transfer-encoding":
		key.Errorf("body: length, body: chunked or length: 5; a head at odds with itself is written in raw",
			"%s follows from how the body is framed", line.Name)
	case lower == "content-encoding" && r.Encoding != "" && (line.Value == r.Encoding || !strings.EqualFold(line.Value, r.Encoding)):
		key.Errorf("leave it out", "encoding: %s declares itself in Content-Encoding", r.Encoding)
	case line.Absent && lower != "content-type":
		key.Errorf("leave it out", "null takes a default away, and Content-Type alone has one")
	}
}

// checkLocation reports a redirect that leads out of the case.
func checkLocation(at strictyaml.Node, value string) {
	if strings.HasPrefix(value, "/") && !strings.HasPrefix(value, "//") && !strings.HasPrefix(value, "{{") {
		at.Errorf("{{path}}/next is below the case's URL", "%q is not below the case's URL, so that nobody would see the request", value)
	}
}

// checkBody demands a framing that the version of HTTP and the status have.
func checkBody(c *Case, r *Respond, at strictyaml.Node) {
	n := at.At("body")
	switch {
	case n.Kind() != strictyaml.Text:
	case r.Body != BodyChunked && r.Body != BodyLength && r.Body != BodyClose:
		checkWord(n, r.Body, "framing of a body", []string{BodyChunked, BodyLength, BodyClose})
	case hasNoBody(r.status()):
		at.Key("body").Errorf("leave it out", "a response of status %d has no body", r.Status)
	case c.overHTTP2() && r.Body != BodyLength:
		n.Errorf("leave it out, or body: length", "HTTP/2 frames bodies itself, and not in the way %s", r.Body)
	case r.HTTP == "1.0" && r.Body == BodyChunked:
		n.Errorf("body: close, or body: length", "HTTP/1.0 knows no chunks")
	}
	checkLength(r, at)
	if e := at.At("encoding"); e.Kind() == strictyaml.Text {
		checkWord(e, r.Encoding, "coding of a body", []string{EncodingGzip})
		if hasNoBody(r.status()) {
			at.Key("encoding").Errorf("leave it out", "a response of status %d has no body", r.Status)
		}
	}
}

func checkLength(r *Respond, at strictyaml.Node) {
	if r.Length == nil {
		return
	}
	switch {
	case r.Body != BodyLength:
		at.Key("length").Errorf("body: length", "a length of a body that has none")
	case r.Encoding != "":
		at.Key("length").Errorf("leave it out", "the length of a body that is compressed cannot be foretold")
	case *r.Length < 0 && at.At("length").Kind() == strictyaml.Number:
		at.At("length").Errorf("a Content-Length that is none is written in raw", "a length is 0 or more, got %d", *r.Length)
	}
}

func checkBefore(r *Respond, at strictyaml.Node) {
	if at.IsEmptyList() {
		at.Errorf("before: [103]", "nothing that goes before the response")
	}
	for i, status := range r.Before {
		n := at.At(i)
		switch {
		case n.Kind() != strictyaml.Number:
		case status == 101:
			n.Errorf("before: [103]", "101 is a response of its own: the connection would speak another protocol after it")
		case status < 100 || status > 199:
			n.Errorf("before: [103]", "%d does not go before a response: that is 100, or 102 to 199", status)
		}
	}
}
