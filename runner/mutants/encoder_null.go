package mutants

import (
	"errors"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// NullEncoders are subjects that do not encode: what a careless case might take for
// right. No case passes on any of them.
func NullEncoders() []EncoderMutant {
	return []EncoderMutant{
		{Name: "null", Sentence: "writes nothing", Encode: func([]encoder.Item) ([]byte, error) { return nil, nil }},
		{Name: "refuses-everything", Sentence: "refuses everything", Encode: func([]encoder.Item) ([]byte, error) {
			return nil, errors.New("no")
		}},
		{Name: "one-sentinel", Sentence: "writes END whatever it is given", Encode: func([]encoder.Item) ([]byte, error) {
			return []byte("data: END\n\n"), nil
		}},
		{Name: "one-stream", Sentence: "writes the same stream whatever it is given", Encode: func([]encoder.Item) ([]byte, error) {
			return []byte("event: login\nid: 1\ndata: safe\n\ndata: a\n\ndata: END\n\n"), nil
		}},
		{Name: "first-item-alone", Sentence: "writes the first item and no more", Encode: func(items []encoder.Item) ([]byte, error) {
			return SoundEncoder()(items[:1])
		}},
		{Name: "last-item-alone", Sentence: "writes the last item and no more", Encode: func(items []encoder.Item) ([]byte, error) {
			return SoundEncoder()(items[len(items)-1:])
		}},
		{Name: "panics", Sentence: "panics", Encode: func([]encoder.Item) ([]byte, error) { panic("not made yet") }},
	}
}
