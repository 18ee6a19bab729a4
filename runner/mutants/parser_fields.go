package mutants

import (
	"errors"
	"strings"
	"unicode"
)

// errRefused is what a mutant says that takes some bytes for an error.
var errRefused = errors.New("the stream is not to this parser's liking")

// fieldFaults: how a line is parted into name and value.
func fieldFaults() []Fault {
	return []Fault{
		{"needs-a-colon", "parse.field.no-colon", "ignores a field without a colon",
			func(r *rules) { r.split = splitIfColon }},
		{"needs-colon-and-space", "parse.field.one-space", "knows a field by its colon and space alone",
			func(r *rules) { r.split = splitAtColonSpace }},
		{"last-colon", "parse.field.first-colon", "parts a line at its last colon",
			func(r *rules) { r.split = splitAtLastColon }},
		{"between-the-colons", "parse.field.first-colon", "takes for the value what is between the first colon and the second",
			func(r *rules) { r.split = betweenColons }},
		{"keeps-the-space", "parse.field.one-space", "keeps the optional space",
			func(r *rules) {
				r.split = func(line string) (string, string) { n, v, _ := strings.Cut(line, ":"); return n, v }
			}},
		{"drops-any-first-character", "parse.field.one-space", "drops the character after the colon, whatever it is",
			func(r *rules) { r.split = mapped(dropFirst) }},
		{"space-anywhere", "parse.field.one-space", "drops the first space of a value, wherever it is",
			func(r *rules) { r.split = mapped(func(v string) string { return strings.Replace(v, " ", "", 1) }) }},
		{"trims-the-value", "parse.field.keep-whitespace", "trims all white space from both ends of a value",
			func(r *rules) { r.split = mapped(strings.TrimSpace) }},
		{"trims-leading-spaces", "parse.field.keep-whitespace", "drops all spaces at the start of a value",
			func(r *rules) { r.split = mapped(func(v string) string { return strings.TrimLeft(v, " ") }) }},
		{"drops-two-spaces", "parse.field.keep-whitespace", "drops up to two spaces at the start of a value",
			func(r *rules) {
				r.split = mapped(func(v string) string { return strings.TrimPrefix(strings.TrimPrefix(v, " "), " ") })
			}},
		{"trims-trailing-spaces", "parse.field.keep-whitespace", "drops spaces and tabs at the end of a value",
			func(r *rules) {
				r.split = mapped(func(v string) string { return strings.TrimRight(strings.TrimPrefix(v, " "), " \t") })
			}},
		{"drops-a-tab", "parse.field.keep-whitespace", "drops a tab in place of the optional space",
			func(r *rules) {
				r.split = mapped(func(v string) string {
					return strings.TrimPrefix(strings.TrimPrefix(v, " "), "\t")
				})
			}},
		{"drops-a-no-break-space", "parse.field.keep-whitespace", "drops a no-break space in place of the optional space",
			func(r *rules) {
				r.split = mapped(func(v string) string { return strings.TrimPrefix(strings.TrimPrefix(v, " "), "\u00A0") })
			}},
		{"unknown-field-ends-the-block", "parse.field.unknown", "dispatches at an unknown field",
			func(r *rules) { r.unknown = func(m *machine, _, _ string) { m.dispatch() } }},
		{"unknown-field-empties-the-block", "parse.field.unknown", "forgets the data when an unknown field comes",
			func(r *rules) { r.unknown = func(m *machine, _, _ string) { m.data = nil } }},
		{"unknown-field-is-data", "parse.field.unknown", "appends the line of an unknown field to the data",
			func(r *rules) { r.unknown = func(m *machine, name, value string) { m.append(m, name+value) } }},
		{"unknown-field-is-an-error", "parse.field.unknown", "refuses a stream with an unknown field",
			func(r *rules) { r.unknown = func(m *machine, _, _ string) { m.err = errRefused } }},
		{"unknown-block-makes-an-event", "parse.dispatch.no-data-no-event", "makes an empty event of a block of unknown fields",
			func(r *rules) {
				r.unknown = func(m *machine, _, _ string) { m.notes.lastField = "comment" }
				r.isEventful = eventfulAfterComment
			}},
		{"words-of-the-interface", "parse.field.unknown", "knows the fields type, message and lastEventId too",
			func(r *rules) { r.fieldName = alias }},
	}
}

