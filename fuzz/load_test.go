package fuzz

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/seeds"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// FuzzLoad feeds the loader files that no person would write: it must never panic, every
// mistake must have a place inside the file, and what loads can be played.
//
//fuzz:instrument github.com/ssecheck/ssecheck/cases/... github.com/goccy/go-yaml/...
func FuzzLoad(f *testing.F) {
	seeds.Add(f, "Load")
	catalogue, err := requirements.Default()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		corpus, err := cases.Load(fstest.MapFS{seeds.FileName: {Data: src}}, catalogue)
		if err != nil {
			checkMistakes(t, src, err)
			return
		}
		for _, c := range corpus.Cases() {
			checkVariants(t, c)
			checkControl(t, c)
		}
		if isSmall(corpus) { // the oracle takes its time
			cases.Lint(corpus, nil)
		}
	})
}

func checkMistakes(t *testing.T, src []byte, err error) {
	var errs cases.Errors
	if !errors.As(err, &errs) {
		t.Fatalf("the error is a %T", err)
	}
	lines := strings.Split(strings.ReplaceAll(strings.TrimPrefix(string(src), "\uFEFF"), "\r\n", "\n"), "\n")
	for _, e := range errs {
		if e.File == "" || e.Message == "" || e.Detail() == "" {
			t.Fatalf("an error that says nothing: %#v", e)
		}
		if e.Line == 0 {
			continue
		}
		if e.Line > len(lines) || e.Source != lines[e.Line-1] || e.Column < 1 ||
			e.Column > utf8.RuneCountInString(e.Source)+1 {
			t.Fatalf("the place is outside of the file: %#v", e)
		}
	}
}

func isSmall(corpus *cases.Corpus) bool {
	size := 0
	for _, c := range corpus.Cases() {
		streams := [][]cases.Item{c.Stream}
		for i := range c.Connections {
			streams = append(streams, c.Connections[i].Stream)
		}
		for _, stream := range streams {
			for i := range stream {
				size += stream[i].Size()
			}
		}
	}
	return size < 64<<10
}

func checkVariants(t *testing.T, c *cases.Case) {
	for _, v := range slices.Concat(cases.ParserVariants(c), cases.ClientVariants(c)) {
		if v.Name == "" {
			t.Fatal("a variant without a name")
		}
	}
	if types := c.EventTypes(); types[0] != "message" || !slices.IsSorted(types[1:]) {
		t.Fatalf("the event types are %q", types)
	}
}

// checkControl demands that what is left of an emit case without what may be refused can
// be carried, has an event, and is JSON.
func checkControl(t *testing.T, c *cases.Case) {
	if c.Kind() != cases.KindEmit {
		return
	}
	control := c.Control()
	if control.Hostile() || !json.Valid(control.Script(true)) || !json.Valid(c.Script(true)) {
		t.Fatalf("%s has a control that is none: %s", c.Name(), control.Script(true))
	}
	if !slices.ContainsFunc(control.Emit, func(i cases.EmitItem) bool { return i.Data != nil }) {
		t.Fatalf("%s has a control without an event: %s", c.Name(), control.Script(true))
	}
}
