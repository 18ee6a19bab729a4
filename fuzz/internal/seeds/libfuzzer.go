package seeds

import (
	"encoding/binary"
	"fmt"
)

// LibFuzzer is a seed as a file of libFuzzer's corpus, as the targets read it that OSS-Fuzz
// builds (package input of github.com/AdamKorcz/go-118-fuzz-build): the values of fixed
// size, each with its highest byte first; a byte for each text, which says how the rest is
// shared among several; and the text. Only with one text does each seed have such a file.
func LibFuzzer(s Seed) ([]byte, error) {
	var fixed, text []byte
	texts := 0
	for _, value := range s {
		switch v := value.(type) {
		case []byte:
			text = v
			texts++
		case string:
			text = []byte(v)
			texts++
		case bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64:
			fixed, _ = binary.Append(fixed, binary.BigEndian, v) // it can all of these
		default:
			return nil, fmt.Errorf("a seed holds a %T; expected a string, a []byte, a bool or a number of a fixed size", value)
		}
	}
	if texts > 1 {
		return nil, fmt.Errorf("a seed holds %d texts; expected one at most: libFuzzer cannot tell where the first ends", texts)
	}
	file := append(fixed, make([]byte, texts)...)
	return append(file, text...), nil
}
