package hostile

import (
	"net/url"
	"slices"
	"strings"
)

// A Kind is a kind of oddity.
type Kind struct {
	Name string
	// Value says what the value of such an oddity is.
	Value string

	apply func(d *draft, value string) error
	// values are those that a run begins with, each in a request of its own.
	values func(facts) []string
	// text tells where in a value free text begins, which may be changed at will; nil
	// where a value has none.
	text func(value string) int
}

// facts are what is known of a server before the first odd request.
type facts struct {
	url *url.URL
	// ids are those that its stream has shown.
	ids []string
}

// Kinds lists the kinds of oddities.
func Kinds() []Kind {
	return []Kind{
		{"last-event-id", "the value of the field Last-Event-ID", setField("Last-Event-ID"), lastEventIDs, whole},
		{"twice", "the name of a field that is there at least twice", twice, list(repeatable...), nil},
		{"accept", "the value of the field Accept", setField("Accept"), accepts, whole},
		{"without", "the name of a field that is left out", without, list("Accept", "Cache-Control", "User-Agent"), nil},
		{"field", "a field, as in Range: bytes=0-0, instead of one of its name", field, fields, afterColon},
		{"te", "the value of the field TE, which Connection names", withConnection("TE"), list("trailers", "", "trailers, deflate;q=0.5", "NONCE;q=0.001"), nil},
		{"upgrade", "the value of the field Upgrade, which Connection names", withConnection("Upgrade"), list("ssecheck/1", "NONCE/1, HTTP/3.0", "websocket"), nil},
		{"query", "what is added to the query of the URL", query, queries, afterEquals},
		{"path", "the path of the URL, instead of its own", path, paths, nil},
		{"method", "the request's method", method, list("HEAD", "OPTIONS", "TRACE", "get", "G", "SSECHECK", "NONCE", "PROPFIND", "!#$%&'*+-.^_`|~", strings.Repeat("M", 300)), nil},
		{"version", "the version of HTTP: 1.0", version, list("1.0"), nil},
		{"host", "the value of the field Host", setField("Host"), hosts, nil},
		{"form", "the form of the request's target: absolute", form, list("absolute"), nil},
		{"order", "the order of the fields: reverse, host-last, or a number that shuffles them", order, list("reverse", "host-last", "1", "2"), nil},
		{"case", "the case of the fields' names: lower, upper or odd", letters, list("lower", "upper", "odd"), nil},
		{"spacing", "the blanks around the fields' values: none, tab, wide or tail", spacing, list("none", "tab", "wide", "tail"), nil},
		{"many", "how many fields are added, up to 100", many, list("10", "50", "100"), nil},
		{"slow", "how many bytes are sent at a time", slow, list("1", "7", "50"), nil},
		{"leave", "when the connection is reset: after the request, after the head of the response, or inside its body", leave, list("request", "head", "body"), nil},
		{"half-close", "yes: the sending half is closed after the request", halfClose, list("yes"), nil},
		{"behind", "the method of an ordinary request that is pipelined behind", behind, list("GET", "HEAD", "OPTIONS"), nil},
	}
}

func kindOf(name string) (Kind, bool) {
	all := Kinds()
	i := slices.IndexFunc(all, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return all[i], true
}

func names() []string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	return names
}

func list(values ...string) func(facts) []string {
	return func(facts) []string { return values }
}

// Where free text begins in a value.
func whole(string) int              { return 0 }
func afterColon(value string) int   { return len(value) - len(strings.TrimLeft(after(value, ':'), " ")) }
func afterEquals(value string) int  { return len(value) - len(after(value, '=')) }
func after(s string, c byte) string { return s[strings.IndexByte(s, c)+1:] }
