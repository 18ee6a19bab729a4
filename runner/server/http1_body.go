package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A lengthReader reads a body of a given length.
type lengthReader struct {
	in   io.Reader
	left int64
}

func (r *lengthReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n, err := r.in.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	return n, inside(err)
}

// A chunkedReader reads a chunked body
// (https://httpwg.org/specs/rfc9112.html#chunked.encoding). It hands out the
// data of a chunk as it comes, and never waits for a chunk to be whole.
type chunkedReader struct {
	in *bufio.Reader
	// left is what is left of the chunk; open tells that its CRLF is to come.
	left int64
	open bool
	done bool
}

func (r *chunkedReader) Read(p []byte) (int, error) {
	for r.left == 0 && !r.done {
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	if r.done {
		return 0, io.EOF
	}
	n, err := r.in.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	return n, inside(err)
}

// next reads up to the data of the next chunk.
func (r *chunkedReader) next() error {
	if r.open {
		r.open = false
		if line, err := r.line(); err != nil {
			return err
		} else if line != "" {
			return &errNoHTTP{fmt.Sprintf("%q follows a chunk instead of a line end", clip(line))}
		}
	}
	line, err := r.line()
	if err != nil {
		return err
	}
	size, _, _ := strings.Cut(line, ";") // chunk extensions are ignored
	n, err := strconv.ParseUint(strings.TrimRight(size, " \t"), 16, 62)
	if err != nil {
		return &errNoHTTP{fmt.Sprintf("%q is no size of a chunk", clip(line))}
	}
	if n > 0 {
		r.left, r.open = int64(n), true
		return nil
	}
	for trailer := "-"; trailer != ""; {
		if trailer, err = r.line(); err != nil {
			return err
		}
	}
	r.done = true
	return nil
}

func (r *chunkedReader) line() (string, error) {
	line, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", &errNoHTTP{"a line between chunks is endless"}
	}
	return strings.TrimRight(string(line), "\r\n"), inside(err)
}

// inside makes of an end of the connection one in the middle of a message.
func inside(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// failing is a body that cannot be read.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
