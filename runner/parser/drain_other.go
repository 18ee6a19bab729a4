//go:build !linux

package parser

import "os"

// unread cannot look into a pipe here.
func unread(*os.File) (waiting int, known bool) { return 0, false }
