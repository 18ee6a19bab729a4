// Package casetest makes cases of YAML for specs of those that play them.
package casetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing/fstest"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// Load loads a suite of this name with these cases. It panics over a mistake in them.
func Load(suite, yaml string) []*cases.Case {
	catalogue, err := requirements.Default()
	if err != nil {
		panic(err)
	}
	text := "suite: " + suite + "\ntitle: T\ncases:\n" + yaml
	loaded, err := cases.Load(fstest.MapFS{suite + ".yaml": {Data: []byte(text)}}, catalogue)
	if err != nil {
		panic(err)
	}
	return loaded.Cases()
}

// Emits are emit cases of the suite e/t, by their ids; each has the rest of its keys in
// YAML's flow style.
func Emits(list ...[2]string) []*cases.Case {
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "  - {id: %s, title: \"The case %s\", requirements: [format.field], %s}\n", c[0], c[0], c[1])
	}
	return Load("e/t", b.String())
}

// Quote is a text in JSON as the adapter protocol has it, lone surrogates included.
func Quote(text string) json.RawMessage {
	item := (&cases.EmitItem{Data: &text}).AppendJSON(nil)
	return json.RawMessage(item[len(`{"data":`) : len(item)-len(`}`)])
}
