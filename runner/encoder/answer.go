package encoder

import (
	"encoding/base64"
	"fmt"

	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// answer is what an adapter says of one list of items.
type answer struct {
	On      string        `json:"on"`
	Wire    *string       `json:"wire"`
	Message protocol.Text `json:"message"`
}

// emitted turns an answer into what the judge reads. An error says what is wrong with
// the answer; it is the subject's fault.
func (a *answer) emitted() (*transcript.Emitted, error) {
	switch {
	case a.On == "rejected":
		word := string(a.Message)
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

// readAnswer reads an adapter's line; see [adapter.Reader].
func readAnswer(line []byte) (stream *string, of any, err error) {
	var m struct {
		Stream *string `json:"stream"`
		answer
	}
	if err = protocol.Decode(line, &m); err == nil {
		if m.Stream == nil {
			err = fmt.Errorf("it names no stream")
		}
		return m.Stream, &m.answer, err
	}
	var head struct {
		Stream *string `json:"stream"`
	}
	if protocol.Decode(line, &head) != nil {
		return nil, nil, err
	}
	return head.Stream, nil, err
}
