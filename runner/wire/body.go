package wire

import (
	"bytes"
	"compress/gzip"

	"github.com/ssecheck/ssecheck/cases"
)

// missing is by how much a body that is cut off is shorter than its length says.
const missing = 16

// A size is the size of a body that has a length.
type size struct {
	announced int64 // what the head says
	total     int64 // what the script writes
	written   int64
}

// sizeOf counts what the stream will write. Where a reset or a truncation ends
// it, more is announced, so that the end is short of the length.
func sizeOf(respond *cases.Respond, stream []cases.Item) *size {
	s := &size{}
	coding := newCoding(respond.Encoding)
	cut := false
	for i := range stream {
		if stream[i].Writes() {
			s.total += coding.sizeOf(&stream[i])
		}
		cut = stream[i].Drop == cases.DropReset || stream[i].Drop == cases.DropTruncate
	}
	if !cut {
		s.total += int64(len(coding.trailer()))
	}
	s.announced = s.total
	switch {
	case respond.Length != nil:
		s.announced = int64(*respond.Length)
	case cut:
		s.announced += missing
	}
	return s
}

// add counts a write that is about to be made, and tells whether the client has
// all that was announced with it.
func (s *size) add(n int) (complete bool) {
	s.written += int64(n)
	return s.written >= s.announced
}

// whole tells that all is written, and all that was announced.
func (s *size) whole() bool { return s.written >= s.total && s.written >= s.announced }

// exact tells that what was announced was written, and no more.
func (s *size) exact() bool { return s.written == s.announced }

// A coding compresses a body; a nil coding leaves it as it is.
type coding struct {
	out    bytes.Buffer
	writer *gzip.Writer
}

func newCoding(name string) *coding {
	if name != cases.EncodingGzip {
		return nil
	}
	c := &coding{}
	c.writer = gzip.NewWriter(&c.out)
	return c
}

// encode compresses an item and flushes, so that all of it can be read.
func (c *coding) encode(b []byte) []byte {
	if c == nil {
		return b
	}
	_, _ = c.writer.Write(b) // into memory
	_ = c.writer.Flush()
	return c.take()
}

// sizeOf is the size of an item when it is encoded.
func (c *coding) sizeOf(item *cases.Item) int64 {
	if c == nil {
		return int64(item.Size())
	}
	return int64(len(c.encode(item.Append(nil))))
}

// trailer is what ends the compressed body.
func (c *coding) trailer() []byte {
	if c == nil {
		return nil
	}
	_ = c.writer.Close()
	return c.take()
}

func (c *coding) take() []byte {
	b := bytes.Clone(c.out.Bytes())
	c.out.Reset()
	return b
}
