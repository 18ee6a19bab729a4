// Package itemtest writes items short, for specs.
package itemtest

import (
	"encoding/json"
	"strings"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// Block is an item; each part is written name=value, a reconnection time as JSON. It
// panics over a name that is none.
func Block(parts ...string) encoder.Item {
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