// nameFaults: what counts as one of the four names.
func nameFaults() []Fault {
	return []Fault{
		{"names-in-any-case", "parse.field.literal-name", "reads names in any letter case",
			func(r *rules) { r.fieldName = strings.ToLower }},
		{"names-are-trimmed", "parse.field.literal-name", "trims white space from names",
			func(r *rules) { r.fieldName = strings.TrimSpace }},
		{"names-are-trimmed-on-the-left", "parse.field.literal-name", "drops blanks before a name",
			func(r *rules) { r.fieldName = func(name string) string { return strings.TrimLeft(name, " \t") } }},
		{"names-by-their-start", "parse.field.literal-name", "knows a field by how its name starts",
			func(r *rules) { r.fieldName = byPrefix }},
		{"names-by-their-end", "parse.field.literal-name", "knows a field by how its name ends",
			func(r *rules) { r.fieldName = bySuffix }},
		{"names-by-two-letters", "parse.field.literal-name", "knows a field by its first two letters",
			func(r *rules) { r.fieldName = byTwoLetters }},
		{"names-without-invisible-characters", "parse.field.literal-name", "drops what cannot be seen from names",
			func(r *rules) { r.fieldName = func(name string) string { return strings.Map(visibleOrNone, name) } }},
		{"names-without-bad-bytes", "parse.field.literal-name", "drops U+FFFD from names",
			func(r *rules) {
				r.fieldName = func(name string) string { return strings.ReplaceAll(name, replacement, "") }
			}},
		{"names-without-quotes", "parse.field.literal-name", "drops quotes and brackets around names",
			func(r *rules) { r.fieldName = func(name string) string { return strings.Trim(name, "\"'`{}[]$@") } }},
		{"names-in-full-width", "parse.field.literal-name", "takes full-width letters for plain ones",
			func(r *rules) { r.fieldName = func(name string) string { return strings.Map(narrow, name) } }},
		{"other-colons", "parse.field.literal-name", "takes =, ; and full-width colons for colons",
			func(r *rules) { r.split = splitAtAny }},
		{"names-of-members", "parse.robust.names", "stumbles over names that its own language has",
			func(r *rules) { r.unknown = refuseMember; r.typeOf = typeButMembers }},
		{"names-are-paths", "parse.robust.names", "reads a name up to its first dot or bracket",
			func(r *rules) { r.fieldName = untilDot }},
	}
}

// splitIfColon gives a line without a colon a name that nobody knows.
func splitIfColon(line string) (name, value string) {
	if !strings.Contains(line, ":") {
		return "", ""
	}
	return split(line)
}

func splitAtLastColon(line string) (name, value string) {
	if i := strings.LastIndex(line, ":"); i >= 0 {
		return line[:i], strings.TrimPrefix(line[i+1:], " ")
	}
	return line, ""
}

func splitAtColonSpace(line string) (name, value string) {
	name, value, found := strings.Cut(line, ": ")
	if !found && strings.Contains(line, ":") {
		return "", ""
	}
	return name, value
}

func betweenColons(line string) (name, value string) {
	name, value = split(line)
	value, _, _ = strings.Cut(value, ":")
	return name, value
}

// mapped applies f to all that follows the colon.
func mapped(f func(string) string) func(string) (string, string) {
	return func(line string) (string, string) {
		name, value, _ := strings.Cut(line, ":")
		return name, f(value)
	}
}

func dropFirst(v string) string {
	if v == "" {
		return v
	}
	return v[1:]
}

func alias(name string) string {
	switch name {
	case "type", "name":
		return "event"
	case "message":
		return "data"
	case "lastEventId", "last-event-id", "Last-Event-ID":
		return "id"
	}
	return name
}

var known = []string{"data", "event", "id", "retry"}

func byPrefix(name string) string { return byMatch(name, strings.HasPrefix) }

func bySuffix(name string) string { return byMatch(name, strings.HasSuffix) }

func byMatch(name string, match func(s, part string) bool) string {
	for _, k := range known {
		if match(name, k) {
			return k
		}
	}
	return name
}

func byTwoLetters(name string) string {
	for _, k := range known {
		if len(name) >= 2 && name[:2] == k[:2] {
			return k
		}
	}
	return name
}

func visibleOrNone(c rune) rune {
	if !unicode.IsGraphic(c) || unicode.Is(unicode.Mn, c) {
		return -1
	}
	return c
}

func narrow(c rune) rune {
	if c >= '！' && c <= '～' {
		return c - '！' + '!'
	}
	return c
}

func splitAtAny(line string) (name, value string) {
	i := strings.IndexAny(line, ":=;：∶ ")
	if i < 0 {
		return line, ""
	}
	return line[:i], strings.TrimPrefix(strings.TrimLeft(line[i:], ":=;：∶"), " ")
}

func untilDot(name string) string {
	if i := strings.IndexAny(name, ".["); i >= 0 {
		return name[:i]
	}
	return name
}

func isMember(name string) bool {
	return strings.HasPrefix(name, "__") || name == "constructor" || name == "toString" || name == "hasOwnProperty"
}

func refuseMember(m *machine, name, _ string) {
	if isMember(name) {
		m.err = errRefused
	}
}

func typeButMembers(m *machine) string {
	if isMember(m.eventType) {
		return "message"
	}
	return typeOf(m)
}
