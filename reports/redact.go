package reports

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Redacted stands where a secret stood.
const Redacted = "[redacted]"

// secretHeaders are the headers whose values no report may hold.
var secretHeaders = []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key"}

// minSecret is the length in bytes from which a secret is looked for anywhere.
// A shorter one would tear up innocent words; it is removed where it is the
// value of a header.
const minSecret = 4

// A Redactor removes secrets from what a run stores: the values of
// Authorization, Proxy-Authorization, Cookie, Set-Cookie and X-Api-Key, the
// password of a URL, and the secrets that it was given. The zero value knows no secrets of
// its own; a nil Redactor is one, too.
type Redactor struct {
	headers *regexp.Regexp
	values  *strings.Replacer
}

// NewRedactor returns a Redactor that knows the names of further headers whose
// values are secret and the secret values themselves, in the spellings in
// which they may come back: as they are, made visible, quoted, in a URL, in
// base64.
func NewRedactor(headers, secrets []string) *Redactor {
	return &Redactor{headers: headerPattern(slices.Concat(secretHeaders, headers)), values: valueReplacer(secrets)}
}

// Redact removes secrets from a whole report; see [NewRedactor].
func Redact(r *Report, headers, secrets []string) { NewRedactor(headers, secrets).Report(r) }

// headerPattern finds "Name: value" where a line begins, behind a quote or
// inside a sentence. The value ends with the line, or with the quote in front
// of the name; in a shell's single quotes, '\” is part of it.
func headerPattern(names []string) *regexp.Regexp {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = regexp.QuoteMeta(name)
	}
	name := `(?:` + strings.Join(quoted, "|") + `)[ \t]*:[ \t]*`
	return regexp.MustCompile(`(?i)` +
		`('` + name + `)(?:[^'\r\n]|'\\'')*` +
		`|("` + name + `)(?:[^"\\\r\n]|\\.)*` +
		`|(\b` + name + `)[^\r\n]*(?:\r?\n[ \t]+[^\r\n]+)*`)
}

func valueReplacer(secrets []string) *strings.Replacer {
	var spellings []string
	for _, secret := range secrets {
		if len(secret) < minSecret {
			continue
		}
		visible := Visible([]byte(secret))
		spellings = append(spellings, secret, visible, strings.ReplaceAll(visible, `"`, `\"`),
			url.QueryEscape(secret), url.PathEscape(secret),
			base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)))
	}
	// The longest first: a Replacer takes the first that fits, and a secret may
	// hold another.
	slices.SortFunc(spellings, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(spellings))
	for _, spelling := range spellings {
		pairs = append(pairs, spelling, Redacted)
	}
	return strings.NewReplacer(pairs...)
}

// userInfo finds the password of a URL.
var userInfo = regexp.MustCompile(`(\w://[^\s/:@'"]*:)[^\s/@'"]+@`)

var plain = NewRedactor(nil, nil)

// Text returns s without secrets.
func (r *Redactor) Text(s string) string {
	if r == nil || r.headers == nil {
		r = plain
	}
	s = r.headers.ReplaceAllStringFunc(s, r.header)
	s = userInfo.ReplaceAllString(s, "${1}"+Redacted+"@")
	return r.values.Replace(s)
}

// header redacts the value of one "Name: value" that the pattern found. A value
// that only names an environment variable, as the command line writes it, is no
// secret and keeps the command that plays a case again usable.
func (r *Redactor) header(found string) string {
	parts := r.headers.FindStringSubmatch(found)
	name := parts[1] + parts[2] + parts[3]
	if placeholder.MatchString(found[len(name):]) {
		return found
	}
	return name + Redacted
}

// placeholder is "${TOKEN}" or "Bearer ${TOKEN}".
var placeholder = regexp.MustCompile(`^(?:(?i:Basic|Bearer|Token) )?\$\{\w+\}$`)

// Report removes secrets from all that a report holds.
func (r *Redactor) Report(report *Report) {
	for i := range report.Subjects {
		subject := &report.Subjects[i]
		subject.Name, subject.Version = r.Text(subject.Name), r.Text(subject.Version)
		subject.Address, subject.Problem = r.Text(subject.Address), r.Text(subject.Problem)
		for j := range subject.Results {
			r.Result(&subject.Results[j])
		}
	}
}

// Result removes secrets from one result: its transcript, its words, and the
// command that plays it again.
func (r *Redactor) Result(result *Result) {
	for _, text := range []*string{&result.Message, &result.Diff, &result.SkipReason, &result.Stderr, &result.Reproduce} {
		*text = r.Text(*text)
	}
	for i := range result.Transcript {
		entry := &result.Transcript[i]
		entry.Text = r.Text(entry.Text)
		if len(entry.Bytes) > 0 {
			entry.Bytes = []byte(r.Text(string(entry.Bytes)))
		}
	}
}
