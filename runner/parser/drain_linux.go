package parser

import (
	"os"

	"golang.org/x/sys/unix"
)

// unread is how many bytes wait in the pipe whose writing end this is.
func unread(pipe *os.File) (waiting int, known bool) {
	raw, err := pipe.SyscallConn()
	if err != nil {
		return 0, false
	}
	err = raw.Control(func(fd uintptr) {
		n, ioctl := unix.IoctlGetInt(int(fd), unix.TIOCINQ)
		waiting, known = n, ioctl == nil
	})
	return waiting, known && err == nil
}
