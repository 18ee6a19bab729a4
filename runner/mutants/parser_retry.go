package mutants

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// retryFaults: the retry field.
func retryFaults() []Fault {
	return []Fault{
		{"retry-ignored", "parse.retry.set", "knows no retry field",
			func(r *rules) { r.retry = func(*machine, string) {} }},
		{"retry-in-seconds", "parse.retry.set", "takes the reconnection time for seconds",
			func(r *rules) { r.setRetry = func(m *machine, ms int64) { m.sink.Retry(ms * 1000) } }},
		{"first-retry-wins", "parse.retry.set", "keeps the first reconnection time",
			func(r *rules) { r.setRetry = firstRetry }},
		{"retry-clamped", "parse.retry.set", "raises a reconnection time to half a second",
			func(r *rules) { r.setRetry = func(m *machine, ms int64) { m.sink.Retry(max(ms, 500)) } }},
		{"retry-capped", "parse.retry.set", "lowers a reconnection time to half a minute",
			func(r *rules) { r.setRetry = func(m *machine, ms int64) { m.sink.Retry(min(ms, 30000)) } }},
		{"retry-zero-is-default", "parse.retry.set", "takes a reconnection time of nought for none",
			func(r *rules) {
				r.parseRetry = func(_ *machine, v string) (int64, bool) { ms, ok := digits(v); return ms, ok && ms > 0 }
			}},
		{"retry-octal", "parse.retry.set", "reads leading zeros as octal, and 0x as hexadecimal",
			func(r *rules) {
				r.parseRetry = parsed(func(v string) (int64, error) { return strconv.ParseInt(v, 0, 64) })
			}},
		{"retry-octal-after-nought", "parse.retry.set", "reads a number that begins with a zero as octal",
			func(r *rules) { r.parseRetry = octalAfterNought }},
		{"retry-of-nineteen-digits", "parse.retry.set", "ignores a reconnection time of more than nineteen digits",
			func(r *rules) {
				r.parseRetry = func(_ *machine, v string) (int64, bool) { ms, ok := digits(v); return ms, ok && len(v) < 20 }
			}},
		{"retry-makes-an-event", "parse.dispatch.no-data-no-event", "makes an empty event of a block with a reconnection time",
			func(r *rules) { r.isEventful, r.setRetry = eventfulAfterComment, noteRetry }},
		{"retry-ends-the-block", "parse.retry.set", "dispatches at a retry field",
			func(r *rules) { r.setRetry = func(m *machine, ms int64) { m.sink.Retry(ms); m.dispatch() } }},
		{"retry-at-dispatch", "parse.retry.at-once", "sets the reconnection time when its block is dispatched",
			func(r *rules) { r.setRetry, r.commitID = holdRetry, commitRetries }},
		{"retry-with-data", "parse.retry.at-once", "sets the reconnection time of a block with data alone",
			func(r *rules) { r.setRetry, r.reset = holdRetry, resetRetries }},
		{"retry-of-half-a-line", "parse.end.discard", "sets a reconnection time whose line is not ended",
			func(r *rules) { r.streamEnds = (*machine).processLine }},
		{"retry-with-a-sign", "parse.retry.ignore-others", "reads a sign before the digits",
			func(r *rules) {
				r.parseRetry = parsed(func(v string) (int64, error) { return strconv.ParseInt(v, 10, 64) })
			}},
		{"retry-by-its-start", "parse.retry.ignore-others", "reads the digits at the start and ignores the rest",
			func(r *rules) { r.parseRetry = digitsAtStart }},
		{"retry-by-its-end", "parse.retry.ignore-others", "reads the digits at the end and ignores the rest",
			func(r *rules) {
				r.parseRetry = func(_ *machine, v string) (int64, bool) { return digits(v[strings.LastIndexFunc(v, notDigit)+1:]) }
			}},
		{"retry-trimmed", "parse.retry.ignore-others", "trims white space around the digits",
			func(r *rules) { r.parseRetry = cleaned(strings.TrimSpace) }},
		{"retry-decimal", "parse.retry.ignore-others", "reads decimal numbers and cuts off the fraction",
			func(r *rules) { r.parseRetry = parsed(decimal) }},
		{"retry-hexadecimal", "parse.retry.ignore-others", "reads hexadecimal numbers after 0x",
			func(r *rules) { r.parseRetry = hexadecimal }},
		{"retry-of-other-scripts", "parse.retry.ignore-others", "reads digits of other scripts",
			func(r *rules) { r.parseRetry = cleaned(func(v string) string { return strings.Map(asciiDigit, v) }) }},
		{"retry-of-any-digits", "parse.retry.ignore-others", "drops what is no digit and reads the rest",
			func(r *rules) { r.parseRetry = cleaned(func(v string) string { return strings.Map(digitOrNone, v) }) }},
		{"retry-without-nul", "parse.retry.ignore-others", "drops NUL from the digits",
			func(r *rules) {
				r.parseRetry = cleaned(func(v string) string { return strings.ReplaceAll(v, "\x00", "") })
			}},
		{"retry-without-bad-bytes", "parse.retry.ignore-others", "drops U+FFFD from the digits",
			func(r *rules) {
				r.parseRetry = cleaned(func(v string) string { return strings.ReplaceAll(v, replacement, "") })
			}},
		{"retry-unquoted", "parse.retry.ignore-others", "drops quotes and brackets around the digits",
			func(r *rules) { r.parseRetry = cleaned(func(v string) string { return strings.Trim(v, `"'()[]`) }) }},
		{"bad-retry-is-nought", "parse.retry.ignore-others", "takes what it cannot read for nought",
			func(r *rules) {
				r.parseRetry = func(_ *machine, v string) (int64, bool) { ms, _ := digits(v); return ms, true }
			}},
		{"bad-retry-is-an-error", "parse.robust.no-error", "refuses a stream with a reconnection time that it cannot read",
			func(r *rules) { r.parseRetry = refuseBadRetry }},
		{"huge-retry-is-an-error", "parse.robust.no-error", "refuses a stream with a reconnection time beyond 64 bits",
			func(r *rules) { r.parseRetry = refuseHugeRetry }},
		{"empty-retry-is-default", "parse.retry.empty", "takes an empty reconnection time for nought",
			func(r *rules) {
				r.parseRetry = func(_ *machine, v string) (int64, bool) { ms, ok := digits(v); return ms, ok || v == "" }
			}},
		{"retry-wraps", "parse.retry.huge", "keeps the lower 32 bits of a reconnection time",
			func(r *rules) { r.setRetry = func(m *machine, ms int64) { m.sink.Retry(int64(uint32(ms))) } }},
	}
}

