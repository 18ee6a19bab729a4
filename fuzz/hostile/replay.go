package hostile

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/server"
)

// The connections of a finding's case: the odd one, an ordinary one that was there before,
// and one that comes behind.
const (
	oddConn   = "odd"
	otherConn = "other"
	afterConn = "after"
)

// replay is the finding as a case, without its names; nil where no case can say it: several
// requests, pipelined ones, text of a request that comes back (its nonce is another each
// time), and streams that are held up or changed.
func (c *campaign) replay(d deviation, requests []Request) *cases.Case {
	if len(requests) != 1 || len(requests[0]) == 0 {
		return nil
	}
	draft, err := drafted(c.lab.guest, requests[0])
	if err != nil || len(draft.behind) > 0 {
		return nil
	}
	send := draft.items(c.lab.guest, c.lab.long())
	check := c.checks(d, draft)
	if send == nil || check == nil {
		return nil
	}
	played := &cases.Case{Needs: []string{"http-1"}, Check: check}
	do := func(steps ...cases.Step) { played.Probe = append(played.Probe, steps...) }
	if watched(d.symptom) && d.symptom != gone {
		do(cases.Step{Connect: otherConn}, await(otherConn, 1))
	}
	do(cases.Step{Connect: oddConn, Send: send})
	do(draft.leaving()...)
	switch d.symptom {
	case gone:
		do(cases.Step{Connect: afterConn}, await(afterConn, 1))
	case starved, badStream:
		do(await(oddConn, 1))
	case disturbance:
		do(cases.Step{Pause: "1s"}, await(otherConn, 2))
	case malformed:
		do(cases.Step{Pause: "500ms"}) // what should not be there comes behind the head
	}
	return played
}

func await(conn string, events int) cases.Step {
	return cases.Step{Await: &cases.Await{Conn: conn, Events: events}}
}

// leaving is how the connection is left, or what is waited for.
func (d *draft) leaving() (steps []cases.Step) {
	if d.halfClose {
		steps = append(steps, cases.Step{HalfClose: oddConn})
	}
	if d.leave != "request" {
		steps = append(steps, cases.Step{Await: &cases.Await{Conn: oddConn, Answer: true}})
	}
	switch d.leave {
	case "request", "head":
		steps = append(steps, cases.Step{Drop: &cases.Drop{Conn: oddConn, How: "reset"}})
	case "body":
		steps = append(steps, cases.Step{Drop: &cases.Drop{Conn: oddConn, How: "mid-event"}})
	}
	return steps
}

// checks are what a right server passes and one with the deviation does not.
func (c *campaign) checks(d deviation, draft *draft) []cases.Check {
	odd := cases.Check{That: oddConn}
	switch d.symptom {
	case serverError, noAnswer:
		odd.Status = answers(draft)
	case starved:
		odd.EventsAtLeast = 1
	case malformed:
		return malformedChecks(d.class, draft)
	case badStream:
		return c.streamChecks(d.class)
	case disturbance:
		if d.class != "cut" {
			return nil
		}
		return []cases.Check{{That: otherConn, StaysOpen: true}}
	case gone:
		return []cases.Check{{That: afterConn, StillServing: true}}
	default:
		return nil
	}
	return []cases.Check{odd}
}

// answers are the statuses that are an answer and no server error.
func answers(d *draft) []string {
	all := []string{"2xx", "3xx", "4xx"}
	for _, status := range []int{http.StatusNotImplemented, http.StatusHTTPVersionNotSupported} {
		if allowed(d, status) {
			all = append(all, strconv.Itoa(status))
		}
	}
	return all
}

func malformedChecks(class string, d *draft) []cases.Check {
	odd := cases.Check{That: oddConn}
	switch class {
	case "broken":
		odd.Status = answers(d)
	case "control":
		odd.CleanValues = true
	case "truncated":
		odd.EndsCleanly = true
	case "chunked-1.0":
		odd.NoHeader = []string{"Transfer-Encoding"}
	case "two-lengths":
		odd.OneFraming = true
	case "content 204":
		odd.NoContent204 = true
	default: // content where there is none
		odd.BodyEmpty = true
	}
	return []cases.Check{odd}
}

// streamChecks look for the faults that no ordinary stream has.
func (c *campaign) streamChecks(class string) []cases.Check {
	if class == "utf8" {
		return []cases.Check{{That: oddConn, UTF8: true}}
	}
	odd := cases.Check{That: oddConn}
	for _, kind := range faults {
		if !c.lab.base.kinds[kind] {
			odd.Framing = append(odd.Framing, string(kind))
		}
	}
	return []cases.Check{odd}
}

// items is the request as a case has it: what the run sends by itself stands in it as
// templates, so that no token comes into a file, and the case can be played at another
// address. Nil is one that cannot be written so.
func (d *draft) items(g *server.Guest, long time.Duration) []cases.Item {
	if d.slow > 0 {
		return d.slowItems(g, long)
	}
	var text pieces
	text.literal(d.method + " ")
	if !text.target(g, d.target) {
		return nil
	}
	text.literal(" HTTP/" + d.version + "\r\n")
	for _, l := range d.lines {
		text.literal(l.name + l.between)
		text.value(g, l)
		text.literal("\r\n")
	}
	text.literal("\r\n")
	switch body := string(d.body); {
	case body == "":
	case body == string(g.Body()):
		text.template(cases.OwnBody)
	default:
		text.literal(body)
	}
	return []cases.Item{{Pieces: text}}
}

// slowItems is a request of parts and pauses. The parts part what would be templates, so
// that it is written as it is; one with fields of the user's own is not.
func (d *draft) slowItems(g *server.Guest, long time.Duration) (all []cases.Item) {
	for _, f := range g.Fields() {
		if !slices.Contains([]string{"Accept", "Cache-Control", "User-Agent"}, f.Name) {
			return nil
		}
	}
	if g.URL().RawQuery != "" || len(d.body) > 0 {
		return nil
	}
	raw := d.raw(g, shownNonce, long)
	for i, part := range raw.Parts {
		if i > 0 {
			all = append(all, cases.Item{Pause: max(raw.Gap.Round(100*time.Microsecond), 100*time.Microsecond).String()})
		}
		var text pieces
		text.literal(string(part))
		all = append(all, cases.Item{Pieces: text})
	}
	return all
}

// pieces are those of a write.
type pieces []cases.Item

// literal adds text that holds no template, whatever it looks like.
func (p *pieces) literal(text string) {
	if text != "" {
		*p = append(*p, cases.Item{Bytes: []byte(strings.ReplaceAll(text, nonceWord, shownNonce))})
	}
}

func (p *pieces) template(name string) {
	text := "{{" + name + "}}"
	*p = append(*p, cases.Item{Text: &text})
}

// target adds a request target. One that does not begin with the run's own may hold a
// token all the same, where that has a query; it is not added then.
func (p *pieces) target(g *server.Guest, target string) bool {
	rest, own := strings.CutPrefix(target, g.URL().RequestURI())
	if own {
		p.template(cases.OwnTarget)
	}
	p.literal(rest)
	return own || g.URL().RawQuery == ""
}

// value adds that of a field, which may be the run's own.
func (p *pieces) value(g *server.Guest, l line) {
	if strings.EqualFold(l.name, "Host") && l.value == g.URL().Host {
		p.template(cases.OwnHost)
		return
	}
	for _, f := range g.Fields() {
		if strings.EqualFold(f.Name, l.name) && f.Value == l.value && l.value != "" {
			p.template(cases.OwnField + f.Name)
			return
		}
	}
	p.literal(l.value)
}
