package server

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"strings"
)

// peerOpen says whether the other end of a connection still holds its socket: one
// that was left by this end and not closed by the other stays in the state CLOSE_WAIT.
// It is seen only where the other end is on this machine; ok is false elsewhere.
func peerOpen(local, remote netip.AddrPort) (open, ok bool) {
	if !remote.Addr().Unmap().IsLoopback() {
		return false, false
	}
	for _, file := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		found, err := holds(file, remote, local)
		if err != nil {
			continue
		}
		ok = true
		open = open || found
	}
	return open, ok
}

// The states of a socket that its process still has (include/net/tcp_states.h).
const (
	established = "01"
	closeWait   = "08"
)

// holds looks for a socket in the kernel's table.
func holds(file string, local, remote netip.AddrPort) (bool, error) {
	f, err := os.Open(file)
	if err != nil {
		return false, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || fields[3] != established && fields[3] != closeWait {
			continue
		}
		from, err1 := kernelAddr(fields[1])
		to, err2 := kernelAddr(fields[2])
		if err1 == nil && err2 == nil && from == local && to == remote {
			return true, nil
		}
	}
	return false, lines.Err()
}

// kernelAddr reads an address as the table has it: words in the machine's byte order,
// in hexadecimal.
func kernelAddr(text string) (netip.AddrPort, error) {
	host, port, _ := strings.Cut(text, ":")
	raw, err := hex.DecodeString(host)
	if err != nil || len(raw) != 4 && len(raw) != 16 {
		return netip.AddrPort{}, fmt.Errorf("%q is no address", text)
	}
	for i := 0; i < len(raw); i += 4 {
		binary.BigEndian.PutUint32(raw[i:], binary.NativeEndian.Uint32(raw[i:]))
	}
	var number uint16
	if _, err := fmt.Sscanf(port, "%04X", &number); err != nil {
		return netip.AddrPort{}, err
	}
	addr, _ := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(addr.Unmap(), number), nil
}
