package cases

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

// LineEndingsAny is the value of Case.LineEndings that allows each of LF, CRLF
// and CR.
const LineEndingsAny = "any"

// The words of Case.Variants.
const (
	AsWritten  = "as-written"
	Whole      = "whole"
	ByteByByte = "byte-by-byte"
	Cuts       = "cuts"
)

var variantWords = []string{AsWritten, Whole, ByteByByte, Cuts}

func checkStream(c *Case, at strictyaml.Node) {
	checkItems(c, at.At("stream"))
	checkVariants(c, at)
	checkExpect(c, at)
	if c.Finally != nil {
		checkFinallyOfStream(c, at.At("finally"))
	}
}

func checkItems(c *Case, at strictyaml.Node) {
	if at.Kind() != strictyaml.List {
		return
	}
	size := 0
	for i := range c.Stream {
		item := &c.Stream[i]
		if i > 0 && c.Stream[i-1].Ends() {
			at.At(i).Errorf("", "nothing can follow a drop or a stall")
		}
		switch {
		case item.Await != nil:
			at.At(i).Errorf("", "an await belongs into a case of the kind connections: nobody reports to this server")
		case item.Frame != "":
			at.At(i).Errorf("", "a frame belongs into a case of the kind connections")
		}
		size += item.Size()
		if size > MaxStream {
			at.At(i).Errorf("", "the stream has more than the %d bytes that one case may have", MaxStream)
			return
		}
	}
	if size == 0 && c.Found == "" {
		at.Errorf("", "a stream without a byte")
	}
}

func checkVariants(c *Case, at strictyaml.Node) {
	list := at.At("variants")
	if list.IsEmptyList() {
		list.Errorf("leave the key out for all variants", "an empty list of variants")
	}
	for i, v := range c.Variants {
		n := list.At(i)
		switch {
		case n.Kind() != strictyaml.Text:
		case !slices.Contains(variantWords, v):
			n.Errorf("the words are "+strings.Join(variantWords, ", "), "%q is no variant", v)
		case slices.Contains(c.Variants[:i], v):
			n.Errorf("", "the variant %q comes twice", v)
		}
	}
	n := at.At("line-endings")
	if !at.Has("line-endings") || n.Kind() != strictyaml.Text {
		return
	}
	if c.LineEndings != LineEndingsAny {
		n.Errorf("line-endings: any, or leave it out", "%q is no choice of line endings", c.LineEndings)
		return
	}
	if len(c.Variants) > 0 {
		at.Key("line-endings").Errorf("leave one of the two out", "line endings cannot vary where variants are restricted")
	}
	for i := range c.Stream {
		if holdsCR(&c.Stream[i]) {
			at.At("stream", i).Errorf("write LF for every line end, or leave line-endings out",
				"line-endings: any replaces every LF, and this item holds a CR already")
		}
	}
}

func holdsCR(item *Item) bool {
	return slices.ContainsFunc(item.pieces(), func(piece Item) bool {
		text, _ := piece.unit()
		return strings.Contains(text, "\r")
	})
}

// checkExpect demands that every right answer has an event: a subject that
// does nothing at all would pass otherwise (the sentinel rule). A case that a
// campaign found is excepted: it is as small as it can be.
func checkExpect(c *Case, at strictyaml.Node) {
	const sentinel = `let the stream go on with a sentinel that must arrive: "data: END\n\n"`
	n := at.At("expect")
	if !at.Has("expect") {
		at.Errorf("", "a stream without expect: it must say which events come out")
		return
	}
	if n.IsEmptyList() && c.Found == "" {
		n.Errorf(sentinel, "no event is expected, so a subject that does nothing would pass")
	}
	for i := range c.Expect.AnyOf {
		if events := n.At("any-of", i, "events"); events.IsEmptyList() && c.Found == "" {
			events.Errorf(sentinel, "no event is expected, so a subject that does nothing would pass")
		}
	}
	checkAnswers(c, n)
}

// checkAnswers demands that one answer of several is right.
func checkAnswers(c *Case, at strictyaml.Node) {
	pass := func(a Answer) bool { return a.Grade == GradePass }
	if c.Expect != nil && len(c.Expect.AnyOf) > 0 && !slices.ContainsFunc(c.Expect.AnyOf, pass) {
		at.At("any-of").Errorf("", "no answer of grade pass")
	}
}

// checkProbe puts what [ValidateProbe] finds at its place in the file.
func checkProbe(c *Case, at strictyaml.Node) {
	if at.At("probe").IsEmptyList() {
		at.At("probe").Errorf("", "a probe without a step")
	}
	if at.Spoiled() {
		return // it would complain about what could not be read
	}
	for _, err := range ValidateProbe(c) {
		var located *ProbeError
		if errors.As(err, &located) {
			at.At(pathSteps(located.Path)...).Errorf("", "%s", located.Err)
			continue
		}
		at.Errorf("", "%s", err)
	}
}

// pathSteps takes a path such as check[0] apart.
func pathSteps(path string) []any {
	name, rest, indexed := strings.Cut(path, "[")
	if index, err := strconv.Atoi(strings.TrimSuffix(rest, "]")); indexed && err == nil {
		return []any{name, index}
	}
	return []any{name}
}
