package wire

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Bounds of what one turn puts into the log, so that there is room for others.
const (
	maxLoggedWrite  = 4 << 10
	maxLoggedWrites = 128
)

// A turnLog writes what happens in a turn to the play's log.
type turnLog struct {
	log  *transcript.Log
	conn int

	mu     sync.Mutex
	writes int // entries of kind send
	more   int // writes that got no entry
	size   int // of these, in bytes
}

// add writes an entry.
func (l *turnLog) add(end, kind string, b []byte, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flushLocked()
	l.addLocked(end, kind, b, text)
}

// sent writes that an item was written, or counts it.
func (l *turnLog) sent(b []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writes++; l.writes > maxLoggedWrites {
		l.more++
		l.size += len(b)
		return
	}
	l.addLocked(transcript.Runner, "send", b, "")
}

func (l *turnLog) flushLocked() {
	if l.more > 0 {
		l.addLocked(transcript.Runner, "send", nil, fmt.Sprintf("%d more writes of %d bytes together", l.more, l.size))
		l.more, l.size = 0, 0
	}
}

// addLocked keeps a copy of the start of b: a log lives longer than a stream.
func (l *turnLog) addLocked(end, kind string, b []byte, text string) {
	if len(b) > maxLoggedWrite {
		text = fmt.Sprintf("… %d bytes in all %s", len(b), text)
		b = b[:maxLoggedWrite]
	}
	l.log.Add(reports.Entry{Conn: l.conn, End: end, Kind: kind, Bytes: bytes.Clone(b), Text: text})
}
