package wire

import (
	"io"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// reserve takes a free port without listening: attempts to connect are refused,
// and nobody else gets it. On this system a listener may be opened beside.
func reserve(addr string) (io.Closer, *net.TCPAddr, error) {
	tcp, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, nil, err
	}
	at, family := sockaddr(tcp)
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socket", err)
	}
	hold := os.NewFile(uintptr(fd), "port")
	if err := bind(fd, at); err != nil {
		_ = hold.Close()
		return nil, nil, err
	}
	bound, err := unix.Getsockname(fd)
	if err != nil {
		_ = hold.Close()
		return nil, nil, os.NewSyscallError("getsockname", err)
	}
	switch bound := bound.(type) {
	case *unix.SockaddrInet4:
		tcp.Port = bound.Port
	case *unix.SockaddrInet6:
		tcp.Port = bound.Port
	}
	return hold, tcp, nil
}

func bind(fd int, at unix.Sockaddr) error {
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	return os.NewSyscallError("bind", unix.Bind(fd, at))
}

func sockaddr(a *net.TCPAddr) (at unix.Sockaddr, family int) {
	if ip := a.IP.To4(); ip != nil {
		return &unix.SockaddrInet4{Port: a.Port, Addr: [4]byte(ip)}, unix.AF_INET
	}
	six := &unix.SockaddrInet6{Port: a.Port}
	copy(six.Addr[:], a.IP)
	return six, unix.AF_INET6
}
