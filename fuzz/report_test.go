package fuzz

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/ssecheck/ssecheck/fuzz/internal/seeds"
	"github.com/ssecheck/ssecheck/reports"
)

// FuzzReadJSON: a report that is read can be written, and is then the same for ever.
//
//fuzz:instrument github.com/ssecheck/ssecheck/reports encoding/json
func FuzzReadJSON(f *testing.F) {
	seeds.Add(f, "ReadJSON")
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := reports.ReadJSON(bytes.NewReader(in))
		if err != nil {
			return
		}
		once := writeJSON(t, r)
		back, err := reports.ReadJSON(bytes.NewReader(once))
		if err != nil {
			t.Fatalf("a report that was written cannot be read: %v\n%s", err, once)
		}
		if !bytes.Equal(once, writeJSON(t, back)) {
			t.Fatalf("written, read and written again, the report is not the same:\n%s", once)
		}
		if !json.Valid(once) {
			t.Fatalf("not JSON: %s", once)
		}
	})
}

func writeJSON(t *testing.T, r *reports.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := reports.WriteJSON(&b, r); err != nil {
		t.Fatalf("a report that was read cannot be written: %v", err)
	}
	return b.Bytes()
}
