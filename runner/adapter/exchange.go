package adapter

import (
	"errors"
	"strconv"
	"time"

	"github.com/ssecheck/ssecheck/runner/protocol"
)

// A Request appends the line that hands a stream over, its LF included.
type Request func(line []byte, stream string) []byte

// A Reader reads an adapter's line. With a stream and an error, the answer for that
// stream is malformed; without a stream, the line is no answer at all.
type Reader func(line []byte) (stream *string, answer any, err error)

// A Message is an answer that names the stream it is for, in its member stream.
type Message struct {
	Stream *string `json:"stream"`
}

// of is the stream's name; nil where the message names none.
func (m *Message) of() *string { return m.Stream }

// ReadAs reads an answer of type A, which embeds [Message]; it is a [Reader].
func ReadAs[A any, P interface {
	*A
	of() *string
}](line []byte) (stream *string, answer any, err error) {
	a := P(new(A))
	if err = protocol.Decode(line, a); err == nil {
		if a.of() == nil {
			err = errors.New("it names no stream")
		}
		return a.of(), a, err
	}
	var head Message
	if protocol.Decode(line, &head) != nil {
		return nil, nil, err
	}
	return head.Stream, nil, err
}

// An exchange is one stream that a worker is given, and its answer.
type exchange struct {
	number int64 // in the order of the plays
	stream string
	ask    Request
	limit  time.Duration

	turn chan struct{} // closed when it may be played alone; see turns
	done chan struct{} // closed when the answer is in

	// Under the worker's lock.
	given     bool // the adapter has it, or a part
	taken     bool // the answer came
	forgotten bool // nobody waits for it any more
	suspect   bool // it was given when the worker ended with an incident

	left bool // under the turns' lock: nobody takes its turn any more

	// After done.
	answer any
	wrong  error // what is wrong with the answer, when there is none
}

func newExchange(number int64, prefix string, ask Request, limit time.Duration) *exchange {
	return &exchange{
		number: number, stream: prefix + strconv.FormatInt(number, 10), ask: ask, limit: limit,
		turn: make(chan struct{}), done: make(chan struct{}),
	}
}

// again is the same stream for another worker.
func (e *exchange) again() *exchange {
	return &exchange{number: e.number, stream: e.stream, ask: e.ask, limit: e.limit, turn: make(chan struct{}), done: make(chan struct{})}
}

// An outcome says how the wait for an answer ended.
type outcome int

const (
	answered outcome = iota
	givenUp          // the play's context ended
	lost             // the worker ended
)
