package strictyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// An Error says what is wrong at one place of a file, and what would be right.
type Error struct {
	// File is the name that was given to [Parse].
	File string
	// Line and Column count from 1, the column in characters; 0 where the whole
	// file is meant.
	Line, Column int
	// Source is the line itself, without its end.
	Source string
	// Message says what is wrong: what was expected, what came.
	Message string
	// Hint says what would be right; it may be empty.
	Hint string
}

// Error is the compiler's one line: file:line:column: message.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Detail is Error with the line itself, a caret below the column, and the hint.
func (e *Error) Detail() string {
	var b strings.Builder
	b.WriteString(e.Error())
	if e.Line > 0 {
		source, caret := window(visible(e.Source), e.Column)
		fmt.Fprintf(&b, "\n    %s\n    %s^", source, strings.Repeat(" ", caret-1))
	}
	if e.Hint != "" {
		b.WriteString("\n    hint: " + e.Hint)
	}
	return b.String()
}

// windowWidth is how much of a very long line Detail shows.
const windowWidth = 160

// window cuts a long line around the column, which it gives back as it is in
// what remains.
func window(line string, column int) (string, int) {
	runes := []rune(line)
	column = max(1, min(column, len(runes)+1))
	if len(runes) <= windowWidth {
		return line, column
	}
	from := max(0, min(column-windowWidth/2, len(runes)-windowWidth))
	return string(runes[from : from+windowWidth]), column - from
}

// visible makes a line safe for a terminal without moving any column: what
// would act on the terminal becomes one visible character.
func visible(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < 0x20:
			return 0x2400 + r // the control pictures of Unicode
		case r == 0x7F:
			return 0x2421
		case r >= 0x80 && r < 0xA0, r == 0x2028, r == 0x2029, r >= 0x202A && r <= 0x202E,
			r >= 0x2066 && r <= 0x2069, r == 0xFEFF, r == 0x200E, r == 0x200F:
			return utf8.RuneError
		}
		return r
	}, line)
}

// Errors are all that is wrong, of all files, in order of file and place.
type Errors []*Error

// Error joins the one-line forms, one a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Detail joins the long forms, with a count at the end.
func (e Errors) Detail() string {
	var b strings.Builder
	for _, err := range e {
		b.WriteString(err.Detail() + "\n")
	}
	if len(e) == 1 {
		b.WriteString("1 error")
	} else {
		fmt.Fprintf(&b, "%d errors", len(e))
	}
	return b.String()
}

// Unwrap lets errors.As reach each one.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, err := range e {
		all[i] = err
	}
	return all
}

// Sorted returns the errors in order of file, line, column and message, each
// once.
func (e Errors) Sorted() Errors {
	sorted := slices.Clone(e)
	slices.SortStableFunc(sorted, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(sorted, func(a, b *Error) bool { return *a == *b })
}

// Err is e as an error: nil when there is none.
func (e Errors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e.Sorted()
}
