package hostile

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/runner/server"
)

// A draft is a request on its way to the wire: oddities are put into it one by one.
type draft struct {
	origin                  string // such as http://localhost:8080
	method, target, version string
	lines                   []line
	body                    []byte
	// slow is how many bytes are sent at a time; 0 is all at once.
	slow int
	// leave says when the connection is reset: "", "request", "head" or "body".
	leave     string
	halfClose bool
	// behind are the methods of ordinary requests that follow at once.
	behind []string
}

// A line is one header field line; between stands what separates its two parts.
type line struct{ name, between, value string }

// ordinary is the request that an event source would send.
func ordinary(g *server.Guest) *draft {
	d := &draft{origin: g.URL().Scheme + "://" + g.URL().Host, method: g.Method(), target: g.URL().RequestURI(), version: "1.1", body: g.Body()}
	d.add("Host", g.URL().Host)
	for _, f := range g.Fields() {
		d.add(f.Name, f.Value)
	}
	if len(d.body) > 0 {
		d.add("Content-Length", strconv.Itoa(len(d.body)))
	}
	return d
}

// drafted is a request with all its oddities.
func drafted(g *server.Guest, r Request) (*draft, error) {
	d := ordinary(g)
	for _, o := range r {
		k, _ := kindOf(o.Kind)
		if err := k.apply(d, o.Value); err != nil {
			return nil, err
		}
	}
	if d.closes() {
		d.behind = nil // https://www.rfc-editor.org/rfc/rfc9112.html#section-9.6 forbids it
	}
	return d, nil
}

// closes tells whether no other request may follow on the connection.
func (d *draft) closes() bool {
	i := d.index("Connection")
	tokens := ""
	if i >= 0 {
		tokens = strings.ToLower(d.lines[i].value)
	}
	return d.version == "1.0" || strings.Contains(tokens, "close")
}

func (d *draft) add(name, value string) { d.lines = append(d.lines, line{name, ": ", value}) }

// set puts a field where the first of its name is, or at the end.
func (d *draft) set(name, value string) {
	if i := d.index(name); i >= 0 {
		d.lines[i].value = value
		return
	}
	d.add(name, value)
}

func (d *draft) drop(name string) {
	d.lines = slices.DeleteFunc(d.lines, func(l line) bool { return strings.EqualFold(l.name, name) })
}

func (d *draft) index(name string) int {
	return slices.IndexFunc(d.lines, func(l line) bool { return strings.EqualFold(l.name, name) })
}

// head is the request without its body.
func (d *draft) head() []byte {
	var b bytes.Buffer
	b.WriteString(d.method + " " + d.target + " HTTP/" + d.version + "\r\n")
	for _, l := range d.lines {
		b.WriteString(l.name + l.between + l.value + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// nonceWord stands for the nonce in values.
const nonceWord = "NONCE"

// raw is what goes on the wire; a slow request takes about so long.
func (d *draft) raw(g *server.Guest, nonce string, long time.Duration) server.Raw {
	all := append(d.head(), d.body...)
	for _, method := range d.behind {
		next := ordinary(g)
		next.method, next.body = method, nil
		next.drop("Content-Length")
		all = append(all, next.head()...)
	}
	all = bytes.ReplaceAll(all, []byte(nonceWord), []byte(nonce))
	r := server.Raw{Parts: [][]byte{all}, Method: d.method, Behind: d.behind, HalfClose: d.halfClose}
	if d.slow > 0 {
		begin := all[:min(len(all), mostParts*d.slow)]
		r.Parts = append(slices.Collect(slices.Chunk(begin, d.slow)), all[len(begin):])
		r.Gap = long / time.Duration(len(r.Parts))
	}
	return r
}

// mostParts bounds the parts of a slow request; the rest of a long one is sent at once.
const mostParts = 256

// inputs are the texts of the request that a server may show again: its target and its
// fields' values.
func (d *draft) inputs(nonce string) []string {
	texts := []string{d.target}
	for _, l := range d.lines {
		texts = append(texts, l.value)
	}
	for i := range texts {
		texts[i] = strings.ReplaceAll(texts[i], nonceWord, nonce)
	}
	return texts
}
