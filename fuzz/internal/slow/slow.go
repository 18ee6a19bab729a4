// Package slow reads an event stream slowly, line by line, and says all that a decoder may
// show of it: what the oracle says, and what the oracle is silent about, findings,
// comments and limits, by the words of package spec's documentation. Like the oracle it is
// there to be right by inspection, and shares no code with the decoders.
package slow

import (
	"bytes"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/spec"
)

// A Reading is all that a decoder can show of a stream.
type Reading struct {
	spec.Outcome
	Findings []spec.Finding
	Comments []string
	// Limit is what ended the stream before its time.
	Limit *spec.LimitError
}

// Limits are the two bounds of a decoder, in bytes.
type Limits struct{ Line, Event int }

// Read reads a whole stream; lastEventID is what earlier connections left.
func Read(stream []byte, lastEventID string, limits Limits) Reading {
	r := reader{limits: limits}
	rest := stream
	if bytes.HasPrefix(rest, []byte(bom)) {
		rest = rest[len(bom):]
	}
	for r.out.Limit == nil {
		end := bytes.IndexAny(rest, "\r\n")
		r.number++
		r.start = len(stream) - len(rest)
		if end < 0 {
			r.last(rest)
			break
		}
		r.line(rest[:end])
		if bytes.HasPrefix(rest[end:], []byte("\r\n")) {
			end++
		}
		rest = rest[end+1:]
	}
	if r.out.Limit != nil { // nothing counts from the start of its line on
		stream = stream[:r.out.Limit.Offset]
	}
	r.out.Outcome = spec.Oracle(stream, lastEventID)
	return r.out
}

const bom = "\xEF\xBB\xBF"

// A reader is at one line of a stream.
type reader struct {
	limits Limits
	out    Reading
	number int // of the line, from 1
	start  int // its offset

	// Of the block so far.
	begun    *spec.Finding // what is to be said when it is cut off
	event    *spec.Finding // what is to be said when it has no data
	hasID    bool
	data     []string
	typeText string
}

func (r *reader) finding(kind spec.FindingKind, at int, text string) spec.Finding {
	return spec.Finding{Kind: kind, Offset: int64(r.start + at), Line: int64(r.number), Text: text}
}

func (r *reader) found(kind spec.FindingKind, at int, text string) {
	r.out.Findings = append(r.out.Findings, r.finding(kind, at, text))
}

func (r *reader) exceeds(limit spec.Limit, bound int) {
	r.out.Limit = &spec.LimitError{Limit: limit, Max: bound, Offset: int64(r.start), Line: int64(r.number)}
}

// line reads a line that has an end.
func (r *reader) line(line []byte) {
	switch {
	case len(line) > r.limits.Line:
		r.exceeds(spec.LimitLine, r.limits.Line)
		return
	case len(line) == 0:
		if r.event != nil && len(r.data) == 0 {
			r.out.Findings = append(r.out.Findings, *r.event)
		}
		r.begun, r.event, r.hasID, r.data, r.typeText = nil, nil, false, nil, ""
		return
	}
	if r.begun == nil {
		f := r.finding(spec.CutOffBlock, 0, quote(line))
		r.begun = &f
	}
	r.text(line)
	if line[0] == ':' {
		r.out.Comments = append(r.out.Comments, decoded(bytes.TrimPrefix(line[1:], []byte(" "))))
		return
	}
	name, value, colon := bytes.Cut(line, []byte(":"))
	at := len(line) - len(value)
	if bytes.HasPrefix(value, []byte(" ")) {
		value = value[1:]
		at++
	}
	r.field(string(name), value, at, colon)
}

// last reads what stands behind the last line end.
func (r *reader) last(line []byte) {
	if len(line) > r.limits.Line {
		r.exceeds(spec.LimitLine, r.limits.Line)
		return
	}
	r.text(line)
	switch {
	case r.begun != nil:
		r.out.Findings = append(r.out.Findings, *r.begun)
	case len(line) > 0:
		r.found(spec.CutOffBlock, 0, quote(line))
	}
}

