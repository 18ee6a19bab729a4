package cases

import (
	"encoding/hex"
	"encoding/json"
	"strings"
)

// form is the item as a case file writes it.
func (i Item) form() any {
	switch {
	case i.Text != nil:
		return *i.Text
	case i.Repeat != nil:
		return map[string]any{"repeat": i.Repeat.Repeat, "times": i.Repeat.Times}
	case i.Pause != "":
		return map[string]any{"pause": i.Pause}
	case i.Drop != "":
		return map[string]any{"drop": i.Drop}
	case i.Stall != "":
		return map[string]any{"stall": i.Stall}
	}
	digits := make([]string, len(i.Bytes))
	for n, b := range i.Bytes {
		digits[n] = hex.EncodeToString([]byte{b})
	}
	return map[string]any{"hex": strings.Join(digits, " ")}
}

// MarshalYAML gives the item as a case file writes it.
func (i Item) MarshalYAML() (any, error) { return i.form(), nil }

// MarshalJSON gives the item as a case file writes it.
func (i Item) MarshalJSON() ([]byte, error) { return json.Marshal(i.form()) }
