package mutants

import (
	"bytes"
	"strings"
	"unicode"
)

// lineFaults: what ends a line, and what a blank one is.
func lineFaults() []Fault {
	return []Fault{
		{"cr-ends-no-line", "parse.line.cr", "takes a CR for a character unless an LF follows",
			func(r *rules) { r.endsLine = endsAtLF; r.split = withoutCR; r.isBlank = blankButCR }},
		{"only-lf", "parse.line.crlf", "takes the CR of a CRLF for a character",
			func(r *rules) { r.endsLine = endsAtLF }},
		{"only-crlf", "parse.line.lf", "ends a line at CRLF alone",
			func(r *rules) { r.completes, r.endsLine = neverCompletes, endsAtCRLF }},
		{"lf-ends-no-line", "parse.line.lf", "ends a line at CR and CRLF alone",
			func(r *rules) { r.endsLine = func(_ *machine, c string) bool { return c == "\r" } }},
		{"crlf-ends-two-lines", "parse.line.crlf", "counts CR and LF of a CRLF as two line ends",
			func(r *rules) { r.completes = neverCompletes }},
		{"lfcr-ends-one-line", "parse.line.mixed", "counts LF and CR as one line end",
			func(r *rules) {
				r.completes = func(m *machine, c string) bool { return m.last+c == "\r\n" || m.last+c == "\n\r" }
			}},
		{"first-line-end-decides", "parse.line.mixed", "ends all lines as the first one ended",
			func(r *rules) { r.endsLine = endsLikeTheFirst }},
		{"crs-end-one-line", "parse.line.cr", "counts CR and CR as one line end",
			func(r *rules) {
				r.completes = func(m *machine, c string) bool { return m.last == "\r" && (c == "\n" || c == "\r") }
			}},
		{"vt-and-ff-end-lines", "parse.line.nothing-else", "ends a line at VT and FF",
			func(r *rules) { r.endsLine = endsAlsoAt("\v\f") }},
		{"separators-end-lines", "parse.line.nothing-else", "ends a line at FS, GS, RS and US",
			func(r *rules) { r.endsLine = endsAlsoAt("\x1C\x1D\x1E\x1F") }},
		{"nel-ends-lines", "parse.line.nothing-else", "ends a line at U+0085",
			func(r *rules) { r.endsLine = endsAlsoAt("\u0085") }},
		{"u2028-ends-lines", "parse.line.nothing-else", "ends a line at U+2028",
			func(r *rules) { r.endsLine = endsAlsoAt("\u2028") }},
		{"u2029-ends-lines", "parse.line.nothing-else", "ends a line at U+2029",
			func(r *rules) { r.endsLine = endsAlsoAt("\u2029") }},
		{"nul-ends-lines", "parse.line.nothing-else", "ends a line at NUL",
			func(r *rules) { r.endsLine = endsAlsoAt("\x00") }},
		{"low-byte-ends-lines", "parse.line.nothing-else", "ends a line at characters whose low byte is that of LF",
			func(r *rules) {
				r.endsLine = func(_ *machine, c string) bool { n := []rune(c)[0]; return n&0xFF == '\n' || c == "\r" }
			}},
		{"spaces-make-a-blank-line", "parse.dispatch.blank-line", "takes a line of white space for a blank one",
			func(r *rules) { r.isBlank = func(line string) bool { return strings.TrimSpace(line) == "" } }},
		{"invisible-line-is-blank", "parse.dispatch.blank-line", "takes a line without a visible character for a blank one",
			func(r *rules) { r.isBlank = func(line string) bool { return strings.IndexFunc(line, isVisible) < 0 } }},
		{"bad-bytes-make-a-blank-line", "parse.dispatch.blank-line", "takes a line of U+FFFD for a blank one",
			func(r *rules) { r.isBlank = func(line string) bool { return strings.Trim(line, replacement) == "" } }},
	}
}

