package cases

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/ssecheck/ssecheck/spec"
)

// script demands of a case of the kind connections that the standard's own steps
// give what it expects, and that something shows that the client is there.
func (l *LintReport) script(c *Case) {
	last := len(c.Connections) - 1
	before := 0 // events at the beginning of the last connection
	end := c.follow(thorough, visitor{
		await: func(int, int, *Until, progress) {},
		ended: func(i int, p progress) {
			if i == last-1 {
				before = len(p.events)
			}
		},
	})
	l.eventsOf(c, end)
	if c.Finally != nil && c.Level != "info" {
		l.finallyOf(c, end)
	}
	if !c.ends(last) && len(end.events) == before && !c.hasEnd() {
		l.Warnings = append(l.Warnings, c.errorf(`let it go on with a sentinel, "data: END\n\n", or say how the case ends: close, watch, or finally: {state: ...}`,
			"%s: the last connection is held open, and no event of it is expected: nothing shows that the client is there", c.Name()))
	}
}

// thorough is spec.Oracle, which takes too long for the largest streams: these
// are decoded by spec.Decoder, which is held against it on others.
func thorough(stream []byte, lastEventID string) spec.Outcome {
	const large = 1 << 20
	if len(stream) > large {
		return decode(stream, lastEventID)
	}
	return spec.Oracle(stream, lastEventID)
}

// hasEnd says that the case waits for more than the last request.
func (c *Case) hasEnd() bool {
	f := c.Finally
	return c.Close != nil || c.Watch != "" || f != nil && (f.State != "" || f.Opens != nil || f.Disconnected)
}

// eventsOf demands that one of the answers is what the standard's own steps
// give; of a client that the case closes, the beginning of it.
func (l *LintReport) eventsOf(c *Case, end progress) {
	answers := c.Expect.Answers()
	right := slices.ContainsFunc(answers, func(a Answer) bool {
		want, given := specEvents(a.Events), end.events
		if c.Close != nil {
			given = given[:min(len(want), len(given))]
		}
		return slices.Equal(want, given)
	})
	if !right {
		l.Errors = append(l.Errors, c.errorf("", "%s: the standard's own steps give other events over these connections (- expected, + given):\n%s",
			c.Name(), bounded(cmp.Diff(specEvents(answers[0].Events), end.events))))
	}
}

// finallyOf holds what must be seen at the end against what the standard's own
// steps come to; a client that the case closes may come to less.
func (l *LintReport) finallyOf(c *Case, end progress) {
	wrong := func(what string, want, given any) {
		l.Errors = append(l.Errors, c.errorf("", "%s: finally has %s %v, and the standard's own steps come to %v", c.Name(), what, want, given))
	}
	count := func(what string, want *int, given int) {
		if want != nil && (*want > given || *want < given && c.Close == nil) {
			wrong(what, *want, given)
		}
	}
	if state := c.Finally.State; state != "" && c.Close == nil && state != end.state {
		wrong("the state", state, end.state)
	}
	count("opens", c.Finally.Opens, end.opens)
	if !end.refused {
		count("errors", c.Finally.Errors, end.errors)
	}
}

// connectionsSum identifies what a case does to a client and what it expects.
func connectionsSum(c *Case) [sha256.Size]byte {
	text, err := json.Marshal(struct {
		HTTP        string
		Certificate string
		Connect     *Connect
		Connections []Connection
		Close       *Close
		Watch       string
		Facts       map[string]string
		Library     string
		Expect      *Expect
		Finally     *Finally
	}{c.HTTP, c.Certificate, c.Connect, c.Connections, c.Close, c.Watch, c.Facts, c.Library, c.Expect, c.Finally})
	if err != nil { // no value of these types has no form in JSON
		panic(fmt.Sprintf("cases: %v", err))
	}
	return sha256.Sum256(text)
}
