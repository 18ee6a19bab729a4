package refclient

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// chunks decodes a chunked body, and gives what has come of a chunk at once
// (https://httpwg.org/specs/rfc9112.html#chunked.encoding).
type chunks struct {
	r     *bufio.Reader
	left  uint64 // of this chunk
	begun bool   // there was a chunk, and its data must end with a line end
	err   error
}

func (c *chunks) Read(p []byte) (int, error) {
	if c.left == 0 && c.err == nil {
		c.err = unexpected(c.next())
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.r.Read(p[:min(uint64(len(p)), c.left)])
	c.left -= uint64(n)
	c.err = unexpected(err)
	return n, c.err
}

// errLast says that the last chunk has come, and the trailer after it.
var errLast = errors.New("the last chunk")

// unexpected tells the end of a body from that of the connection inside it.
func unexpected(err error) error {
	switch {
	case errors.Is(err, errLast):
		return io.EOF
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// next goes on to the data of the next chunk.
func (c *chunks) next() error {
	if c.begun {
		if end, err := c.line(); err != nil {
			return err
		} else if len(end) > 0 {
			return fmt.Errorf("malformed chunked body: %q after the data of a chunk", end)
		}
	}
	c.begun = true
	line, err := c.line()
	if err != nil {
		return err
	}
	size, _, _ := bytes.Cut(line, []byte(";")) // what follows is for those who know it
	if c.left, err = strconv.ParseUint(string(bytes.Trim(size, " \t")), 16, 64); err != nil {
		return fmt.Errorf("malformed chunked body: %q is no size of a chunk", line)
	}
	if c.left > 0 {
		return nil
	}
	for {
		if field, err := c.line(); err != nil {
			return err
		} else if len(field) == 0 {
			return errLast
		}
	}
}

// line reads a line of the framing, which has no need to be long.
func (c *chunks) line() ([]byte, error) {
	line, err := c.r.ReadSlice('\n')
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")), err
}
