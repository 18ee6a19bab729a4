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

// MayRefuse says that the subject may refuse the item, or leave it out, and is right:
// what the format cannot carry; or in a case whose items it can carry all, and that
// accepts it, an item that not every library has: without data, with a comment of
// several lines, with a text for its retry.
func (c *Case) MayRefuse(item *EmitItem) bool {
	if item.Sleep > 0 || !slices.Contains(c.Ways(), Rejected) {
		return false
	}
	if c.Hostile() {
		_, ok := item.Carriable()
		return !ok
	}
	return item.Data == nil || item.Comment != nil && strings.ContainsAny(*item.Comment, "\r\n") || item.retryIsText()
}

func (i *EmitItem) retryIsText() bool { return len(i.Retry) > 0 && i.Retry[0] == '"' }

// Control is the case without what its subject may refuse: the values lose what the
// format cannot carry and what not every library has, and where the format can carry
// all of them, the items that are no event are left out.
func (c *Case) Control() *Case {
	control := *c
	control.Accept, control.Never, control.Emit = []string{Exact}, nil, nil
	for i := range c.Emit {
		item := c.Emit[i]
		if c.MayRefuse(&item) {
			if item = item.harmless(); item.empty() || item.Data == nil && !c.Hostile() {
				continue
			}
		}
		control.Emit = append(control.Emit, item)
	}
	return &control
}

// harmless is the item without what the format cannot carry, and what not every
// library has. Of a text that is nothing else nothing is left: an empty one would be
// another question.
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
		if t == "" && *text != "" && banned != "" {
			return nil
		}
		return &t
	}
	h := EmitItem{Comment: clean(i.Comment, "\r\n"), Event: clean(i.Event, "\r\n"), ID: clean(i.ID, "\r\n\x00"), Data: clean(i.Data, "")}
	if _, ok := i.milliseconds(); ok && !i.retryIsText() {
		h.Retry = i.Retry
	}
	return h
}

// empty says that the item has no part at all.
func (i *EmitItem) empty() bool {
	return i.Comment == nil && i.Event == nil && i.ID == nil && i.Data == nil && i.Retry == nil && i.Sleep == 0
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
