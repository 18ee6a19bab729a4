package cases

import (
	"slices"
	"strings"
)

// EmitVariants lists the ways in which an emit case is played: as written, and where
// the subject may refuse it, once more without what may be refused, which must come
// back exactly. So no subject passes that refuses everything.
func EmitVariants(c *Case) []Variant {
	if c.Kind() != KindEmit {
		return nil
	}
	all := []Variant{{Name: "as written"}}
	if slices.Contains(c.Ways(), Rejected) {
		all = append(all, Variant{Name: "control, with nothing that may be refused", Control: true})
	}
	return all
}

// Control is the case without what its subject may refuse: what the format cannot
// carry is taken out of the values, or where it can carry all of them, the items that
// are no event.
func (c *Case) Control() *Case {
	control := *c
	control.Accept, control.Never, control.Emit = []string{Exact}, nil, nil
	hostile := c.Hostile()
	for _, item := range c.Emit {
		switch _, ok := item.Carriable(); {
		case item.Sleep > 0 || ok && (hostile || item.Data != nil):
			control.Emit = append(control.Emit, item)
		case !ok:
			control.Emit = append(control.Emit, item.harmless())
		}
	}
	return &control
}

// harmless is the item without what the format cannot carry.
func (i *EmitItem) harmless() EmitItem {
	clean := func(text *string, banned string) *string {
		if text == nil {
			return nil
		}
		t := strings.Map(func(r rune) rune {
			if strings.ContainsRune(banned, r) {
				return -1
			}
			return r
		}, WithoutSurrogates(*text, ""))
		return &t
	}
	h := EmitItem{Comment: clean(i.Comment, ""), Event: clean(i.Event, "\r\n"), ID: clean(i.ID, "\r\n\x00"), Data: clean(i.Data, "")}
	if _, ok := i.milliseconds(); ok {
		h.Retry = i.Retry
	}
	return h
}

// WithoutSurrogates replaces each lone surrogate.
func WithoutSurrogates(text, by string) string {
	if !strings.Contains(text, "\xED") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		if _, ok := surrogate(text[i:]); ok {
			b.WriteString(by)
			i += 3
			continue
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}
