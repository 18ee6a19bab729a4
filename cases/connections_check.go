package cases

import (
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

// Limits of one case, for those who play it and those who check it.
const (
	// MaxConnections bounds the connections.
	MaxConnections = 100
	// MaxAwaits bounds what is awaited during one stream.
	MaxAwaits = 100
)

var (
	httpWords        = []string{HTTP1, HTTPS1, HTTP2, HTTP2C}
	certificateWords = []string{CertificateOtherAuthority, CertificateOtherName, CertificateExpired}
)

// checkConnections looks at a case of the kind connections: at its parts alone,
// and then, if they can be read, at what they come to together.
func checkConnections(c *Case, at strictyaml.Node) {
	if at.Has("http") {
		checkWord(at.At("http"), c.HTTP, "version of HTTP", httpWords)
	}
	if at.Has("certificate") {
		checkCertificate(c, at)
	}
	if c.Connect != nil {
		checkConnect(c.Connect, at.At("connect"))
	}
	checkConnectionList(c, at.At("connections"))
	if c.Close != nil {
		checkClose(c, at.At("close"))
	}
	checkLibrary(c, at)
	checkFacts(c, at.At("facts"))
	if c.Finally != nil {
		checkFinallyOfClient(c, at.At("finally"))
	}
	checkNothingSeen(c, at)
	checkWatch(c, at)
	if !at.Spoiled() {
		checkScript(c, at)
	}
	if c.Expect == nil {
		c.Expect = &Expect{} // what is left out is no event
	}
}

// checkCertificate looks at a certificate that no client may take, so that none
// sends a request.
func checkCertificate(c *Case, at strictyaml.Node) {
	checkWord(at.At("certificate"), c.Certificate, "fault of a certificate", certificateWords)
	if c.HTTP != HTTPS1 && c.HTTP != HTTP2 {
		at.Key("certificate").Errorf("http: https, or http: 2", "certificates are shown over TLS only")
	}
	if c.Finally == nil || c.Finally.Requests == nil || *c.Finally.Requests != 0 {
		at.Key("certificate").Errorf("finally: {requests: 0}", "a client that looks at the certificate sends no request, and the case does not demand that")
	}
}

func checkConnectionList(c *Case, at strictyaml.Node) {
	switch {
	case at.Kind() != strictyaml.List:
		return
	case at.IsEmptyList():
		at.Errorf(`connections: [{stream: ["data: a\n\n"]}]`, "a case without a connection")
	case len(c.Connections) > MaxConnections:
		at.At(MaxConnections).Errorf("", "more than the %d connections that one case may have", MaxConnections)
		return
	}
	size := 0
	for i := range c.Connections {
		connection, n := &c.Connections[i], at.At(i)
		if n.Kind() != strictyaml.Mapping {
			continue
		}
		if n.Has("refuse") {
			readWait(n.At("refuse"), connection.Refuse)
		}
		if connection.Request != nil {
			checkRequest(c, i, n.At("request"))
		}
		if connection.Respond != nil {
			checkRespond(c, i, n.At("respond"))
		}
		if size += checkConnectionStream(c, i, n.At("stream")); size > MaxStream {
			n.Errorf("", "the streams have more than the %d bytes that one case may have", MaxStream)
			return
		}
	}
}

// checkConnectionStream looks at one stream, and says how many bytes it has.
func checkConnectionStream(c *Case, i int, at strictyaml.Node) (size int) {
	if at.IsEmptyList() {
		at.Errorf("leave the key out", "a stream of nothing")
	}
	if at.Kind() != strictyaml.List {
		return 0
	}
	connection := &c.Connections[i]
	awaits := 0
	for j := range connection.Stream {
		item, n := &connection.Stream[j], at.At(j)
		size += item.Size()
		if item.Await != nil {
			if awaits++; awaits == MaxAwaits+1 {
				n.Errorf("", "more than the %d awaits that one stream may have", MaxAwaits)
			}
		}
		switch {
		case j > 0 && connection.Stream[j-1].Ends():
			n.Errorf("", "nothing can follow a drop or a stall")
		case item.Frame != "" && !c.overHTTP2():
			n.Errorf("http: 2, or http: h2c", "frames are sent on HTTP/2 only, and this case speaks HTTP/1.1")
		case item.Drop == DropTruncate:
			checkTruncate(c, connection.Respond, n)
		case item.Stall != "" && i == len(c.Connections)-1 && !connection.hasLength():
			n.Errorf("leave it out", "the last connection stays open and silent in any case, until the case is over")
		}
	}
	if r := connection.Respond; r != nil && size > 0 {
		checkBytes(connection, at)
	}
	return size
}

// overHTTP2 says that the case speaks HTTP/2, in cleartext or over TLS.
func (c *Case) overHTTP2() bool { return c.HTTP == HTTP2 || c.HTTP == HTTP2C }

// hasLength says that the response declares how long its body is, or may do so
// in a head that the case writes out.
func (c *Connection) hasLength() bool {
	return c.Respond != nil && (c.Respond.Body == BodyLength || c.Respond.Raw != "")
}

// checkTruncate demands that the client can tell that something is missing.
func checkTruncate(c *Case, r *Respond, at strictyaml.Node) {
	switch {
	case r != nil && r.Raw != "":
		at.Errorf("write the Content-Length into the head, and {drop: fin}", "a raw head frames its body itself: the server cannot cut it short")
	case r != nil && (r.Body == BodyLength || hasNoBody(r.status())):
	case c.overHTTP2():
		at.Errorf("{drop: reset}, or body: length", "on HTTP/2 a body can be cut short only where it has a length")
	case r != nil && (r.Body == BodyClose || r.Body == "" && r.HTTP == "1.0"):
		at.Errorf("{drop: fin}, or body: chunked or length", "the end of the connection is the end of this body: nobody can tell that it was cut short")
	}
}

// checkBytes looks at bytes that no client can be sent, or would read as
// something else.
func checkBytes(c *Connection, at strictyaml.Node) {
	r := c.Respond
	switch {
	case r.Raw != "":
		sent := r.Raw + string(c.written())
		if !strings.Contains(sent, "\r\n\r\n") && !strings.Contains(sent, "\n\n") {
			at.Errorf(`end the head in "\r\n\r\n", in raw or in the stream`, "the raw head does not end in a blank line, so that the whole stream is a part of it")
		}
	case hasNoBody(r.status()) || r.status() == 205:
		at.Errorf("leave the stream out; where the bytes are the point, write the head in raw", "a response of status %d has no body", r.status())
	}
}

// checkWord demands one of the words.
func checkWord(at strictyaml.Node, word, what string, words []string) {
	readable := at.Kind() == strictyaml.Text || at.Kind() == strictyaml.Number
	if readable && !slices.Contains(words, word) {
		at.Errorf("write one of "+strings.Join(words, ", "), "%q is no %s", word, what)
	}
}

// checkFlag reports a false that says nothing.
func checkFlag(at strictyaml.Node, key string, set bool) {
	if at.At(key).Kind() == strictyaml.Boolean && !set {
		at.At(key).Errorf("leave it out", "%s: false is what it is in any case", key)
	}
}

// checkLibrary looks at the grade of a case for other clients than browsers.
func checkLibrary(c *Case, at strictyaml.Node) {
	n := at.At("library")
	switch {
	case n.Kind() != strictyaml.Text:
	case c.Library != "info":
		n.Errorf("library: info, or leave it out", "%q is no grade for other clients than browsers", c.Library)
	case c.Level == "info":
		at.Key("library").Errorf("leave it out", "the case is of level info for every client already")
	}
}

func checkFacts(c *Case, at strictyaml.Node) {
	if at.Kind() != strictyaml.Mapping {
		return
	}
	if len(c.Facts) == 0 {
		at.Errorf("leave the key out", "facts that demand nothing")
	}
	for _, name := range sortedKeys(c.Facts) {
		checkPlaceholders(at.At(name), c.Facts[name], factPlaceholders)
	}
}

// checkNothingSeen demands that something is looked at beside the requests, as
// far as they must come at all.
func checkNothingSeen(c *Case, at strictyaml.Node) {
	if at.Has("expect") {
		checkAnswers(c, at.At("expect"))
	}
	if c.Finally.demands() || len(c.Facts) > 0 || at.Spoiled() {
		return
	}
	if c.Expect != nil && slices.ContainsFunc(c.Expect.Answers(), func(a Answer) bool { return len(a.Events) > 0 }) {
		return
	}
	n := at
	if at.Has("expect") {
		n = at.At("expect")
	}
	n.Errorf(`let the last stream go on with a sentinel that must arrive, "data: END\n\n", or say what must hold finally`,
		"a case that expects no event and demands nothing at the end: it would hardly fail")
}

// checkWatch demands that there is an end after which no request may come: the
// client is closed or has failed, or waits to reconnect for longer than that.
func checkWatch(c *Case, at strictyaml.Node) {
	if !at.Has("watch") {
		return
	}
	readWait(at.At("watch"), c.Watch)
	done := c.Close != nil || c.Finally != nil && c.Finally.State == StateClosed
	if last := len(c.Connections) - 1; !done && last >= 0 && !c.ends(last) {
		at.Key("watch").Errorf("close: ..., finally: {state: closed}, or a last connection that ends",
			"a watch over a client that has its connection open: there is nothing that it should leave be")
	}
}
