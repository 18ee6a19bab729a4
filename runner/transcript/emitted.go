package transcript

import "time"

// Emitted is what an encoder or a scripted server made of the items of a case.
type Emitted struct {
	// Control says that the case was played without what may be refused.
	Control bool
	// Rejected is the subject's own word why it refused the items; nil when it did
	// not.
	Rejected *string
	// Wire is what an encoder wrote.
	Wire []byte
	// JSONData: the subject hands data to a JSON encoder, so that what arrives is the
	// JSON of the text. OwnIDs: it gives an id of its own to items without one. Both
	// are as the subject said.
	JSONData, OwnIDs bool
	// Conn is the response of a scripted server; nil of an encoder.
	Conn *Conn
	// Other is the response that was served at the same time, in a case that looks at
	// it.
	Other *Conn
	// LeftAt is when the runner left the connection, and Noticed when the server was
	// seen to have closed its side of it; 0 when it was not seen. Watched says that it
	// could be seen at all.
	LeftAt, Noticed time.Duration
	Watched         bool
}
