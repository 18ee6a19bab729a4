package parser

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/ssecheck/ssecheck/runner/protocol"
)

// An exchange is one stream that a worker is given, and its answer.
type exchange struct {
	number int64 // in the order of the plays
	stream string
	chunks [][]byte
	limit  time.Duration

	turn chan struct{} // closed when it may be played alone; see turns
	done chan struct{} // closed when the answer is in

	// Under the worker's lock.
	given     bool // the adapter has it, or a part
	taken     bool // the answer came
	forgotten bool // nobody waits for it any more
	suspect   bool // it was given when the worker ended with an incident

	// After done.
	answer *answer
	wrong  error // what is wrong with the answer, when there is none
}

func newExchange(number int64, chunks [][]byte, limit time.Duration) *exchange {
	return &exchange{
		number: number, stream: "p" + strconv.FormatInt(number, 10), chunks: chunks, limit: limit,
		turn: make(chan struct{}), done: make(chan struct{}),
	}
}

// again is the same stream for another worker.
func (e *exchange) again() *exchange { return newExchange(e.number, e.chunks, e.limit) }

// request is the line that hands the stream over.
func (e *exchange) request(line []byte) []byte {
	line = append(line, `{"op":"parse","stream":"`...)
	line = append(line, e.stream...)
	line = append(line, `","chunks":[`...)
	for i, chunk := range e.chunks {
		if i > 0 {
			line = append(line, ',')
		}
		line = append(line, '"')
		line = base64.StdEncoding.AppendEncode(line, chunk)
		line = append(line, '"')
	}
	return append(line, "]}\n"...)
}

// readAnswer reads an adapter's line. With a stream and an error, the answer
// for that stream is malformed; without a stream, the line is no answer at all.
func readAnswer(line []byte) (stream *string, a *answer, err error) {
	var m struct {
		Stream *string `json:"stream"`
		answer
	}
	err = protocol.Decode(line, &m)
	if err == nil {
		if m.Stream == nil {
			err = fmt.Errorf("it names no stream")
		}
		return m.Stream, &m.answer, err
	}
	var head struct {
		Stream *string `json:"stream"`
	}
	if protocol.Decode(line, &head) != nil {
		return nil, nil, err
	}
	return head.Stream, nil, err
}

// An outcome says how the wait for an answer ended.
type outcome int

const (
	answered outcome = iota
	givenUp          // the play's context ended
	lost             // the worker ended
)
