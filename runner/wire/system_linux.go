package wire

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

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
