package protocol

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Version is the version of the adapter protocol.
const Version = 1

// HelloLine is the first line that an adapter is sent.
const HelloLine = `{"op":"hello","protocol":1}` + "\n"

// A Hello is how an adapter introduces itself.
type Hello struct {
	Op           string   `json:"op"`
	Protocol     int      `json:"protocol"`
	Name         string   `json:"name"`
	Version      string   `json:"version"`
	Language     string   `json:"language"`
	Roles        []string `json:"roles"`
	Capabilities []string `json:"capabilities"`
	// Profile is how a client wants to be judged: browser, by the standard's
	// letter, or library, which is the default.
	Profile string `json:"profile"`
	// Deviates are requirements that the adapter declares broken: they are
	// played and reported all the same.
	Deviates []string `json:"deviates"`
}

// ReadHello reads the line that an adapter answered the hello with.
func ReadHello(line []byte) (Hello, error) {
	var h Hello
	if err := Decode(line, &h); err != nil {
		return h, fmt.Errorf("its first line is no hello: %w: %s", err, Excerpt(line))
	}
	switch {
	case h.Op != "hello":
		return h, fmt.Errorf(`its first line is no hello, which has "op":"hello": %s`, Excerpt(line))
	case h.Protocol != Version:
		return h, fmt.Errorf("it speaks version %d of the adapter protocol, and ssecheck speaks version %d", h.Protocol, Version)
	}
	return h, nil
}

// Takes checks that the adapter offers a role.
func (h Hello) Takes(role string) error {
	if slices.Contains(h.Roles, role) {
		return nil
	}
	return fmt.Errorf("the adapter offers the roles [%s] and was asked for %s", strings.Join(h.Roles, ", "), role)
}

// Claims reports whether the adapter claims a capability.
func (h Hello) Claims(capability string) bool { return slices.Contains(h.Capabilities, capability) }

// Decode reads one line of JSON. A line that is no UTF-8 is an error:
// encoding/json would mend it.
func Decode(line []byte, into any) error {
	if !utf8.Valid(line) {
		return fmt.Errorf("the line is no UTF-8 (text that is no valid Unicode travels in dataBase64)")
	}
	return json.Unmarshal(line, into)
}

// excerptLength is how much of a line is quoted in an error.
const excerptLength = 120

// Excerpt quotes the beginning of a line, safe to print.
func Excerpt(line []byte) string {
	if len(line) > excerptLength {
		return fmt.Sprintf("%q... (%d bytes)", line[:excerptLength], len(line))
	}
	return fmt.Sprintf("%q", line)
}
