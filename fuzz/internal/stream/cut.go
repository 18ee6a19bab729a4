package stream

// Cut is where a stream of that length is cut into chunks whose sizes are the bytes of
// sizes, from the lowest to the highest that is not 0, over and over. So a number that a
// fuzzer changes names any small pattern: 0 leaves the stream whole, 1 is byte by byte,
// 0x0302 is two bytes, three bytes, two bytes. A byte of 0 below another is an empty
// chunk.
func Cut(length int, sizes uint64) []int {
	if sizes == 0 {
		return nil
	}
	cuts := make([]int, 0, length)
	at, left := 0, sizes
	for {
		at += int(left & 0xFF)
		if at >= length {
			return cuts
		}
		cuts = append(cuts, at)
		if left >>= 8; left == 0 {
			left = sizes
		}
	}
}
