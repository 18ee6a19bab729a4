package emission_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/refencoder"
)

// A right encoder keeps to the rules in a way of its own.
type right struct {
	name   string
	encode encoder.EncodeFunc
	// json and ownIDs are what it claims.
	json, ownIDs bool
}

// rights are encoders of all the manners that the corpus lets pass.
func rights() []right {
	return []right{
		{name: "leaves out what cannot be carried", encode: mutants.SoundEncoder()},
		{name: "refuses what cannot be carried", encode: refencoder.Encode},
		{name: "puts a space in the place of a break", encode: cleaning(strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ").Replace)},
		{name: "spells a break out", encode: cleaning(strings.NewReplacer("\r", `\r`, "\n", `\n`).Replace)},
		{name: "cuts a value off at a break", encode: cleaning(func(v string) string {
			if at := strings.IndexAny(v, "\r\n"); at >= 0 {
				return v[:at]
			}
			return v
		})},
		{name: "leaves out the field that cannot be carried", encode: fieldless},
		{name: "leaves out the item that cannot be carried", encode: picking(items.Carriable)},
		{name: "leaves out what not every library has", encode: picking(func(item encoder.Item) bool { return !items.Rare(item) })},
		{name: "refuses what not every library has", encode: refusing(items.Rare)},
		{name: "writes a comment of several lines as one", encode: oneLineComments},
		{name: "hands data to JSON", encode: inJSON, json: true},
		{name: "gives ids", encode: numbering, ownIDs: true},
		{name: "ends lines by CRLF", encode: endingBy("\r\n")},
		{name: "ends lines by CR", encode: endingBy("\r")},
		{name: "writes a space only where one is needed", encode: sparing},
	}
}

// each writes what a function makes of each item.
func each(change func(item encoder.Item) (encoder.Item, bool)) encoder.EncodeFunc {
	return func(list []encoder.Item) ([]byte, error) {
		var kept []encoder.Item
		for _, item := range list {
			if item, keep := change(item); keep {
				kept = append(kept, item)
			}
		}
		return mutants.SoundEncoder()(kept)
	}
}

func cleaning(clean func(string) string) encoder.EncodeFunc {
	return each(func(item encoder.Item) (encoder.Item, bool) {
		if item.Event != nil {
			v := clean(*item.Event)
			item.Event = &v
		}
		if item.ID != nil {
			v := clean(*item.ID)
			item.ID = &v
		}
		return item, true
	})
}

func picking(keep func(encoder.Item) bool) encoder.EncodeFunc {
	return each(func(item encoder.Item) (encoder.Item, bool) { return item, keep(item) })
}

var fieldless = each(func(item encoder.Item) (encoder.Item, bool) {
	if !items.Carriable(encoder.Item{Event: item.Event}) {
		item.Event = nil
	}
	if !items.Carriable(encoder.Item{ID: item.ID}) {
		item.ID = nil
	}
	return item, true
})

func refusing(bad func(encoder.Item) bool) encoder.EncodeFunc {
	return func(list []encoder.Item) ([]byte, error) {
		for i, item := range list {
			if bad(item) {
				return nil, fmt.Errorf("item %d is not supported", i)
			}
		}
		return refencoder.Encode(list)
	}
}

var oneLineComments = each(func(item encoder.Item) (encoder.Item, bool) {
	if item.Comment != nil {
		v := strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ").Replace(*item.Comment)
		item.Comment = &v
	}
	return item, true
})

var inJSON = each(func(item encoder.Item) (encoder.Item, bool) {
	if item.Data != nil {
		b, _ := json.Marshal(strings.ToValidUTF8(*item.Data, "\uFFFD"))
		v := string(b)
		item.Data = &v
	}
	return item, true
})

func numbering(list []encoder.Item) ([]byte, error) {
	next := 0
	return each(func(item encoder.Item) (encoder.Item, bool) {
		if next++; item.ID == nil {
			v := fmt.Sprint("own-", next)
			item.ID = &v
		}
		return item, true
	})(list)
}

// endingBy ends the lines of the stream otherwise.
func endingBy(end string) encoder.EncodeFunc {
	return func(list []encoder.Item) ([]byte, error) {
		stream, err := mutants.SoundEncoder()(list)
		return []byte(strings.ReplaceAll(string(stream), "\n", end)), err
	}
}

// sparing writes no space behind a colon, unless the value begins with one.
func sparing(list []encoder.Item) ([]byte, error) {
	stream, err := mutants.SoundEncoder()(list)
	if err != nil {
		return nil, errors.New("no")
	}
	lines := strings.Split(string(stream), "\n")
	for i, line := range lines {
		if name, value, _ := strings.Cut(line, ":"); strings.HasPrefix(value, " ") && !strings.HasPrefix(value, "  ") {
			lines[i] = name + ":" + value[1:]
		}
	}
	return []byte(strings.Join(lines, "\n")), nil
}
