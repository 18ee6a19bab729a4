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
	case i.Pieces != nil:
		pieces := make([]any, len(i.Pieces))
		for n, piece := range i.Pieces {
			pieces[n] = piece.form()
		}
		return pieces
	case i.Repeat != nil:
		return map[string]any{"repeat": i.Repeat.Repeat, "times": i.Repeat.Times}
	case i.Pause != "":
		return map[string]any{"pause": i.Pause}
	case i.Drop != "":
		return map[string]any{"drop": i.Drop}
	case i.Stall != "":
		return map[string]any{"stall": i.Stall}
	case i.Await != nil:
		return map[string]any{"await": i.Await.form()}
	case i.Frame != "":
		return map[string]any{"frame": i.Frame}
	}
	digits := make([]string, len(i.Bytes))
	for n, b := range i.Bytes {
		digits[n] = hex.EncodeToString([]byte{b})
	}
	return map[string]any{"hex": strings.Join(digits, " ")}
}

// form is what is awaited as a case file writes it.
func (u Until) form() any {
	switch {
	case u.Closed:
		return "closed"
	case u.Events > 0:
		return map[string]any{"events": u.Events}
	case u.Errors > 0:
		return map[string]any{"errors": u.Errors}
	case u.Opens > 1:
		return map[string]any{"opens": u.Opens}
	}
	return "open"
}

// MarshalYAML gives the item as a case file writes it.
func (i Item) MarshalYAML() (any, error) { return i.form(), nil }

// MarshalJSON gives the item as a case file writes it.
func (i Item) MarshalJSON() ([]byte, error) { return json.Marshal(i.form()) }
