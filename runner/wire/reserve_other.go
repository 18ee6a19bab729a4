//go:build !linux

package wire

import (
	"io"
	"net"
)

// reserve finds a free port. Nothing holds it until somebody listens there.
func reserve(addr string) (io.Closer, *net.TCPAddr, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, nil, err
	}
	tcp := l.Addr().(*net.TCPAddr)
	return io.NopCloser(nil), tcp, l.Close()
}
