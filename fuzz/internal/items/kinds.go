package items

import (
	"slices"
	"strings"
)

// These make the tests of the kinds of values.

func either(test func(value, s string) bool, any []string) func(string) bool {
	return func(v string) bool {
		return slices.ContainsFunc(any, func(s string) bool { return test(v, s) })
	}
}

func has(any ...string) func(string) bool    { return either(strings.Contains, any) }
func starts(any ...string) func(string) bool { return either(strings.HasPrefix, any) }
func ends(any ...string) func(string) bool   { return either(strings.HasSuffix, any) }

func oneOf(any ...string) func(string) bool {
	return func(v string) bool { return slices.Contains(any, v) }
}

func only(chars string) func(string) bool {
	return func(v string) bool { return v != "" && strings.Trim(v, chars) == "" }
}

func holds(is func(rune) bool) func(string) bool {
	return func(v string) bool { return strings.ContainsFunc(v, is) }
}

func longer(n int) func(string) bool { return func(v string) bool { return len(v) > n } }

// laterLine says that one of the lines behind the first one is such.
func laterLine(is func(line string) bool) func(string) bool {
	return func(v string) bool {
		at := strings.IndexAny(v, "\r\n")
		return at >= 0 && slices.ContainsFunc(strings.FieldsFunc(v[at:], func(c rune) bool { return c == '\r' || c == '\n' }), is)
	}
}

// fieldLike says that a line begins like a field, or is a comment.
func fieldLike(line string) bool {
	name, _, colon := strings.Cut(line, ":")
	return colon && slices.Contains([]string{"", "data", "event", "id", "retry"}, name)
}

// numberLike says that a text begins like a number and has no space.
func numberLike(v string) bool {
	v = strings.TrimLeft(v, "+-")
	return v != "" && v[0] >= '0' && v[0] <= '9' && !strings.ContainsAny(v, " \t\r\n:")
}
