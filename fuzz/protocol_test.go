package fuzz

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/seeds"
	"github.com/ssecheck/ssecheck/runner/adapter"
	"github.com/ssecheck/ssecheck/runner/protocol"
)

// FuzzLines compares the reader of an adapter's lines with strings.SplitAfter, whatever
// comes in one read.
//
//fuzz:instrument github.com/ssecheck/ssecheck/runner/protocol
func FuzzLines(f *testing.F) {
	seeds.Add(f, "Lines")
	f.Fuzz(func(t *testing.T, input []byte, most uint16) {
		bound := int(most) + 1
		for name, r := range map[string]io.Reader{
			"whole": bytes.NewReader(input), "byte by byte": iotest.OneByteReader(bytes.NewReader(input)),
		} {
			lines := protocol.NewLines(r, bound)
			for i, part := range strings.SplitAfter(string(input), "\n") {
				want, ended := strings.CutSuffix(part, "\n")
				got, err := lines.Next()
				var tooLong *protocol.LineTooLongError
				switch {
				case len(want) > bound:
					if !errors.As(err, &tooLong) || tooLong.Max != bound {
						t.Fatalf("%s, line %d has %d bytes of %d and the error %v", name, i+1, len(want), bound, err)
					}
				case ended && (err != nil || string(got) != want),
					!ended && want != "" && (err != protocol.ErrHalfLine || string(got) != want),
					part == "" && (err != io.EOF || len(got) > 0):
					t.Fatalf("%s, line %d is %q with the error %v; expected %q", name, i+1, got, err, part)
				}
				if err != nil {
					break
				}
			}
		}
	})
}

// FuzzText compares the reader of an adapter's texts with encoding/json, which differs on
// lone surrogates alone.
//
//fuzz:instrument github.com/ssecheck/ssecheck/runner/protocol encoding/json
func FuzzText(f *testing.F) {
	seeds.Add(f, "Text")
	f.Fuzz(func(t *testing.T, source string) {
		if !utf8.ValidString(source) {
			return
		}
		var own protocol.Text
		var theirs string
		errOwn, errTheirs := json.Unmarshal([]byte(source), &own), json.Unmarshal([]byte(source), &theirs)
		if (errOwn == nil) != (errTheirs == nil) {
			t.Fatalf("%q: %v, encoding/json: %v", source, errOwn, errTheirs)
		}
		if errOwn == nil && cases.WithoutSurrogates(string(own), "\uFFFD") != theirs {
			t.Fatalf("%q: %q, encoding/json: %q", source, own, theirs)
		}
	})
}

// FuzzItem hands a text to an encoder and takes it back: what a case says arrives as it
// is, the lone surrogates too, which encoding/json would mend.
//
//fuzz:instrument github.com/ssecheck/ssecheck/runner/protocol github.com/ssecheck/ssecheck/cases
func FuzzItem(f *testing.F) {
	seeds.Add(f, "Item")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(cases.WithoutSurrogates(text, "?")) || paired(text) {
			return // no text that a case can name
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

// FuzzAnswer: a line of an adapter is an answer for the stream that it names, a broken
// answer for it, or none; and it is a hello only when it says so.
//
//fuzz:instrument github.com/ssecheck/ssecheck/runner/protocol github.com/ssecheck/ssecheck/runner/adapter encoding/json
func FuzzAnswer(f *testing.F) {
	seeds.Add(f, "Answer")
	type answer struct {
		adapter.Message
		On   string        `json:"on"`
		Text protocol.Text `json:"message"`
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		kept := bytes.Clone(line)
		stream, got, err := adapter.ReadAs[answer](line)
		hello, errHello := protocol.ReadHello(line)
		if !bytes.Equal(line, kept) {
			t.Fatalf("%q became %q", kept, line)
		}
		var object map[string]json.RawMessage
		readable := utf8.Valid(line) && json.Unmarshal(line, &object) == nil && object != nil
		switch {
		case err == nil && (stream == nil || got == nil):
			t.Fatalf("%q has no error, the stream %v and the answer %v", line, stream, got)
		case stream != nil && err != nil && got != nil:
			t.Fatalf("%q is malformed (%v), and its answer is handed out: %+v", line, err, got)
		case !readable && (err == nil || stream != nil || errHello == nil):
			t.Fatalf("%q is no JSON object in UTF-8, and is read: stream %v, error %v, hello %v", line, stream, err, errHello)
		case errHello == nil && (hello.Op != "hello" || hello.Protocol != protocol.Version):
			t.Fatalf("%q is a hello of the version %d, op %q", line, hello.Protocol, hello.Op)
		}
		if stream != nil {
			again, _, err := adapter.ReadAs[answer](mustJSON(t, map[string]string{"stream": *stream}))
			if err != nil || !reflect.DeepEqual(again, stream) {
				t.Fatalf("the stream %q came back as %v (%v)", *stream, again, err)
			}
		}
	})
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
