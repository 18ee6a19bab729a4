package cases

import (
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases/nearest"
	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

// ReadYAML reads open, closed, or one of {opens: n}, {events: n} and
// {errors: n}.
func (u *Until) ReadYAML(n strictyaml.Node) {
	const hint = "write await: open, await: closed, {opens: 2}, {events: 1} or {errors: 1}"
	if n.Kind() == strictyaml.Text {
		switch word, _ := n.Text(); word {
		case "open":
			u.Opens = 1
		case "closed":
			u.Closed = true
		default:
			n.Errorf(hint, "%q is nothing that a client can be awaited to do", word)
		}
		return
	}
	if n.Kind() != strictyaml.Mapping {
		n.Errorf(hint, "expected what the client is awaited to do, got %s", n.Kind())
		return
	}
	var form struct {
		Opens  *int `yaml:"opens"`
		Events *int `yaml:"events"`
		Errors *int `yaml:"errors"`
	}
	n.DecodeStruct(&form)
	set := 0
	for name, count := range map[string]*int{"opens": form.Opens, "events": form.Events, "errors": form.Errors} {
		if count == nil {
			continue
		}
		set++
		if *count < 1 && n.At(name).Kind() == strictyaml.Number {
			n.At(name).Errorf(hint, "await waits for 1 or more, got %d", *count)
		}
	}
	if set != 1 {
		n.Errorf(hint, "expected one of opens, events and errors, got %d", set)
		return
	}
	u.Opens, u.Events, u.Errors = valueOf(form.Opens), valueOf(form.Events), valueOf(form.Errors)
}

func valueOf(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// closeWords are the occasions of Close.On.
var closeWords = []string{OnOpen, OnEvent, OnError, OnRequest, OnEnd}

// ReadYAML reads an occasion, or the mapping. Nth is 1 where the file leaves it
// out.
func (k *Close) ReadYAML(n strictyaml.Node) {
	k.Nth = 1
	on := n
	switch n.Kind() {
	case strictyaml.Text:
		k.On, _ = n.Text()
	case strictyaml.Mapping:
		n.DecodeStruct((*closeForm)(k))
		if !n.Has("on") {
			n.Errorf("{on: event, nth: 2}", "a close that does not say on what")
			return
		}
		on = n.At("on")
	default:
		n.Errorf("close: open, or {on: event, nth: 2}", "expected when the client is closed, got %s", n.Kind())
		return
	}
	if on.Kind() == strictyaml.Text && !slices.Contains(closeWords, k.On) {
		hint := nearest.Hint(k.On, closeWords)
		if hint == "" {
			hint = "the occasions are " + strings.Join(closeWords, ", ")
		}
		on.Errorf(hint, "%q is no occasion to close", k.On)
	}
}

// closeForm is a Close that does not read itself.
type closeForm Close

// ReadYAML reads a mapping from names to a value, a list of values, or null.
func (h *HeaderLines) ReadYAML(n strictyaml.Node) {
	for _, field := range n.Fields() {
		switch field.Value.Kind() {
		case strictyaml.Missing:
			*h = append(*h, HeaderLine{Name: field.Name, Absent: true})
		case strictyaml.List:
			if field.Value.IsEmptyList() {
				field.Value.Errorf(`one value, a list of values, or null for no such field`, "a list of no values")
			}
			for _, item := range field.Value.Items() {
				value := readFieldText(item)
				*h = append(*h, HeaderLine{Name: field.Name, Value: value})
			}
		default:
			value := readFieldText(field.Value)
			*h = append(*h, HeaderLine{Name: field.Name, Value: value})
		}
	}
}

// ReadYAML reads a mapping from names to a value, null, or a list of these.
func (f *FieldChecks) ReadYAML(n strictyaml.Node) {
	for _, field := range n.Fields() {
		check := FieldCheck{Name: field.Name}
		values := []strictyaml.Node{field.Value}
		if field.Value.Kind() == strictyaml.List {
			values = field.Value.Items()
			if len(values) == 0 {
				field.Value.Errorf("one value, null for no such field, or a list of these", "a list of no values")
			}
		}
		for _, value := range values {
			check.Values = append(check.Values, readValue(value))
		}
		*f = append(*f, check)
	}
}

// readValue is nil for null.
func readValue(n strictyaml.Node) *string {
	if n.Kind() == strictyaml.Missing {
		return nil
	}
	text := readFieldText(n)
	return &text
}

// readFieldText reads a text, or {repeat, times} for a long one.
func readFieldText(n strictyaml.Node) string {
	if n.Kind() != strictyaml.Mapping {
		text, _ := n.Text()
		return text
	}
	return readRepeated(n).String()
}
