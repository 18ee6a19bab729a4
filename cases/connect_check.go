package cases

import (
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

// ownFields are those that only the connection itself can know.
var ownFields = []string{"connection", "content-length", "host", "transfer-encoding"}

// checkConnect looks at what a client is asked for.
func checkConnect(k *Connect, at strictyaml.Node) {
	if at.IsEmptyMapping() {
		at.Errorf("leave the key out", "a connect that asks for nothing")
	}
	if n := at.At("query"); n.Kind() == strictyaml.Text && (k.Query == "" || strings.ContainsFunc(k.Query, notInQuery)) {
		n.Errorf("write what else it should hold as in %2F", "%.40q is no query as it stands in a URL", k.Query)
	}
	checkConnectHeaders(k, at.At("headers"))
	if at.At("method").Kind() == strictyaml.Text {
		checkMethod(at.At("method"), k.Method)
		if k.Method == "GET" {
			at.At("method").Errorf("leave it out", "GET is what a client asks with in any case")
		}
	}
	if at.At("body").Kind() == strictyaml.Text {
		switch {
		case k.Body == "":
			at.At("body").Errorf("leave it out", "an empty body is what a request has in any case")
		case !at.Has("method"):
			at.Key("body").Errorf("method: POST", "a body needs a method: a GET has none")
		}
	}
	if n := at.At("lastEventId"); n.Kind() == strictyaml.Text {
		switch {
		case k.LastEventID == "":
			n.Errorf("leave it out", "an empty last event ID is what a client begins with in any case")
		case strings.ContainsAny(k.LastEventID, "\r\n\x00"):
			n.Errorf("", "no field can carry the last event ID %.40q", k.LastEventID)
		}
	}
	if k.Retry != nil && *k.Retry < 1 && at.At("retry").Kind() == strictyaml.Number {
		at.At("retry").Errorf("", "a wished reconnection time is 1 ms or more, got %d", *k.Retry)
	}
	checkFlag(at, "withCredentials", k.WithCredentials)
	checkFlag(at, "elsewhere", k.Elsewhere)
}

// notInQuery tells whether a character of a query would be encoded in a URL, or
// end the query (https://url.spec.whatwg.org/#query-percent-encode-set).
func notInQuery(c rune) bool {
	return c <= ' ' || c > '~' || strings.ContainsRune(`"#<>'`, c)
}

func checkConnectHeaders(k *Connect, at strictyaml.Node) {
	if at.IsEmptyMapping() {
		at.Errorf("leave the key out", "headers of nothing")
	}
	for _, name := range sortedKeys(k.Headers) {
		checkFieldName(at.Key(name), name)
		checkFieldValue(at.At(name), k.Headers[name])
		switch lower := strings.ToLower(name); {
		case lower == "last-event-id":
			at.Key(name).Errorf("lastEventId: ...", "the last event ID to begin with is asked for by its own key")
		case slices.Contains(ownFields, lower):
			at.Key(name).Errorf("leave it out", "%s is a matter of the connection: no client can be asked for it", name)
		}
	}
}

func checkMethod(at strictyaml.Node, method string) {
	if at.Kind() == strictyaml.Text && !isToken(method) {
		at.Errorf("a token, such as POST", "%q is no method", method)
	}
}

// checkFieldName demands a token.
func checkFieldName(at strictyaml.Node, name string) {
	if !isToken(name) {
		at.Errorf("letters, digits and hyphens: Last-Event-ID", "%q cannot be the name of a field", name)
	}
}

// checkFieldValue demands what can stand on a line (RFC 9110, section 5.5).
func checkFieldValue(at strictyaml.Node, value string) {
	if at.Kind() == strictyaml.Text && strings.ContainsAny(value, "\r\n\x00") {
		at.Errorf("a head with such bytes is written out in raw", "a field value holds no CR, LF or NUL")
	}
}
