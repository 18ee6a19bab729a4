package protocol_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/protocol"
)

// FuzzItem hands a text to an encoder and takes it back: what a case says arrives as it
// is, the lone surrogates too, which encoding/json would mend.
func FuzzItem(f *testing.F) {
	for _, text := range []string{"", "a\r\nb", "\x00\x7f\"\\/", "\u2028\u0085\uFEFF", "\U0001F600", "\xED\xA0\x80", "a\xED\xB0\x80\xED\xA0\x80b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ToValidUTF8(cases.WithoutSurrogates(text, ""), "") != cases.WithoutSurrogates(text, "") || paired(text) {
			t.Skip("no text that a case can name")
		}
		line := (&cases.EmitItem{Data: &text}).AppendJSON(nil)
		if strings.ContainsFunc(string(line), func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("not printable ASCII: %q", line)
		}
		var got struct{ Data protocol.Text }
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if string(got.Data) != text {
			t.Fatalf("%q came back as %q, by %s", text, got.Data, line)
		}
	})
}

// paired says that a high surrogate stands right before a low one: the loader makes one
// character of the two.
func paired(text string) bool {
	for i := 0; i+6 <= len(text); i++ {
		if text[i] == 0xED && text[i+1]&0xF0 == 0xA0 && text[i+3] == 0xED && text[i+4]&0xF0 == 0xB0 {
			return true
		}
	}
	return false
}
