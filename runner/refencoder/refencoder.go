// Package refencoder is the embedded reference encoder: the encoder of package
// spec as a subject of the role encoder. A run without a subject plays against
// it, and the corpus must find nothing wrong with it.
package refencoder

import (
	"bytes"
	"fmt"

	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/spec"
)

// Name is what the subject is called in reports.
const Name = "reference encoder"

// New makes the subject.
func New() *encoder.Function { return encoder.Func(Name, Encode) }

// Encode writes the items as one stream. It refuses all of them when the format
// cannot carry one; the error names that one, from 1.
func Encode(items []encoder.Item) ([]byte, error) {
	var stream bytes.Buffer
	e := spec.NewEncoder(&stream)
	for i, item := range items {
		block, err := item.Block()
		if err == nil {
			err = e.Encode(block)
		}
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i+1, err)
		}
	}
	return stream.Bytes(), nil
}
