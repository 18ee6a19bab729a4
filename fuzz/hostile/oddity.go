package hostile

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

func setField(name string) func(*draft, string) error {
	return func(d *draft, value string) error { d.set(name, value); return nil }
}

func withConnection(name string) func(*draft, string) error {
	return func(d *draft, value string) error {
		d.set("Connection", name)
		d.set(name, value)
		return nil
	}
}

// repeatable are fields whose values are lists, and the one that this is all about.
var repeatable = []string{"Last-Event-ID", "Accept", "Cache-Control", "Accept-Encoding", "If-None-Match", "Cookie", "X-Forwarded-For"}

func twice(d *draft, name string) error {
	if !isToken(name) {
		return errors.New("it is no name of a field")
	}
	has := 0
	for _, l := range d.lines {
		if strings.EqualFold(l.name, name) {
			has++
		}
	}
	values := []string{"1", "2"}
	switch strings.ToLower(name) {
	case "accept":
		values = []string{"text/event-stream", "text/*"}
	case "cache-control":
		values = []string{"no-cache", "no-store"}
	case "accept-encoding":
		values = []string{"identity", "identity;q=0.5"}
	case "if-none-match":
		values = []string{`"1"`, `"2"`}
	case "cookie":
		values = []string{"a=1", "a=2"}
	}
	for _, value := range values[min(has, 1):] {
		d.add(name, value)
	}
	return nil
}

func without(d *draft, name string) error {
	d.drop(name)
	return nil
}

func field(d *draft, text string) error {
	name, value, ok := strings.Cut(text, ":")
	if !ok || !isToken(name) {
		return errors.New("it is no field, as in Range: bytes=0-0")
	}
	value = strings.TrimLeft(value, " ")
	switch framing := strings.ToLower(name); {
	case framing == "host" || framing == "transfer-encoding" || framing == "content-length" && value != "0":
		return errors.New("it would change what the request is, and not how it looks")
	case framing == "content-length" && len(d.body) > 0:
		return nil // it has one, which is right
	}
	d.set(name, value)
	return nil
}

// isToken tells whether a text may be a name, by https://www.rfc-editor.org/rfc/rfc9110.html#section-5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte("\"(),/:;<=>?@[\\]{}", s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}

func query(d *draft, value string) error {
	if _, err := url.PathUnescape(value); err != nil || illegalInQuery(value) >= 0 {
		return errors.New("a query has no blank, no #, no % but before two digits and nothing beyond ASCII; write %20 and the like")
	}
	if strings.Contains(d.target, "?") {
		d.target += "&" + value
	} else {
		d.target += "?" + value
	}
	return nil
}

func path(d *draft, value string) error {
	if _, err := url.PathUnescape(value); err != nil || !strings.HasPrefix(value, "/") || strings.Contains(value, "?") || illegalInQuery(value) >= 0 {
		return errors.New("a path begins with / and has no ?, no blank, no #, no % but before two digits and nothing beyond ASCII")
	}
	_, query, ok := strings.Cut(d.target, "?")
	if d.target = value; ok {
		d.target += "?" + query
	}
	return nil
}

func illegalInQuery(s string) int {
	return strings.IndexFunc(s, func(c rune) bool { return c <= ' ' || c >= 0x7f || c == '#' })
}

func method(d *draft, value string) error {
	if !isToken(value) {
		return errors.New("it is no method")
	}
	if value != d.method {
		d.method, d.body = value, nil
		d.drop("Content-Length")
		d.drop("Content-Type")
	}
	return nil
}

func version(d *draft, value string) error {
	d.version = value
	return oneOf(value, "1.0", "1.1")
}

func oneOf(value string, known ...string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return fmt.Errorf("%q is none of %s", value, strings.Join(known, ", "))
}

// form makes the target absolute. It is an ordinary request's, in origin form, before.
func form(d *draft, value string) error {
	if strings.HasPrefix(d.target, "/") {
		d.target = d.origin + d.target
	}
	return oneOf(value, "absolute")
}

func order(d *draft, value string) error {
	switch value {
	case "reverse":
		slices.Reverse(d.lines)
		return nil
	case "host-last":
		if i := d.index("Host"); i >= 0 {
			d.lines = append(slices.Delete(slices.Clone(d.lines), i, i+1), d.lines[i])
		}
		return nil
	}
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return errors.New("it is none of reverse, host-last, or a number")
	}
	rand.New(rand.NewPCG(n, 0)).Shuffle(len(d.lines), func(i, j int) { //nolint:gosec // not for secrets
		d.lines[i], d.lines[j] = d.lines[j], d.lines[i]
	})
	return nil
}

func letters(d *draft, value string) error {
	change := map[string]func(string) string{"lower": strings.ToLower, "upper": strings.ToUpper, "odd": oddCase}[value]
	for i := range d.lines {
		if change != nil {
			d.lines[i].name = change(d.lines[i].name)
		}
	}
	return oneOf(value, "lower", "upper", "odd")
}

// oddCase is lasT-evenT-iD.
func oddCase(s string) string {
	words := strings.Split(strings.ToLower(s), "-")
	for i, w := range words {
		if w != "" {
			words[i] = w[:len(w)-1] + strings.ToUpper(w[len(w)-1:])
		}
	}
	return strings.Join(words, "-")
}

func spacing(d *draft, value string) error {
	between, tail := ": ", ""
	switch value {
	case "none":
		between = ":"
	case "tab":
		between = ":\t"
	case "wide":
		between = ":" + strings.Repeat(" ", 40)
	case "tail":
		tail = " \t "
	}
	for i := range d.lines {
		d.lines[i].between = between
		d.lines[i].value += tail
	}
	return oneOf(value, "none", "tab", "wide", "tail")
}

func many(d *draft, value string) error {
	n, err := number(value, 100)
	for i := range n {
		d.add(fmt.Sprintf("X-Ssecheck-%d", i), nonceWord)
	}
	return err
}

func number(value string, most int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > most {
		return 0, fmt.Errorf("it is no number from 1 to %d", most)
	}
	return n, nil
}

func slow(d *draft, value string) (err error) {
	d.slow, err = number(value, 1<<10)
	return err
}

func leave(d *draft, value string) error {
	d.leave = value
	return oneOf(value, "request", "head", "body")
}

func halfClose(d *draft, value string) error {
	d.halfClose = true
	return oneOf(value, "yes")
}

func behind(d *draft, value string) error {
	d.behind = append(d.behind, value)
	return oneOf(value, "GET", "HEAD", "OPTIONS")
}