// text looks for what may be wrong with the characters of a line.
func (r *reader) text(line []byte) {
	for at := 0; at < len(line); {
		c, n := utf8.DecodeRune(line[at:])
		if c == utf8.RuneError && n == 1 {
			r.found(spec.IllFormedUTF8, at, hex.EncodeToString(line[at:at+maximalPart(line[at:])]))
			break
		}
		at += n
	}
	if at := bytes.Index(line, []byte(bom)); at >= 0 {
		r.found(spec.MisplacedBOM, at, bom)
	}
}

// maximalPart is how many bytes at the start of b become one U+FFFD: as many as begin a
// character, or one.
func maximalPart(b []byte) int {
	n := 1
	for n < len(b) && !utf8.FullRune(b[:n+1]) {
		n++
	}
	return n
}

// field reads a field whose value stands at an offset of its line.
func (r *reader) field(name string, value []byte, at int, colon bool) {
	switch name {
	case "data":
		r.data = append(r.data, decoded(value))
	case "event":
		if r.event != nil {
			r.found(spec.RepeatedField, 0, name)
		}
		f := r.finding(spec.EventWithoutData, 0, quote(value))
		r.event, r.typeText = &f, decoded(value)
	case "id":
		if nul := bytes.IndexByte(value, 0); nul >= 0 {
			r.found(spec.NULInID, at+nul, quote(value))
			return
		}
		if r.hasID {
			r.found(spec.RepeatedField, 0, name)
		}
		r.hasID = true
		return
	case "retry":
		r.retry(string(value), at)
		return
	default:
		r.unknown(name, colon)
		return
	}
	if len(strings.Join(r.data, "\n"))+len(r.typeText) > r.limits.Event {
		r.exceeds(spec.LimitEvent, r.limits.Event)
	}
}

func (r *reader) retry(value string, at int) {
	digits := strings.TrimLeft(value, "0")
	switch {
	case value == "":
		r.found(spec.EmptyRetry, 0, "")
	case strings.Trim(value, "0123456789") != "":
		r.found(spec.BadRetry, at, quote([]byte(value)))
	case len(digits) > len(maxInt64) || len(digits) == len(maxInt64) && digits > maxInt64:
		r.found(spec.RetryOutOfRange, at, quote([]byte(value)))
	}
}

const maxInt64 = "9223372036854775807"

func (r *reader) unknown(name string, colon bool) {
	kind := spec.UnknownField
	trimmed := strings.Trim(name, " \t")
	switch {
	case isKnown(name):
		kind = spec.FieldNameCase
	case trimmed != name && isKnown(trimmed):
		kind = spec.FieldNameBlanks
	case !colon:
		kind = spec.NoColon
	}
	r.found(kind, 0, quote([]byte(name)))
}

// isKnown says that a name is a field's, but for the case of its letters.
func isKnown(name string) bool {
	lower := []byte(name)
	for i, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	switch string(lower) {
	case "data", "event", "id", "retry":
		return true
	}
	return false
}

// decoded is a part of a line as text.
func decoded(b []byte) string {
	stream := bytes.Join([][]byte{[]byte("data: "), b, []byte("\n\n")}, nil)
	return spec.Oracle(stream, "").Events[0].Data
}

// quote is the beginning of a text as a finding shows it: at most 64 bytes, as they stand
// in the stream and as they are decoded, in whole characters.
func quote(b []byte) string {
	const most = 64
	if len(b) > most {
		b = b[:most-cutOff(b[:most])]
	}
	text := decoded(b)
	for i, c := range text {
		if i+utf8.RuneLen(c) > most {
			return text[:i]
		}
	}
	return text
}

// cutOff is how many bytes at the end of b begin a character and do not end it.
func cutOff(b []byte) int {
	for n := 1; n < utf8.UTFMax; n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}
