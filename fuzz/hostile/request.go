package hostile

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// An Oddity is one way in which a request is not an ordinary one.
type Oddity struct {
	// Kind is the name of one of [Kinds]; Value is what the kind says it is. The word
	// NONCE in it stands for letters and digits that no other request has.
	Kind, Value string
}

// A Request is the ordinary request for the stream with its oddities, put into it in
// their order; without any it is the ordinary one.
type Request []Oddity

// plain is the text of an ordinary request.
const plain = "plain"

// String is the request as [ParseRequest] reads it, such as
// last-event-id=caf%C3%A9&leave=head. It has no quotes, blanks and control characters.
func (r Request) String() string {
	if len(r) == 0 {
		return plain
	}
	parts := make([]string, len(r))
	for i, o := range r {
		parts[i] = o.Kind + "=" + escape(o.Value)
	}
	return strings.Join(parts, "&")
}

// ParseRequest reads what String writes.
func ParseRequest(text string) (Request, error) {
	if text == plain {
		return nil, nil
	}
	var r Request
	for part := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(part, "=")
		k, ok := kindOf(name)
		if !ok {
			return nil, fmt.Errorf("the request %q has %q where one of %s is expected, as in last-event-id=caf%%C3%%A9&leave=head",
				text, name, strings.Join(names(), ", "))
		}
		plainValue, err := url.PathUnescape(value)
		if err == nil && strings.ContainsAny(plainValue, "\r\n\x00") {
			err = errors.New("it holds CR, LF or NUL, which no legal request does")
		}
		if err == nil {
			err = k.apply(&draft{}, plainValue)
		}
		if err != nil {
			return nil, fmt.Errorf("the request %q: the value of %s: %w", text, name, err)
		}
		r = append(r, Oddity{name, plainValue})
	}
	return r, nil
}

// escape writes what would not pass a shell's single quotes, or separates here, as
// percent and two digits.
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("%&'\"`$\\", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// keys name what is odd about the request, without the values: two requests with the
// same keys that break the same rule are taken for one fault.
func (r Request) keys() []string {
	keys := make([]string, 0, len(r))
	for _, o := range r {
		keys = append(keys, o.key())
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// key is the kind, with the name of the field where the kind is about one.
func (o Oddity) key() string {
	if o.Kind != "field" && o.Kind != "without" {
		return o.Kind
	}
	name, _, _ := strings.Cut(o.Value, ":")
	return o.Kind + " " + strings.ToLower(name)
}
