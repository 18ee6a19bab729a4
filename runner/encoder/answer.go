package encoder

import (
	"encoding/base64"
	"fmt"

	"github.com/ssecheck/ssecheck/runner/adapter"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// answer is what an adapter says of one list of items.
type answer struct {
	adapter.Message
	On     string        `json:"on"`
	Wire   *string       `json:"wire"`
	Reason protocol.Text `json:"message"`
}

// emitted turns an answer into what the judge reads. An error says what is wrong with
// the answer; it is the subject's fault.
func (a *answer) emitted() (*transcript.Emitted, error) {
	switch {
	case a.On == "rejected":
		word := string(a.Reason)
		return &transcript.Emitted{Rejected: &word}, nil
	case a.On != "encoded":
		return nil, fmt.Errorf(`the answer must have "on":"encoded" or "on":"rejected", not %q`, a.On)
	case a.Wire == nil:
		return nil, fmt.Errorf(`an answer with "on":"encoded" has the bytes as base64 in "wire"`)
	}
	wire, err := base64.StdEncoding.DecodeString(*a.Wire)
	if err != nil {
		return nil, fmt.Errorf("wire is no base64: %w", err)
	}
	return &transcript.Emitted{Wire: wire}, nil
}
