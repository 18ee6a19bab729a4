package main

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
)

// explainConnections shows what the server does with each request of a client,
// and what must be seen of it.
func (a *app) explainConnections(c *cases.Case) {
	if k := c.Connect; k != nil && k.Query != "" {
		a.section("The URL")
		a.indented("its query: " + k.Query)
	}
	a.asked(c)
	for i := range c.Connections {
		a.section(fmt.Sprintf("Connection %d of %d", i+1, len(c.Connections)))
		a.connection(c, i)
	}
	if c.Close != nil {
		a.section("Close")
		a.indented(closeWords(c.Close))
	}
	a.answers(c.Expect)
	a.finally(c)
	if len(c.Facts) > 0 {
		a.section("Facts of the EventSource object")
		for _, name := range slices.Sorted(maps.Keys(c.Facts)) {
			a.indented(name + ": " + quoted(c.Facts[name]))
		}
	}
}

// asked is what the client is asked for beyond the URL.
func (a *app) asked(c *cases.Case) {
	var asked []string
	if words, ok := httpWords[c.HTTP]; ok {
		asked = append(asked, words)
	}
	if words, ok := certificateWords[c.Certificate]; ok {
		asked = append(asked, "a look at the server's certificate, which "+words)
	}
	if k := c.Connect; k != nil {
		for _, name := range slices.Sorted(maps.Keys(k.Headers)) {
			asked = append(asked, "the header field "+name+": "+clip([]byte(k.Headers[name])))
		}
		if k.Method != "" {
			asked = append(asked, "the method "+k.Method)
		}
		if k.Body != "" {
			asked = append(asked, "the body "+quoted(k.Body))
		}
		if k.LastEventID != "" {
			asked = append(asked, "the last event ID "+quoted(k.LastEventID)+" to begin with")
		}
		if k.Retry != nil {
			asked = append(asked, fmt.Sprintf("a reconnection time of %d ms to begin with", *k.Retry))
		}
		if k.WithCredentials {
			asked = append(asked, "withCredentials")
		}
		if k.Elsewhere {
			asked = append(asked, "the URL on another origin than the page's")
		}
	}
	if len(asked) == 0 {
		return
	}
	a.section("The client is asked for (else the case is skipped)")
	for _, one := range asked {
		a.indented(one)
	}
}

var httpWords = map[string]string{
	cases.HTTPS1: "HTTP/1.1 over TLS", cases.HTTP2: "HTTP/2 over TLS", cases.HTTP2C: "HTTP/2 in cleartext",
}

var certificateWords = map[string]string{
	cases.CertificateOtherAuthority: "an authority has signed that the client does not know",
	cases.CertificateOtherName:      "is that of another host",
	cases.CertificateExpired:        "has expired",
}

func (a *app) connection(c *cases.Case, i int) {
	connection := &c.Connections[i]
	if connection.Refuse != "" {
		a.indented("nobody listens for " + connection.Refuse + " before it")
	}
	for _, demand := range requestWords(connection.Request) {
		a.indented("the request: " + demand)
	}
	a.response(connection.Respond)
	if len(connection.Stream) > 0 {
		line(a.stdout, "  the stream (%s):", sizeWords(connection.Stream))
		for j := range connection.Stream {
			a.item(j+1, &connection.Stream[j])
		}
	}
	if words := endWords(c, i); words != "" {
		a.indented(words)
	}
}

// requestWords are what must hold of a request, a sentence each.
func requestWords(r *cases.RequestCheck) []string {
	if r == nil {
		return nil
	}
	var words []string
	if r.Method != "" {
		words = append(words, "its method is "+r.Method)
	}
	switch r.Path {
	case "":
	case "/":
		words = append(words, "it is for the case's URL itself")
	default:
		words = append(words, "it is for "+r.Path+" below the case's URL")
	}
	switch r.At {
	case cases.AtHere:
		words = append(words, "it comes to the origin of the case's URL")
	case cases.AtElsewhere:
		words = append(words, "it comes to the other origin")
	}
	for _, check := range r.Header {
		words = append(words, check.Name+" is "+valueWords(check.Values))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Includes)) {
		words = append(words, name+" includes "+r.Includes[name])
	}
	if len(r.LikeFirst) > 0 {
		words = append(words, "as in the first request: "+strings.Join(r.LikeFirst, ", "))
	}
	if r.Body != nil {
		words = append(words, "its body is "+quoted(*r.Body))
	}
	if r.After != nil {
		words = append(words, "it comes "+boundWords(r.After)+" after the end of the connection before it")
	}
	return words
}

