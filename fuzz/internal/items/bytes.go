package items

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// A list as a string of bytes, for fuzzers that change bytes and know no lists. The
// signs are bytes that no UTF-8 holds, so that every string is a list, what is between
// two signs is a value as it stands, and a byte that changes changes one thing. Text
// without a sign before it is data.
const (
	signItem   = 0xF8 // begins the next item
	signPart   = 0xF9 // this one and the next four begin a part, in the order of the parts
	signAtom   = 0xFE // the byte behind it chooses from the dictionary
	signRepeat = 0xFF // the byte behind it says how often the value so far is repeated
	signText   = '"'  // begins a reconnection time that is given as a text
)

// Bytes writes a list as a string of bytes.
func Bytes(list []encoder.Item) []byte {
	var b []byte
	for i, item := range list {
		if i > 0 {
			b = append(b, signItem)
		}
		for p := range parts {
			value, has := Value(item, p)
			if !has {
				continue
			}
			b = append(b, signPart+byte(p))
			if p == Retry && isText(item) {
				b = append(b, signText)
			}
			b = append(b, value...)
		}
	}
	return b
}

// List reads a string of bytes as a list, whose values have up to maxLen bytes together
// and which has what a subject claims to take alone. The rules of the corpus are fair
// with it.
func List(b []byte, maxLen int, claims func(capability string) bool) []encoder.Item {
	var list []encoder.Item
	for _, block := range bytes.SplitN(b, []byte{signItem}, MaxItems) {
		list = append(list, readItem(block, maxLen))
	}
	return (&Generator{maxLen: max(maxLen, 1), claims: claims}).finish(list)
}

// readItem reads what is between two signs of an item.
func readItem(block []byte, maxLen int) (item encoder.Item) {
	for len(block) > 0 {
		p := Data
		if isPart(block[0]) {
			p, block = Part(block[0]-signPart), block[1:]
		}
		value, n := readValue(block, maxLen)
		block = block[n:]
		if p == Retry {
			item.Retry = readRetry(value)
			continue
		}
		*text(&item, p) = &value
	}
	return item
}

func isPart(c byte) bool { return c >= signPart && c < signPart+byte(parts) }

// readValue reads up to the next part, and says how many bytes that took.
func readValue(b []byte, maxLen int) (value string, n int) {
	var v []byte
	for n = 0; n < len(b) && !isPart(b[n]); n++ {
		switch {
		case b[n] != signAtom && b[n] != signRepeat:
			v = append(v, b[n])
		case n+1 == len(b) || isPart(b[n+1]): // a sign without what belongs to it is none
		case b[n] == signAtom:
			n++
			v = append(v, atomOf(b[n])...)
		default:
			n++
			v = bytes.Repeat(v, min(int(b[n]), maxLen/max(len(v), 1))+1)
		}
	}
	return string(v), n
}

// atomOf is an entry of the dictionary. The bytes that a fuzzer tries first are breaks
// and what they let out.
func atomOf(choice byte) string {
	n := int(choice)
	for _, atoms := range [][]string{breakings, forgeries, characters, words} {
		if n < len(atoms) {
			return atoms[n]
		}
		n -= len(atoms)
	}
	return surrogates[n%len(surrogates)]
}

// readRetry takes a number of JSON as one, and all else as a text.
func readRetry(value string) json.RawMessage {
	if value, is := strings.CutPrefix(value, string(signText)); is {
		return cases.JSONText(wellFormed(value))
	}
	if strings.Trim(value, "0123456789.+-eE") == "" && json.Valid([]byte(value)) {
		return json.RawMessage(value)
	}
	return cases.JSONText(wellFormed(value))
}
