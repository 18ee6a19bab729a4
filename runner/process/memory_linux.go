package process

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// resident adds up what the processes of the group have in memory, as the system counts
// it in pages: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html.
func resident(cmd *exec.Cmd) (bytes int64) {
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range all {
		text, err := os.ReadFile(path)
		if group, pages, ok := readStat(text); err == nil && ok && group == cmd.Process.Pid {
			bytes += pages * int64(os.Getpagesize())
		}
	}
	return bytes
}

// The places of fields, counted from the one behind the name, which may have blanks and
// parentheses of its own.
const (
	groupField    = 2
	residentField = 21
)

func readStat(text []byte) (group int, pages int64, ok bool) {
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) <= residentField {
		return 0, 0, false
	}
	group, err := strconv.Atoi(string(fields[groupField]))
	if err != nil {
		return 0, 0, false
	}
	pages, err = strconv.ParseInt(string(fields[residentField]), 10, 64)
	return group, pages, err == nil
}
