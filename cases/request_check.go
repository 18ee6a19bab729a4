package cases

import (
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

// checkRequest looks at what must hold of the i-th request, from 0.
func checkRequest(c *Case, i int, at strictyaml.Node) {
	r := c.Connections[i].Request
	if at.IsEmptyMapping() {
		at.Errorf("leave the key out", "a request that demands nothing")
	}
	checkMethod(at.At("method"), r.Method)
	if n := at.At("path"); n.Kind() == strictyaml.Text && !strings.HasPrefix(r.Path, "/") {
		n.Errorf("path: / for the case's URL itself, /next for what is below it", "the path %q does not begin with a slash", r.Path)
	}
	if n := at.At("at"); n.Kind() == strictyaml.Text {
		checkWord(n, r.At, "origin", []string{AtHere, AtElsewhere})
	}
	checkFields(r, at.At("header"))
	checkIncludes(r, at.At("includes"))
	checkLikeFirst(r, at)
	checkAfter(r, at.At("after"))
	if i == 0 {
		for _, key := range []string{"like-first", "after"} {
			if at.Has(key) {
				at.Key(key).Errorf("", "there is nothing before the first request that %s could be about", key)
			}
		}
	} else if r.After != nil && !at.At("after").Spoiled() {
		checkAfterRefusal(&c.Connections[i], at.At("after"))
	}
}

// checkAfterRefusal holds the bounds against the time for which nobody listens.
func checkAfterRefusal(c *Connection, at strictyaml.Node) {
	least, most := c.Request.After.Bounds()
	refused := c.RefuseFor()
	if least > 0 && least <= refused {
		at.At("at-least").Errorf("leave it out", "nobody listens for %s in any case", refused)
	}
	if most > 0 && most <= refused {
		at.At("at-most").Errorf("", "nobody listens for %s, so that no request can come by then", refused)
	}
}

func checkFields(r *RequestCheck, at strictyaml.Node) {
	if at.IsEmptyMapping() {
		at.Errorf("leave the key out", "a header that demands nothing")
	}
	seen := map[string]bool{}
	for _, check := range r.Header {
		key, n := at.Key(check.Name), at.At(check.Name)
		checkFieldName(key, check.Name)
		checkAgain(key, check.Name, seen)
		for i, value := range check.Values {
			v := n
			if n.Kind() == strictyaml.List {
				v = n.At(i)
			}
			if slices.ContainsFunc(check.Values[:i], func(other *string) bool { return sameValue(other, value) }) {
				v.Errorf("", "this value comes twice")
			}
			if value == nil {
				continue
			}
			checkFieldValue(v, *value)
			if placeholder.MatchString(*value) {
				v.Errorf("at: elsewhere, path: /next, or like-first", "nothing is put in place of %s in a request's check", placeholder.FindString(*value))
			}
		}
	}
}

func sameValue(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// checkAgain reports a name that stands there already in other letters.
func checkAgain(at strictyaml.Node, name string, seen map[string]bool) {
	lower := strings.ToLower(name)
	if seen[lower] {
		at.Errorf("a list of values", "the field %s stands here a second time", name)
	}
	seen[lower] = true
}

func checkIncludes(r *RequestCheck, at strictyaml.Node) {
	if at.IsEmptyMapping() {
		at.Errorf("leave the key out", "includes that demand nothing")
	}
	seen := map[string]bool{}
	for _, name := range sortedKeys(r.Includes) {
		member, key, n := r.Includes[name], at.Key(name), at.At(name)
		checkFieldName(key, name)
		checkAgain(key, name, seen)
		switch {
		case n.Kind() != strictyaml.Text:
		case strings.TrimSpace(member) != member || member == "" || strings.ContainsAny(member, ",;\r\n\x00"):
			n.Errorf("Accept: text/event-stream", "%q is no one member of a list, without parameters", member)
		case slices.ContainsFunc(r.Header, func(f FieldCheck) bool { return strings.EqualFold(f.Name, name) }):
			key.Errorf("leave one of the two out", "the values of %s stand in header already", name)
		}
	}
}

func checkLikeFirst(r *RequestCheck, at strictyaml.Node) {
	list := at.At("like-first")
	if list.IsEmptyList() {
		list.Errorf("leave the key out", "a list of no fields")
	}
	for i, name := range r.LikeFirst {
		n := list.At(i)
		if n.Kind() != strictyaml.Text {
			continue
		}
		checkFieldName(n, name)
		if slices.ContainsFunc(r.LikeFirst[:i], func(other string) bool { return strings.EqualFold(other, name) }) {
			n.Errorf("", "the field %s comes twice", name)
		}
	}
}

// checkAfter demands bounds that are in order.
func checkAfter(r *RequestCheck, at strictyaml.Node) {
	if r.After == nil {
		return
	}
	if at.IsEmptyMapping() {
		at.Errorf("after: {at-least: 10ms}", "an after without a bound")
	}
	bound := func(key, text string) time.Duration {
		if !at.Has(key) {
			return 0
		}
		readWait(at.At(key), text)
		return duration(text)
	}
	least, most := bound("at-least", r.After.AtLeast), bound("at-most", r.After.AtMost)
	if least > 0 && most > 0 && least >= most {
		at.At("at-most").Errorf("", "at most %s is not more than at least %s", r.After.AtMost, r.After.AtLeast)
	}
}
