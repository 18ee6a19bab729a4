package emission

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// YAML is a case of the kind emit as an entry of a case file, in the style of the corpus:
// one line an item, every byte visible.
func YAML(c *cases.Case) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  - id: %s\n    title: %s\n", c.ID, quoted(c.Title))
	if c.Note != "" {
		fmt.Fprintf(&b, "    note: %s\n", quoted(c.Note))
	}
	if c.Level != "" {
		fmt.Fprintf(&b, "    level: %s\n", c.Level)
	}
	fmt.Fprintf(&b, "    requirements: [%s]\n    emit:\n", strings.Join(c.Requirements, ", "))
	for _, item := range items.Of(c) {
		fmt.Fprintf(&b, "      - %s\n", Line(item))
	}
	if byDefault := (&cases.Case{Emit: c.Emit}).Ways(); len(c.Accept) > 0 && !slices.Equal(c.Accept, byDefault) {
		fmt.Fprintf(&b, "    accept: [%s]\n", strings.Join(c.Accept, ", "))
	}
	if len(c.Never) > 0 {
		fmt.Fprintf(&b, "    never: [%s]\n", strings.Join(mapped(c.Never, forgedLine), ", "))
	}
	if len(c.Wire) > 0 {
		fmt.Fprintf(&b, "    wire: [%s]\n", strings.Join(c.Wire, ", "))
	}
	return b.String()
}

// Line is an item on one line.
func Line(item encoder.Item) string {
	var members []string
	for _, p := range []items.Part{items.Comment, items.Event, items.ID, items.Retry, items.Data} {
		value, has := items.Value(item, p)
		switch {
		case !has:
			continue
		case p == items.Retry && item.Retry[0] != '"':
			members = append(members, "retry: "+value)
		case p == items.Retry:
			members = append(members, "retry: "+quoted(value))
		default:
			members = append(members, p.String()+": "+text(value))
		}
	}
	return "{" + strings.Join(members, ", ") + "}"
}

func forgedLine(f cases.Forged) string {
	var members []string
	for _, part := range []struct {
		name  string
		value *string
	}{{"event", f.Event}, {"data", f.Data}, {"lastEventId", f.LastEventID}, {"comment", f.Comment}} {
		if part.value != nil {
			members = append(members, part.name+": "+quoted(*part.value))
		}
	}
	if f.Retry != nil {
		members = append(members, fmt.Sprintf("retry: %d", *f.Retry))
	}
	return "{" + strings.Join(members, ", ") + "}"
}

func mapped[T any](list []T, f func(T) string) (all []string) {
	for _, t := range list {
		all = append(all, f(t))
	}
	return all
}

// text is a value in one of the three forms: with surrogates by its code units, with long
// repetitions in pieces, and else as it stands.
func text(value string) string {
	if cases.WithoutSurrogates(value, "") != value {
		return `{utf16: "` + units(value) + `"}`
	}
	pieces := pieces(value)
	if len(pieces) == 1 && !strings.HasPrefix(pieces[0], "{") {
		return pieces[0]
	}
	return "[" + strings.Join(pieces, ", ") + "]"
}

// longRun is how often a character must stand in a row to be counted.
const longRun = 24

func pieces(value string) (all []string) {
	from := 0
	for at := 0; at < len(value); {
		_, size := utf8.DecodeRuneInString(value[at:])
		one := value[at : at+size]
		end := at
		for strings.HasPrefix(value[end:], one) {
			end += size
		}
		if n := (end - at) / size; n >= longRun {
			if from < at {
				all = append(all, quoted(value[from:at]))
			}
			all = append(all, fmt.Sprintf("{repeat: %s, times: %d}", quoted(one), n))
			from = end
		}
		at = end
	}
	if from < len(value) || len(all) == 0 {
		all = append(all, quoted(value[from:]))
	}
	return all
}

// units are the UTF-16 code units of a value, in hexadecimal.
func units(value string) string {
	json := (&cases.EmitItem{Data: &value}).AppendJSON(nil)
	var all []string
	for rest := string(json[len(`{"data":"`) : len(json)-len(`"}`)]); rest != ""; {
		unit, size := fmt.Sprintf("%04x", rest[0]), 1
		switch {
		case strings.HasPrefix(rest, `\u`):
			unit, size = rest[2:6], 6
		case rest[0] == '\\':
			unit, size = fmt.Sprintf("%04x", rest[1]), 2
		}
		all = append(all, unit)
		rest = rest[size:]
	}
	return strings.Join(all, " ")
}

// quoted is a text of YAML in quotation marks. All but printable ASCII is escaped.
func quoted(value string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range value {
		switch {
		case c == 0:
			b.WriteString(`\0`)
		case c < 0x80: // what Go escapes there, YAML does, too
			q := strconv.QuoteToASCII(string(c))
			b.WriteString(q[1 : len(q)-1])
		case c > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, c)
		default:
			fmt.Fprintf(&b, `\u%04X`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
