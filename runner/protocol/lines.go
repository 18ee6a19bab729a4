// Package protocol is what all adapters share of the adapter protocol, version
// 1: JSON Lines, the hello, and texts as the libraries behind handed them out.
package protocol

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxLine is how long a line of an adapter may be unless the user says
// otherwise.
const MaxLine = 64 << 20

// ErrHalfLine says that the end came inside a line. Next returns it together
// with what there was of the line.
var ErrHalfLine = errors.New("the output ended inside a line")

// A LineTooLongError says that a line is longer than the bound.
type LineTooLongError struct{ Max int }

// Error names the bound.
func (e *LineTooLongError) Error() string {
	return fmt.Sprintf("a line is longer than %d bytes", e.Max)
}

// Lines reads lines that end with LF, each at most a number of bytes long.
type Lines struct {
	r    *bufio.Reader
	max  int
	long []byte
}

// NewLines reads lines of at most max bytes, the LF not counted; 0 is [MaxLine].
func NewLines(r io.Reader, max int) *Lines {
	if max <= 0 {
		max = MaxLine
	}
	return &Lines{r: bufio.NewReaderSize(r, 64<<10), max: max}
}

// Next returns the next line without its LF, valid until the next call.
//
// The error is io.EOF after the last line, [ErrHalfLine] when what is left has
// no LF (it is returned too), a [LineTooLongError], or the reader's own.
func (l *Lines) Next() ([]byte, error) {
	l.long = l.long[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		if len(l.long)+len(bytes.TrimSuffix(part, []byte("\n"))) > l.max {
			return nil, &LineTooLongError{Max: l.max}
		}
		switch {
		case err == nil && len(l.long) == 0:
			return part[:len(part)-1], nil
		case err == nil:
			l.long = append(l.long, part[:len(part)-1]...)
			return l.long, nil
		}
		l.long = append(l.long, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case !errors.Is(err, io.EOF):
			return nil, err
		case len(l.long) > 0:
			return l.long, ErrHalfLine
		}
		return nil, io.EOF
	}
}

// Buffered reports whether a whole line waits in the buffer, so that Next does
// not block.
func (l *Lines) Buffered() bool {
	waiting, _ := l.r.Peek(l.r.Buffered())
	return bytes.IndexByte(waiting, '\n') >= 0
}
