package spec

import "strings"

// utf8Decode is the standard's "UTF-8 decode"
// (https://encoding.spec.whatwg.org/#utf-8-decode): drop one leading byte order
// mark, then decode with the error mode "replacement".
func utf8Decode(stream []byte) string {
	if len(stream) >= 3 && stream[0] == 0xEF && stream[1] == 0xBB && stream[2] == 0xBF {
		stream = stream[3:]
	}
	var text strings.Builder
	// The variables of https://encoding.spec.whatwg.org/#utf-8-decoder.
	var codePoint rune
	bytesSeen, bytesNeeded := 0, 0
	lower, upper := byte(0x80), byte(0xBF)

	for i := 0; i < len(stream); i++ {
		b := stream[i]
		if bytesNeeded == 0 { // step 3
			switch {
			case b <= 0x7F:
				text.WriteByte(b)
			case b >= 0xC2 && b <= 0xDF:
				bytesNeeded, codePoint = 1, rune(b&0x1F)
			case b >= 0xE0 && b <= 0xEF:
				if b == 0xE0 {
					lower = 0xA0
				}
				if b == 0xED {
					upper = 0x9F
				}
				bytesNeeded, codePoint = 2, rune(b&0xF)
			case b >= 0xF0 && b <= 0xF4:
				if b == 0xF0 {
					lower = 0x90
				}
				if b == 0xF4 {
					upper = 0x8F
				}
				bytesNeeded, codePoint = 3, rune(b&0x7)
			default:
				text.WriteRune('\uFFFD')
			}
			continue
		}
		if b < lower || b > upper { // step 4: an error; the byte is read again
			codePoint, bytesNeeded, bytesSeen = 0, 0, 0
			lower, upper = 0x80, 0xBF
			text.WriteRune('\uFFFD')
			i--
			continue
		}
		lower, upper = 0x80, 0xBF               // step 5
		codePoint = codePoint<<6 | rune(b&0x3F) // step 6
		bytesSeen++                             // step 7
		if bytesSeen == bytesNeeded {           // steps 8 to 10
			text.WriteRune(codePoint)
			codePoint, bytesNeeded, bytesSeen = 0, 0, 0
		}
	}
	if bytesNeeded != 0 { // step 1: the end of the queue inside a sequence
		text.WriteRune('\uFFFD')
	}
	return text.String()
}
