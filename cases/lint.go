package cases

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/go-cmp/cmp"

	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A LintReport is what lint found in a corpus that loads.
type LintReport struct {
	// Errors are what must be mended.
	Errors Errors
	// Warnings are what is probably a slip.
	Warnings Errors
}

// longText is the longest text, in bytes, that lint likes to see written out.
const longText = 1024

// Lint looks at what no single case shows: whether every one of the demanded
// requirements is named by a case or excluded, what is there twice, and whether
// the expectations are what the standard's own steps (spec.Oracle) give.
func Lint(corpus *Corpus, demanded []requirements.Requirement) LintReport {
	l := &LintReport{}
	l.coverage(corpus, demanded)
	titles, streams := map[[2]string]*Case{}, map[[sha256.Size]byte]*Case{}
	for _, c := range corpus.Cases() {
		if first, twice := titles[[2]string{c.Suite, c.Title}]; twice {
			l.Errors = append(l.Errors, c.errorf("say what sets the two apart", "the title of %s is that of %s: %q", c.Name(), first.Name(), c.Title))
		} else {
			titles[[2]string{c.Suite, c.Title}] = c
		}
		sum, what := [sha256.Size]byte{}, "stream and expectation"
		switch c.Kind() {
		case KindStream:
			sum = streamSum(c)
			l.longTexts(c, c.Stream, "")
			l.oracle(c)
		case KindConnections:
			sum, what = connectionsSum(c), "connections and expectation"
			for i := range c.Connections {
				l.longTexts(c, c.Connections[i].Stream, fmt.Sprintf(" of connection %d", i+1))
			}
			l.script(c)
		case KindEmit:
			sum, what = emitSum(c), "items"
		default:
			continue
		}
		if first, twice := streams[sum]; twice {
			l.Warnings = append(l.Warnings, c.errorf("one of the two may do", "%s has the same %s as %s", c.Name(), what, first.Name()))
		} else {
			streams[sum] = c
		}
	}
	l.Errors, l.Warnings = l.Errors.Sorted(), l.Warnings.Sorted()
	return *l
}

// errorf is a mistake at the case's id.
func (c *Case) errorf(hint, format string, args ...any) *Error {
	return &Error{File: c.at.file, Line: c.at.line, Column: c.at.column, Source: c.at.source,
		Message: fmt.Sprintf(format, args...), Hint: hint}
}

func (l *LintReport) coverage(corpus *Corpus, demanded []requirements.Requirement) {
	named := map[string][]*Case{}
	for _, c := range corpus.Cases() {
		for _, id := range c.Requirements {
			named[id] = append(named[id], c)
		}
	}
	for _, r := range demanded {
		by := named[r.ID]
		switch {
		case r.Excluded != "" && len(by) > 0:
			l.Errors = append(l.Errors, by[0].errorf("take one of the two away",
				"%s names the requirement %s, which is excluded: %s", by[0].Name(), r.ID, r.Excluded))
		case r.Excluded != "" || len(by) > 0:
		default:
			l.Errors = append(l.Errors, &Error{File: RequirementsFile,
				Message: fmt.Sprintf("no case names the requirement %s (%s, %s): %s", r.ID, r.Level, r.Side, r.Title),
				Hint:    "write a case, or say in excluded: why it cannot be observed"})
		}
	}
}

// streamSum identifies what a case puts on the wire, write by write, and what
// it expects.
func streamSum(c *Case) [sha256.Size]byte {
	h := sha256.New()
	for i := range c.Stream {
		item := &c.Stream[i]
		for _, piece := range item.pieces() {
			text, times := piece.unit()
			fmt.Fprintf(h, "%q %d ", text, times)
		}
		fmt.Fprintf(h, "%s %s %s\n", item.Pause, item.Drop, item.Stall)
	}
	fmt.Fprintf(h, "%s %q\n", c.LineEndings, c.Variants)
	for _, answer := range c.Expect.Answers() {
		fmt.Fprintf(h, "%s %q\n", answer.Grade, answer.Events)
	}
	if f := c.Finally; f != nil {
		fmt.Fprintln(h, f.NoReconnectionTime, f.ReconnectionTime != nil)
		if f.ReconnectionTime != nil {
			fmt.Fprintln(h, *f.ReconnectionTime)
		}
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// emitSum identifies what a case hands over and what it looks at.
func emitSum(c *Case) [sha256.Size]byte {
	text, err := json.Marshal(struct {
		Script               string
		Ways, Wire, Delivery []string
		Never                []Forged
	}{string(c.Script(true)), c.Ways(), c.Wire, c.Delivery, c.Never})
	if err != nil { // no value of these types has no form in JSON
		panic(fmt.Sprintf("cases: %v", err))
	}
	return sha256.Sum256(text)
}

func (l *LintReport) longTexts(c *Case, items []Item, where string) {
	for i := range items {
		for _, piece := range items[i].pieces() {
			if piece.Text != nil && len(*piece.Text) > longText {
				l.Warnings = append(l.Warnings, c.errorf(`{repeat: "x", times: 1000}`,
					"item %d%s of %s has %d bytes written out", i+1, where, c.Name(), len(*piece.Text)))
			}
		}
	}
}

// oracle demands that the standard's own steps give one of the answers, under
// every line ending that the case allows.
func (l *LintReport) oracle(c *Case) {
	for _, w := range c.wires() {
		outcome := spec.Oracle(w.bytes, "")
		answers := c.Expect.Answers()
		right := slices.ContainsFunc(answers, func(a Answer) bool {
			return slices.Equal(specEvents(a.Events), outcome.Events)
		})
		if !right {
			l.Errors = append(l.Errors, c.errorf("", "%s: the standard's own steps give other events%s (- expected, + given):\n%s",
				c.Name(), w.suffix, bounded(cmp.Diff(specEvents(answers[0].Events), outcome.Events))))
			return
		}
		if wrong := c.Finally.against(outcome.Retries); wrong != "" {
			l.Errors = append(l.Errors, c.errorf("", "%s: the standard's own steps give the reconnection times %v%s, and not %s at the end",
				c.Name(), outcome.Retries, w.suffix, wrong))
			return
		}
	}
}

// against says what is demanded of the reconnection times, if it is not what these are.
func (f *Finally) against(retries []int64) (wrong string) {
	n := len(retries)
	switch {
	case f == nil:
	case f.NoReconnectionTime && n > 0:
		return "none"
	case f.ReconnectionTime != nil && (n == 0 || retries[n-1] != *f.ReconnectionTime):
		return strconv.FormatInt(*f.ReconnectionTime, 10)
	}
	return ""
}

func specEvents(events []Event) []spec.Event {
	var list []spec.Event
	for i := range events {
		list = append(list, events[i].Spec())
	}
	return list
}

// bounded cuts a long diff.
func bounded(text string) string {
	const most = 2000
	if len(text) > most {
		return text[:most] + " ..."
	}
	return text
}