// commentFaults: lines that start with a colon.
func commentFaults() []Fault {
	return []Fault{
		{"comment-needs-a-space", "parse.comment.ignore", "reads the rest of a line whose colon no space follows as a field",
			func(r *rules) { r.comment = rereadUnlessSpaced }},
		{"comments-are-fields", "parse.comment.ignore", "reads a commented field as a field",
			func(r *rules) { r.comment = func(m *machine, line string) { reread(m, strings.TrimLeft(line, ": ")) } }},
		{"comments-are-data", "parse.comment.ignore", "appends the text of a comment to the data",
			func(r *rules) { r.comment = func(m *machine, line string) { m.append(m, line[1:]) } }},
		{"lone-colon-is-an-error", "parse.robust.no-error", "refuses a stream with a line of a colon alone",
			func(r *rules) { r.comment = refuseLoneColon }},
		{"comment-ends-the-block", "parse.comment.keeps-block", "dispatches at a comment",
			func(r *rules) { r.comment = func(m *machine, _ string) { m.dispatch() } }},
		{"comment-empties-the-data", "parse.comment.keeps-block", "forgets at a comment the data before it",
			func(r *rules) { r.comment = func(m *machine, _ string) { m.data = nil } }},
		{"comment-takes-the-type", "parse.comment.keeps-block", "forgets at a comment the type before it",
			func(r *rules) { r.comment = func(m *machine, _ string) { m.eventType = "" } }},
		{"comment-takes-the-id", "parse.comment.keeps-block", "forgets at a comment the last event ID",
			func(r *rules) { r.comment = func(m *machine, _ string) { m.idBuffer = "" } }},
		{"comment-makes-an-event", "parse.dispatch.no-data-no-event", "makes an empty event of a block of comments",
			func(r *rules) { r.isEventful, r.comment = eventfulAfterComment, noteComment }},
		{"cr-ends-no-comment", "parse.line.cr", "ends a comment at LF alone",
			func(r *rules) { r.endsLine = commentEndsAtLF }},
	}
}

func endsAtLF(_ *machine, c string) bool { return c == "\n" }

func withoutCR(line string) (name, value string) { return split(strings.TrimSuffix(line, "\r")) }

func blankButCR(line string) bool { return line == "" || line == "\r" }

func neverCompletes(*machine, string) bool { return false }

func endsAtCRLF(m *machine, c string) bool {
	if m.last+c != "\r\n" {
		return false
	}
	m.line = bytes.TrimSuffix(m.line, []byte("\r"))
	return true
}

func endsLikeTheFirst(m *machine, c string) bool {
	if m.notes.lastField == "" && (c == "\n" || c == "\r") {
		m.notes.lastField = c
	}
	return c == m.notes.lastField
}

func endsAlsoAt(set string) func(*machine, string) bool {
	return func(m *machine, c string) bool { return sound().endsLine(m, c) || strings.Contains(set, c) }
}

func isVisible(c rune) bool { return unicode.IsGraphic(c) && !unicode.IsSpace(c) && c != '\uFFFD' }

// reread processes the line as if it were one without its colon.
func reread(m *machine, line string) {
	if line != "" {
		name, value := m.split(line)
		m.processField(name, value)
	}
}

func rereadUnlessSpaced(m *machine, line string) {
	if !strings.HasPrefix(line, ": ") {
		reread(m, line[1:])
	}
}

func refuseLoneColon(m *machine, line string) {
	if line == ":" {
		m.err = errRefused
	}
}

func noteComment(m *machine, _ string) { m.notes.lastField = "comment" }

func eventfulAfterComment(m *machine) bool {
	noted := m.notes.lastField == "comment"
	m.notes.lastField = ""
	return noted || len(m.data) > 0
}

func commentEndsAtLF(m *machine, c string) bool {
	return c == "\n" || c == "\r" && !bytes.HasPrefix(m.line, []byte(":"))
}
