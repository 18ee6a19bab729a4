package cases

// A Variant is one way to put a case's stream on the wire.
type Variant struct {
	// Name says which, as in "cut at byte 12, CRLF"; it stands in reports.
	Name string
	// Chunks are the writes, in order. Empty for cases that are no streams.
	Chunks [][]byte
	// Open: the stream does not end: end of file is not given until the
	// expected events have arrived.
	Open bool
}
