//go:build unix

package server

import "syscall"

// errNoPort says that no local port is free.
var errNoPort error = syscall.EADDRNOTAVAIL

// openFiles raises the number of files that this process may have open as far
// as the system lets it, where so many are wanted, and returns that number.
func openFiles(wanted uint64) uint64 {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return wanted // the system will say so when it is too many
	}
	if now := uint64(limit.Cur); now >= wanted {
		return now
	}
	raised := limit
	raised.Cur = limit.Max
	if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &raised) != nil {
		return uint64(limit.Cur)
	}
	return uint64(raised.Cur)
}
