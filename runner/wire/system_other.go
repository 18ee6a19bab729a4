//go:build !linux

package wire

import (
	"net"
	"time"
)

func unsent(*net.TCPConn) int { return 0 }

func nap(d time.Duration) { time.Sleep(d) }