func valueWords(values []*string) string {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = "absent"
		if value != nil {
			words[i] = quoted(*value)
		}
	}
	return strings.Join(words, " or ")
}

func boundWords(after *cases.After) string {
	switch {
	case after.AtMost == "":
		return "at least " + after.AtLeast
	case after.AtLeast == "":
		return "at most " + after.AtMost
	}
	return after.AtLeast + " to " + after.AtMost
}

// response shows the head of a response, the default too.
func (a *app) response(r *cases.Respond) {
	if r == nil {
		r = &cases.Respond{}
	}
	if r.Await != nil {
		a.indented("the response: once " + awaitWords(r.Await))
	}
	if r.Pause != "" {
		a.indented("the response: after a pause of " + r.Pause)
	}
	if r.Raw != "" {
		a.indented("the response: a head as it is written, and the stream behind it in no framing of its own")
		a.wire("   ", []byte(r.Raw))
		return
	}
	for _, status := range r.Before {
		a.indented(fmt.Sprintf("the response: %d goes before it", status))
	}
	a.indented("the response: " + statusLine(r))
	if !slices.ContainsFunc(r.Header, func(l cases.HeaderLine) bool { return strings.EqualFold(l.Name, "Content-Type") }) {
		a.indented("the response: Content-Type: text/event-stream")
	}
	for _, field := range r.Header {
		if field.Absent {
			a.indented("the response: no " + field.Name)
			continue
		}
		a.indented("the response: " + field.Name + ": " + clip([]byte(field.Value)))
	}
}

// statusLine is the status, and how the body is framed.
func statusLine(r *cases.Respond) string {
	status := cmp.Or(r.Status, http.StatusOK)
	words := strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
	if r.HTTP != "" {
		words = "HTTP/" + r.HTTP + " " + words
	}
	switch {
	case r.Length != nil:
		words += fmt.Sprintf(", with a Content-Length of %d", *r.Length)
	case r.Body == cases.BodyLength:
		words += ", with a Content-Length"
	case r.Body == cases.BodyClose:
		words += ", whose body ends with the connection"
	case r.Body == cases.BodyChunked:
		words += ", in chunks"
	}
	if r.Encoding != "" {
		words += ", compressed with " + r.Encoding
	}
	return words
}

// endWords is how the connection ends, where the stream's last item does not say
// so.
func endWords(c *cases.Case, i int) string {
	if c.HeldOpen(i) {
		return "then: it stays open until the case is over"
	}
	items := c.Connections[i].Stream
	if len(items) > 0 && items[len(items)-1].Ends() {
		return ""
	}
	return "then: it ends cleanly"
}

func awaitWords(u *cases.Until) string {
	switch {
	case u.Closed:
		return "the client has confirmed that it is closed"
	case u.Opens > 0:
		return "the client has reported " + count(u.Opens, "open")
	case u.Errors > 0:
		return "the client has reported " + count(u.Errors, "error")
	}
	return "the client has reported " + count(u.Events, "event")
}

func closeWords(k *cases.Close) string {
	nth := max(k.Nth, 1)
	switch k.On {
	case cases.OnRequest:
		return fmt.Sprintf("the client is closed when request %d has come and is not answered", nth)
	case cases.OnEnd:
		return fmt.Sprintf("the client is closed when connection %d has ended", nth)
	}
	where := "once it has reported"
	if k.InHandler {
		where = "inside its handler of"
	}
	return fmt.Sprintf("the client is closed %s %s %d", where, k.On, nth)
}

// finally shows what must hold of a client at the end, and for how long it is
// watched.
func (a *app) finally(c *cases.Case) {
	var words []string
	if c.Watch != "" {
		words = append(words, "no further request comes for "+c.Watch)
	}
	if f := c.Finally; f != nil {
		if f.State != "" {
			words = append(words, "the client says that it is "+f.State)
		}
		for _, seen := range []struct {
			count *int
			noun  string
		}{{f.Requests, "request"}, {f.Opens, "open"}, {f.Errors, "error"}} {
			if seen.count != nil {
				words = append(words, count(*seen.count, seen.noun)+" in all")
			}
		}
		if f.Disconnected {
			words = append(words, "the client's connections are gone")
		}
	}
	if len(words) == 0 {
		return
	}
	a.section("Finally")
	for _, one := range words {
		a.indented(one)
	}
}