func parsed(f func(string) (int64, error)) func(*machine, string) (int64, bool) {
	return func(_ *machine, v string) (int64, bool) {
		ms, err := f(v)
		return ms, err == nil
	}
}

func cleaned(f func(string) string) func(*machine, string) (int64, bool) {
	return func(_ *machine, v string) (int64, bool) { return digits(f(v)) }
}

func notDigit(c rune) bool { return c < '0' || c > '9' }

func digitsAtStart(_ *machine, v string) (int64, bool) {
	if i := strings.IndexFunc(v, notDigit); i >= 0 {
		v = v[:i]
	}
	return digits(v)
}

func decimal(v string) (int64, error) {
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, errRefused
	}
	return int64(n), nil
}

func hexadecimal(_ *machine, v string) (int64, bool) {
	if rest, found := strings.CutPrefix(v, "0x"); found {
		ms, err := strconv.ParseInt(rest, 16, 64)
		return ms, err == nil
	}
	return digits(v)
}

func octalAfterNought(_ *machine, v string) (int64, bool) {
	if ms, err := strconv.ParseInt(v, 8, 64); err == nil && strings.HasPrefix(v, "0") {
		return ms, true
	}
	return digits(v)
}

// asciiDigit turns a digit of any script into one of ASCII: the digits of a
// script stand in a row, so their value is how many digits come before them.
func asciiDigit(c rune) rune {
	if !unicode.IsDigit(c) {
		return c
	}
	n := rune(0)
	for n < 9 && unicode.IsDigit(c-n-1) {
		n++
	}
	return '0' + n
}

func digitOrNone(c rune) rune {
	if notDigit(c) {
		return -1
	}
	return c
}

func firstRetry(m *machine, ms int64) {
	if m.notes.count == 0 {
		m.sink.Retry(ms)
	}
	m.notes.count++
}

func noteRetry(m *machine, ms int64) {
	m.sink.Retry(ms)
	m.notes.lastField = "comment"
}

func holdRetry(m *machine, ms int64) { m.notes.retries = append(m.notes.retries, ms) }

func commitRetries(m *machine) {
	sound().commitID(m)
	for _, ms := range m.notes.retries {
		m.sink.Retry(ms)
	}
	m.notes.retries = nil
}

func resetRetries(m *machine, eventful bool) {
	if eventful {
		for _, ms := range m.notes.retries {
			m.sink.Retry(ms)
		}
	}
	m.notes.retries = nil
	sound().reset(m, eventful)
}

func refuseBadRetry(m *machine, v string) (int64, bool) {
	ms, ok := digits(v)
	if !ok {
		m.err = errRefused
	}
	return ms, ok
}

func refuseHugeRetry(m *machine, v string) (int64, bool) {
	ms, ok := digits(v)
	if ms == math.MaxInt64 {
		m.err = errRefused
	}
	return ms, ok
}
