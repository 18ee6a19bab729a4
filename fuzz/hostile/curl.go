package hostile

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// curlable are the kinds whose requests curl sends as we do; what is about the order and
// the timing of bytes it does not.
var curlable = []string{"last-event-id", "accept", "without", "field", "twice", "te", "upgrade", "query", "path", "method", "version", "host"}

// reproduce is a command line that plays the requests again: curl's, where it can and
// what comes shows in one answer, or else our own.
func reproduce(g *server.Guest, o Options, d deviation, requests []Request) string {
	alone := len(requests) == 1 && !slices.Contains([]symptom{crosstalk, disturbance, gone}, d.symptom)
	if alone && !slices.ContainsFunc(requests[0], func(o Oddity) bool { return !slices.Contains(curlable, o.Kind) }) {
		return curl(g, o, requests[0])
	}
	command := "ssecheck fuzz " + o.Target.Flags
	if o.Own {
		command += " --i-own-this-host"
	}
	for _, r := range requests {
		command += " --request '" + r.String() + "'"
	}
	return command
}

// curl is the command line of a request that nobody has to be told apart from.
func curl(g *server.Guest, o Options, r Request) string {
	d, err := drafted(g, r)
	if err != nil {
		return ""
	}
	words := []string{"curl", "-sSN", "-i", "--path-as-is", "--max-time", "5", "--http1.1"}
	if d.version == "1.0" {
		words[len(words)-1] = "--http1.0"
	}
	switch {
	case d.method == http.MethodHead:
		words[2] = "--head"
	case d.method != http.MethodGet:
		words = append(words, "-X", quote(d.method))
	}
	if o.Target.UnixSocket != "" {
		words = append(words, "--unix-socket", quote(o.Target.UnixSocket))
	}
	if o.Target.Insecure {
		words = append(words, "-k")
	}
	if o.Target.CACert != "" {
		words = append(words, "--cacert", quote(o.Target.CACert))
	}
	if o.Target.Cert != "" {
		words = append(words, "--cert", quote(o.Target.Cert), "--key", quote(o.Target.Key))
	}
	before, fields := curlFields(g, d)
	words = append(words, fields...)
	if len(d.body) > 0 {
		words = append(words, "--data-binary", quote(string(d.body)))
	}
	url := g.URL().Scheme + "://" + g.URL().Host + strings.ReplaceAll(d.target, nonceWord, shownNonce)
	return before + strings.Join(append(words, "-g", quote(url)), " ")
}

// shownNonce stands for the nonce in command lines.
const shownNonce = "zqnonce"

// secrets are fields that no command line shows.
var secrets = []string{"Authorization", "Cookie", "Proxy-Authorization"}

// curlFields are the fields of a draft as curl takes them: through a pipe where one has a
// byte that a shell may not pass on.
func curlFields(g *server.Guest, d *draft) (before string, words []string) {
	lines := slices.DeleteFunc(slices.Clone(d.lines), func(l line) bool {
		return strings.EqualFold(l.name, "Content-Length") && len(d.body) > 0 || l.name == "Host" && l.value == g.URL().Host
	})
	piped := false
	for _, l := range lines {
		piped = piped || strings.IndexFunc(l.value, func(r rune) bool { return r < ' ' || r > '~' }) >= 0
	}
	var all strings.Builder
	for _, l := range append(lines, absent(d)...) {
		text := header(l)
		if slices.ContainsFunc(g.Fields(), func(f transcript.Field) bool { return isSecret(f.Name) && f.Name == l.name && f.Value == l.value }) {
			text = l.name + ": ..."
		}
		all.WriteString(octal(text) + `\n`)
		words = append(words, "-H", quote(text))
	}
	if !piped {
		return "", words
	}
	return "printf '" + all.String() + "' | ", []string{"-H", "@-"}
}

func isSecret(name string) bool {
	return slices.ContainsFunc(secrets, func(s string) bool { return strings.EqualFold(s, name) })
}

// absent are the fields that curl would add by itself.
func absent(d *draft) []line {
	var lines []line
	for _, name := range []string{"Accept", "User-Agent", "Host"} {
		if d.index(name) < 0 {
			lines = append(lines, line{name, ":", ""})
		}
	}
	return lines
}

// header is a field as curl takes it: a semicolon stands for an empty value, and a colon
// alone for no field.
func header(l line) string {
	if l.value == "" && l.between != ":" {
		return l.name + ";"
	}
	return strings.TrimRight(l.name+l.between+strings.ReplaceAll(l.value, nonceWord, shownNonce), " ")
}

// quote makes a word of a shell's.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// octal writes a text for printf between single quotes.
func octal(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || strings.IndexByte(`'\%`, c) >= 0 {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
