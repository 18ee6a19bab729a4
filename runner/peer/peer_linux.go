// Package peer asks the system for the socket at the other end of a connection, which
// it can where both ends are on one machine and that runs Linux: what its program has
// read of what was sent, and whether any program still has it.
package peer

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Table asks the kernel for sockets, by the netlink protocol sock_diag(7). Its
// methods may be called by many goroutines at once.
type Table struct {
	mu     sync.Mutex
	fd     int // -1 where there is no such protocol
	answer [4096]byte
}

// A Socket is the one at the other end of a connection.
type Socket struct {
	question []byte // nil where it is not known
}

// A State is what the kernel knows of a socket.
type State struct {
	// Taken is how many bytes the program has read.
	Taken int64
	// Gone: no program has the socket any more.
	Gone bool
}

var native = binary.NativeEndian

// Open opens a table, which must be closed. Where the system has none, every question
// is answered with [ErrUnknown].
func Open() *Table {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		fd = -1
	}
	return &Table{fd: fd}
}

// Close closes the table; what is asked later is not known.
func (t *Table) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fd >= 0 {
		_ = unix.Close(t.fd)
	}
	t.fd = -1
}

// Of finds the socket at the other end of a connection. One that is on another machine
// is not known.
func (t *Table) Of(conn *net.TCPConn) Socket {
	local, ok := conn.LocalAddr().(*net.TCPAddr)
	remote, ok2 := conn.RemoteAddr().(*net.TCPAddr)
	if !ok || !ok2 {
		return Socket{}
	}
	it := Socket{question: question(remote.AddrPort(), local.AddrPort())}
	if s, err := t.Ask(it); err != nil || s.Gone {
		return Socket{} // on another machine, or behind a proxy of the system
	}
	return it
}

// ErrUnknown says that the kernel cannot be asked for a socket.
var ErrUnknown = errors.New("the peer's socket is not known")

const (
	sockDiagByFamily = 20 // SOCK_DIAG_BY_FAMILY
	inetDiagInfo     = 2  // INET_DIAG_INFO, a struct tcp_info
	netlinkHeader    = 16 // struct nlmsghdr
	diagRequest      = 56 // struct inet_diag_req_v2
	diagMessage      = 72 // struct inet_diag_msg
	tcpListen        = 10 // TCP_LISTEN
)

// question is the request for one socket: struct nlmsghdr, then struct
// inet_diag_req_v2 with the socket's own address as the source.
func question(from, to netip.AddrPort) []byte {
	b := make([]byte, netlinkHeader+diagRequest)
	native.PutUint32(b, uint32(len(b)))
	native.PutUint16(b[4:], sockDiagByFamily)
	native.PutUint16(b[6:], unix.NLM_F_REQUEST)
	r := b[netlinkHeader:]
	r[0], r[1], r[2] = unix.AF_INET6, unix.IPPROTO_TCP, 1<<(inetDiagInfo-1)
	native.PutUint32(r[4:], 1<<32-1) // in every state
	binary.BigEndian.PutUint16(r[8:], from.Port())
	binary.BigEndian.PutUint16(r[10:], to.Port())
	source, target := from.Addr().Unmap(), to.Addr().Unmap()
	if source.Is4() {
		r[0] = unix.AF_INET
	}
	copy(r[12:28], source.AsSlice())
	copy(r[28:44], target.AsSlice())
	native.PutUint64(r[48:], 1<<64-1) // with any cookie
	return b
}

// Ask asks for the state of a socket; the error is [ErrUnknown].
func (t *Table) Ask(of Socket) (State, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fd < 0 || of.question == nil {
		return State{}, ErrUnknown
	}
	if err := unix.Sendto(t.fd, of.question, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return State{}, ErrUnknown
	}
	// The kernel answers within the call above.
	n, _, err := unix.Recvfrom(t.fd, t.answer[:], 0)
	if err != nil || n < netlinkHeader+4 {
		return State{}, ErrUnknown
	}
	return stateOf(t.answer[:n])
}

// stateOf reads the answer: an error, or struct inet_diag_msg and attributes.
func stateOf(answer []byte) (State, error) {
	body := answer[netlinkHeader:]
	if native.Uint16(answer[4:]) == unix.NLMSG_ERROR {
		if unix.Errno(-int32(native.Uint32(body))) == unix.ENOENT {
			return State{Gone: true}, nil
		}
		return State{}, ErrUnknown
	}
	if len(body) < diagMessage {
		return State{}, ErrUnknown
	}
	if body[1] == tcpListen { // the socket itself is no more; the kernel fell back to the listener on its port
		return State{Gone: true}, nil
	}
	unread, inode := native.Uint32(body[56:]), native.Uint32(body[68:])
	s := State{Gone: inode == 0}
	const received = int(unsafe.Offsetof(unix.TCPInfo{}.Bytes_received))
	for rest := body[diagMessage:]; len(rest) >= 4; {
		size := int(native.Uint16(rest))
		if size < 4 || size > len(rest) {
			break
		}
		if native.Uint16(rest[2:]) == inetDiagInfo && size >= 4+received+8 {
			s.Taken = int64(native.Uint64(rest[4+received:])) - int64(unread)
			return s, nil
		}
		rest = rest[min((size+3)&^3, len(rest)):]
	}
	if s.Gone {
		return s, nil // what is left of a closed socket has no info
	}
	return s, ErrUnknown
}
