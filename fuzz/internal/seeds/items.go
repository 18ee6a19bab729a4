package seeds

import (
	"slices"
	"strconv"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/script"
	"github.com/ssecheck/ssecheck/spec"
)

// scripts are what the emit cases have an encoder write, and the events that the stream
// cases expect, as scripts of package script.
func scripts(c *cases.Corpus) ([]Seed, error) {
	var all []Seed
	met := map[string]bool{}
	add := func(steps []script.Step) {
		var b []byte
		for _, step := range steps {
			b, _ = script.Append(b, step)
		}
		if len(b) <= MaxSize && !met[string(b)] {
			met[string(b)] = true
			all = append(all, Seed{b})
		}
	}
	for _, c := range c.Cases() {
		var items, events []script.Step
		for i := range c.Emit {
			if c.Emit[i].Sleep == 0 {
				items = append(items, script.Step{Item: item(&c.Emit[i])})
			}
		}
		if c.Expect != nil {
			for _, answer := range c.Expect.Answers() {
				for i := range answer.Events {
					event := answer.Events[i].Spec()
					events = append(events, script.Step{Event: &event})
				}
			}
		}
		add(items)
		add(events)
	}
	return all, nil
}

// item is an emit case's item as far as package spec can be asked for it: without a
// reconnection time that is no number.
func item(e *cases.EmitItem) spec.Item {
	item := spec.Item{Comment: e.Comment, Event: e.Event, ID: e.ID, Data: e.Data}
	if ms, err := strconv.ParseInt(string(e.Retry), 10, 64); err == nil {
		item.Retry = &ms
	}
	return item
}

// values are the texts that the emit cases hand over, each once.
func values(c *cases.Corpus) []string {
	var all []string
	for _, c := range c.Cases() {
		for i := range c.Emit {
			e := &c.Emit[i]
			for _, text := range []*string{e.Comment, e.Event, e.ID, e.Data} {
				if text != nil && len(*text) <= MaxSize {
					all = append(all, *text)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func texts(c *cases.Corpus) ([]Seed, error) {
	var all []Seed
	for _, text := range values(c) {
		all = append(all, Seed{text})
	}
	return all, nil
}

// quotedTexts are the values as the adapter protocol writes them.
func quotedTexts(c *cases.Corpus) ([]Seed, error) {
	all := []Seed{{`"\ud83d\ude00\udcff"`}, {`"\ude00\ud83d\n"`}, {`null`}, {`5`}}
	for _, text := range values(c) {
		line := (&cases.EmitItem{Data: &text}).AppendJSON(nil)
		if quoted := line[len(`{"data":`) : len(line)-len(`}`)]; len(quoted) <= MaxSize {
			all = append(all, Seed{string(quoted)})
		}
	}
	return all, nil
}
