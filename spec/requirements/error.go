package requirements

import (
	"fmt"
	"strings"
)

// An Error is something wrong in a catalogue's file, and where.
type Error struct {
	File         string
	Line, Column int // both from 1
	// Source is the line itself.
	Source string
	// Message says what was found and what would be right.
	Message string
}

// Error gives the place, the message, and the line with a mark under it.
func (e *Error) Error() string {
	head := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
	if strings.TrimSpace(e.Source) == "" {
		return head
	}
	return fmt.Sprintf("%s\n    %s\n    %s^", head, e.Source, strings.Repeat(" ", max(e.Column-1, 0)))
}
