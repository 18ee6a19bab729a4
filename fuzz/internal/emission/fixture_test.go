package emission_test

import (
	"encoding/json"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// block is an item; each part is written name=value, a reconnection time as JSON.
func block(parts ...string) encoder.Item {
	var item encoder.Item
	for _, part := range parts {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "comment":
			item.Comment = &value
		case "event":
			item.Event = &value
		case "id":
			item.ID = &value
		case "data":
			item.Data = &value
		case "retry":
			item.Retry = json.RawMessage(value)
		default:
			panic(name)
		}
	}
	return item
}

func list(all ...encoder.Item) []encoder.Item { return all }

func wrote(wire string) *transcript.Transcript {
	return &transcript.Transcript{Emitted: &transcript.Emitted{Wire: []byte(wire)}}
}

func refused(word string) *transcript.Transcript {
	return &transcript.Transcript{Emitted: &transcript.Emitted{Rejected: &word}}
}

func show(list []encoder.Item) string {
	return string(emission.Rules{}.Case(list).AppendItems(nil, false))
}

func swap(text, old, by string) string { return strings.Replace(text, old, by, 1) }
