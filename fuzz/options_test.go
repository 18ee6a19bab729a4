package fuzz

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOptions: each option says one thing, and those that are lists add up.
func TestOptions(t *testing.T) {
	none := collect(nil)
	if diff := cmp.Diff(options{}, none, cmp.AllowUnexported(options{})); diff != "" {
		t.Errorf("without options (-) and got (+):\n%s", diff)
	}
	got := collect([]Option{MaxLength(7), Tolerate("a", "b"), Tolerate("c"), Claims("retry"), WithoutLastEventID(), OneRead()})
	want := options{maxLength: 7, tolerated: []string{"a", "b", "c"}, claims: []string{"retry"}, noLastEventID: true, oneRead: true}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(options{})); diff != "" {
		t.Errorf("expected (-) and got (+):\n%s", diff)
	}
	// An encoder that claims nothing is another one than one that does not say.
	if got := collect([]Option{Claims()}); got.claims == nil {
		t.Error("Claims() must leave a list that is empty, not none")
	}
}
