package blame

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

// anyTimer is the longest time, in ms, that common timers take: the greatest int32, which
// is some 25 days.
const anyTimer = 1<<31 - 1

// evident is the requirement where what differs leaves little doubt; empty where it does.
func evident(shown Deviation) string {
	expected, got, ok := shown.texts()
	switch {
	case shown.Kind == Retry && shown.expected.LastRetry() > anyTimer:
		return "parse.retry.huge"
	case shown.Kind == Failed:
		return "parse.robust.no-error"
	case shown.Kind == Order:
		return "parse.line.order"
	case ok && withoutBlanks(expected) == withoutBlanks(got):
		return "parse.field.keep-whitespace"
	}
	return ""
}

func withoutBlanks(text string) string { return strings.NewReplacer(" ", "", "\t", "").Replace(text) }

// lastResort is the requirement that is most likely where nothing else is known than what
// differs. Since the input is minimal, whatever is special in it is there for a reason.
func lastResort(in stream.Input, shown Deviation) string {
	switch shown.Kind {
	case Missing:
		return ofMissing(shown.expected.Events[shown.Index])
	case Extra:
		return ofExtra(in, shown)
	case Data:
		return ofData(shown.texts())
	case Type:
		return "parse.dispatch.type"
	case LastEventID:
		return "parse.id.set"
	}
	return "parse.retry.set"
}

// ofCuts is the requirement where the cuts matter.
func ofCuts(in stream.Input) string {
	if insideCharacter(in) {
		return "parse.utf8.across-chunks"
	}
	return "parse.chunks.irrelevant"
}

// insideCharacter says that a cut parts the bytes of a character.
func insideCharacter(in stream.Input) bool {
	for _, cut := range in.Cuts {
		if cut < len(in.Bytes) && !utf8.RuneStart(in.Bytes[cut]) {
			return true
		}
	}
	return false
}

func ofMissing(e spec.Event) string {
	if e.Type != spec.DefaultType {
		return "parse.dispatch.type"
	}
	return "parse.dispatch.blank-line"
}

func ofExtra(in stream.Input, shown Deviation) string {
	n := shown.Index
	switch {
	case n > 0 && shown.got.Events[n] == shown.got.Events[n-1]:
		return "parse.dispatch.blank-line" // which dispatches once
	case n == len(shown.expected.Events) && !endsBlank(in.Bytes):
		return "parse.end.discard"
	}
	return "parse.dispatch.no-data-no-event"
}

// endsBlank says that the stream ends with a blank line.
func endsBlank(b []byte) bool {
	b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	return len(b) == 0 || bytes.HasSuffix(b, []byte("\n\n")) || string(b) == "\n"
}

func ofData(expected, got string, _ bool) string {
	if strings.Count(expected, "\n") != strings.Count(got, "\n") {
		return "parse.data.append"
	}
	return "parse.data.untouched"
}
