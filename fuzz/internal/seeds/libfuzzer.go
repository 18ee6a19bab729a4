package seeds

import (
	"encoding/binary"
	"fmt"
	"reflect"
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
		case int8, int16, int32, int64, uint8, uint16, uint32, uint64:
			fixed, _ = binary.Append(fixed, binary.BigEndian, v) // it can all of these
		default:
			return nil, fmt.Errorf("a seed holds a %T; expected a string, a []byte or a whole number of a fixed size", value)
		}
	}
	if texts > 1 {
		return nil, fmt.Errorf("a seed holds %d texts; expected one at most: libFuzzer cannot tell where the first ends", texts)
	}
	file := append(fixed, make([]byte, texts)...)
	return append(file, text...), nil
}

// FromLibFuzzer is what a target that takes values of these types is called with when
// libFuzzer tries a file, such as the one of a crash. What is missing at the file's end is
// zero. The types are those of [ReadTypes].
func FromLibFuzzer(file []byte, types []reflect.Type) (Seed, error) {
	seed := make(Seed, len(types))
	text := -1
	for i, of := range types {
		if of.Kind() == reflect.String || of.Kind() == reflect.Slice {
			if text >= 0 {
				return nil, fmt.Errorf("two texts; expected one at most: libFuzzer cannot tell where the first ends")
			}
			text = i
			continue
		}
		value := reflect.New(of)
		fixed := make([]byte, of.Size())
		file = file[copy(fixed, file):]
		if _, err := binary.Decode(fixed, binary.BigEndian, value.Interface()); err != nil {
			return nil, err
		}
		seed[i] = value.Elem().Interface()
	}
	if text >= 0 {
		rest := file[min(1, len(file)):] // behind the byte that shares among several
		seed[text] = reflect.ValueOf(rest).Convert(types[text]).Interface()
	}
	return seed, nil
}
