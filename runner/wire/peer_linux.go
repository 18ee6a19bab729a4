package wire

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// peers asks the kernel for the sockets at the other end of connections, which
// it can where both ends are on one machine: the netlink protocol sock_diag(7).
type peers struct {
	mu     sync.Mutex
	fd     int // -1 where there is no such protocol
	answer [4096]byte
}

// A peer is the socket at the other end of a connection.
type peer struct {
	question []byte // nil where it is not known
}

// A peerState is what the kernel knows of a peer.
type peerState struct {
	// taken is how many bytes the program has read.
	taken int64
	// gone: no program has the socket any more.
	gone bool
}

var native = binary.NativeEndian

func newPeers() *peers {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		fd = -1
	}
	return &peers{fd: fd}
}

func (p *peers) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fd >= 0 {
		_ = unix.Close(p.fd)
	}
	p.fd = -1
}

// of finds the peer of a connection.
func (p *peers) of(conn *net.TCPConn) peer {
	local, ok := conn.LocalAddr().(*net.TCPAddr)
	remote, ok2 := conn.RemoteAddr().(*net.TCPAddr)
	if !ok || !ok2 {
		return peer{}
	}
	it := peer{question: question(remote.AddrPort(), local.AddrPort())}
	if s, err := p.ask(it); err != nil || s.gone {
		return peer{} // on another machine, or behind a proxy of the system
	}
	return it
}

// errUnknown says that the kernel cannot be asked for a peer.
var errUnknown = errors.New("the peer's socket is not known")

const (
	sockDiagByFamily = 20 // SOCK_DIAG_BY_FAMILY
	inetDiagInfo     = 2  // INET_DIAG_INFO, a struct tcp_info
	netlinkHeader    = 16 // struct nlmsghdr
	diagRequest      = 56 // struct inet_diag_req_v2
	diagMessage      = 72 // struct inet_diag_msg
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

// ask asks for the state of a peer.
func (p *peers) ask(of peer) (peerState, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fd < 0 || of.question == nil {
		return peerState{}, errUnknown
	}
	if err := unix.Sendto(p.fd, of.question, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return peerState{}, errUnknown
	}
	// The kernel answers within the call above.
	n, _, err := unix.Recvfrom(p.fd, p.answer[:], 0)
	if err != nil || n < netlinkHeader+4 {
		return peerState{}, errUnknown
	}
	return stateOf(p.answer[:n])
}

// stateOf reads the answer: an error, or struct inet_diag_msg and attributes.
func stateOf(answer []byte) (peerState, error) {
	body := answer[netlinkHeader:]
	if native.Uint16(answer[4:]) == unix.NLMSG_ERROR {
		if unix.Errno(-int32(native.Uint32(body))) == unix.ENOENT {
			return peerState{gone: true}, nil
		}
		return peerState{}, errUnknown
	}
	if len(body) < diagMessage {
		return peerState{}, errUnknown
	}
	unread, inode := native.Uint32(body[56:]), native.Uint32(body[68:])
	s := peerState{gone: inode == 0}
	const received = int(unsafe.Offsetof(unix.TCPInfo{}.Bytes_received))
	for rest := body[diagMessage:]; len(rest) >= 4; {
		size := int(native.Uint16(rest))
		if size < 4 || size > len(rest) {
			break
		}
		if native.Uint16(rest[2:]) == inetDiagInfo && size >= 4+received+8 {
			s.taken = int64(native.Uint64(rest[4+received:])) - int64(unread)
			return s, nil
		}
		rest = rest[min((size+3)&^3, len(rest)):]
	}
	if s.gone {
		return s, nil // what is left of a closed socket has no info
	}
	return s, errUnknown
}

// nap sleeps for less than the timers of the runtime can when all is idle.
func nap(d time.Duration) {
	if d > 0 {
		t := unix.NsecToTimespec(d.Nanoseconds())
		_ = unix.Nanosleep(&t, nil)
	}
}

// unsent is how many bytes the other side has not acknowledged.
func unsent(conn *net.TCPConn) int {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0
	}
	n := 0
	_ = raw.Control(func(fd uintptr) { n, _ = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) })
	return n
}
