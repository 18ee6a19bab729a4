// Package emitfuzz holds an encoder in this process to the rules of the corpus, one list
// of items after the other, for the native fuzzer of Go.
package emitfuzz

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/blame/emitblame"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/fuzz/internal/tolerated"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// DefaultMaxLength is how many bytes the values of a list have together at most.
const DefaultMaxLength = 4096

// Options change what is fuzzed. The zero value takes the defaults.
type Options struct {
	// MaxLength is how many bytes the values of a list may have together.
	MaxLength int
	// Tolerated are the IDs of requirements that the encoder may break.
	Tolerated []string
	// Claims are the capabilities of the encoder; nil are comments and retry.
	Claims []string
	// Longest is how long one call of the encoder may take; by default 10 s.
	Longest time.Duration
}

// A Harness is an encoder under test. It may not be used by several goroutines at once.
type Harness struct {
	encode    encoder.EncodeFunc
	maxLength int
	longest   time.Duration
	tolerated []string // those that are information among them
	claims    []string
	rules     emission.Rules
	catalogue *requirements.Catalogue
	corpus    [][]encoder.Item
	explainer *emitblame.Explainer
	// excused are the signatures of deviations that were found to be tolerated.
	excused map[string]bool
}

// New makes a Harness. An error says what is wrong with the options.
func New(encode encoder.EncodeFunc, o Options) (*Harness, error) {
	h := &Harness{encode: encode, maxLength: o.MaxLength, longest: cmp.Or(o.Longest, longest),
		claims: o.Claims, excused: map[string]bool{}}
	if h.maxLength <= 0 {
		h.maxLength = DefaultMaxLength
	}
	if h.claims == nil {
		h.claims = []string{encoder.Comments, encoder.Retry}
	}
	var err error
	if h.catalogue, err = requirements.Default(); err != nil {
		return nil, err
	}
	if h.tolerated, err = tolerated.Requirements(h.catalogue, o.Tolerated); err != nil {
		return nil, err
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	h.rules = emission.Tolerating(h.tolerated...)
	corpus, err := cases.Default()
	if err != nil {
		return nil, err
	}
	for _, c := range corpus.Cases() {
		if list := items.Of(c); c.Kind() == cases.KindEmit && !c.Delivers() && items.Claimed(list, h.claimed) {
			h.corpus = append(h.corpus, list)
		}
	}
	h.explainer = emitblame.New(h.claimed, h.corpus...)
	return h, nil
}

// check looks for capabilities that there are not.
func (h *Harness) check() error {
	known := []string{encoder.Comments, encoder.Retry, encoder.JSONData, encoder.OwnIDs}
	for _, word := range h.claims {
		if !slices.Contains(known, word) {
			return fmt.Errorf("fuzz.Claims: an encoder has no capability %q; there are %s", word, strings.Join(known, ", "))
		}
	}
	return nil
}

func (h *Harness) claimed(capability string) bool { return slices.Contains(h.claims, capability) }

// Seeds are the lists of the corpus as strings of bytes.
func (h *Harness) Seeds() [][]byte {
	var seeds [][]byte
	for _, list := range h.corpus {
		if items.Size(list) <= h.maxLength {
			seeds = append(seeds, items.Bytes(list))
		}
	}
	return seeds
}

// Try has the encoder make a stream of the list that a string of bytes stands for, and
// says what is wrong with it; "" is right.
func (h *Harness) Try(b []byte) (failure string) {
	return h.TryList(items.List(b, h.maxLength, h.claimed))
}

// TryList is Try of a list.
func (h *Harness) TryList(list []encoder.Item) (failure string) {
	d := h.rules.Play(list, h.subject)
	if d == nil || h.excused[d.Signature] {
		return ""
	}
	small, sure, ask := d, true, emitblame.Ask(nil)
	if !strings.HasPrefix(d.Got.Failed, didNotReturn) { // an encoder that hangs is not tried again
		small, sure = h.minimal(d)
		ask = h.ask
	}
	v := h.explainer.Explain(small, emitblame.Model{}, ask)
	if slices.Contains(h.tolerated, v.Requirement) {
		h.excused[d.Signature], h.excused[small.Signature] = true, true
		return ""
	}
	return report(small, v, sure)
}
