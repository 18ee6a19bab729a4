package encoder

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/ssecheck/ssecheck/runner/adapter"
)

// FuzzEmitted: what an adapter says of a list of items is understood, or wrong with a
// reason; and its bytes are those that encoding/json reads.
func FuzzEmitted(f *testing.F) {
	for _, line := range []string{
		`{"stream":"e1","on":"encoded","wire":"ZGF0YTogYQoK"}`, `{"stream":"e1","on":"encoded","wire":""}`, `{"stream":"e1","on":"encoded"}`,
		`{"stream":"e1","on":"encoded","wire":"*"}`, `{"stream":"e1","on":"encoded","wire":"ZA==\n"}`, `{"stream":"e1","on":"rejected","message":"\ud83d"}`,
		`{"stream":"e1","on":"rejected"}`, `{"stream":"e1","on":null,"wire":null}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		_, a, err := adapter.ReadAs[answer](line)
		if err != nil {
			return
		}
		emitted, err := a.(*answer).emitted()
		if (emitted == nil) == (err == nil) {
			t.Fatalf("%q is %v with the error %v; expected one of the two", line, emitted, err)
		}
		if err != nil || emitted.Rejected != nil {
			return
		}
		var theirs struct{ Wire []byte }
		// It reads each of two members of a name, and we the last.
		if err := json.Unmarshal(line, &theirs); err == nil && !bytes.Equal(theirs.Wire, emitted.Wire) {
			t.Fatalf("%q has the bytes %q, by encoding/json %q", line, emitted.Wire, theirs.Wire)
		}
	})
}
