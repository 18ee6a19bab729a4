package hostile

import (
	"cmp"
	"strings"

	"github.com/ssecheck/ssecheck/spec/requirements"
)

// ruleOf is the requirement that a deviation breaks, by what is odd about the smallest
// request that shows it: a rule of its own where there is one.
func ruleOf(d deviation, r Request, c *requirements.Catalogue) requirements.Requirement {
	id := general(d)
	if own := particular(d, r); own != "" {
		id = own
	}
	rule, _ := c.Get(id)
	return rule
}

// general is the rule for a symptom whatever the request was.
func general(d deviation) string {
	switch d.symptom {
	case serverError:
		return "serve.robust.status"
	case noAnswer:
		return "serve.robust.answer"
	case malformed, badStream:
		return cmp.Or(forms[d.class], "serve.robust.well-formed")
	case injection:
		return "secure.server.no-injection"
	case reflection:
		return "secure.server.reflection"
	case crosstalk:
		return "secure.server.crosstalk"
	case disturbance:
		return "serve.robust.others"
	}
	return "serve.robust.survives"
}

// forms are the rules about the form of a response that are broken by a class of their
// own.
var forms = map[string]string{
	"truncated": "serve.end.complete", "chunked-1.0": "serve.chunked.once", "two-lengths": "serve.length.or-chunked",
	"control": "serve.fields.values", "utf8": "format.utf8",
}

// particular is the rule about the one oddity of a request, "" where there is none.
func particular(d deviation, r Request) string {
	if len(r) != 1 {
		return ""
	}
	o := r[0]
	switch d.symptom {
	case serverError, noAnswer:
		return served(o, d.symptom)
	case malformed:
		if d.class == "content" && o.Kind == "method" {
			return "serve.head.no-content"
		}
	case injection:
		if o.Kind == "last-event-id" {
			return "secure.server.last-event-id"
		}
	case disturbance:
		if o.Kind == "leave" {
			return "serve.emit.others"
		}
	}
	return ""
}

// served is the rule about a request that should be served.
func served(o Oddity, s symptom) string {
	switch o.Kind {
	case "last-event-id":
		return idRule(o.Value)
	case "without":
		if o.Value == "Accept" {
			return "serve.accept.absent"
		}
	case "method":
		switch {
		case o.Value != "HEAD":
			return "serve.method.others-end"
		case s == noAnswer:
			return "serve.head.ends"
		}
		return "serve.method.get-head"
	case "version":
		return "serve.http10"
	}
	return ""
}

// idRule is the rule about a last event ID of such a value.
func idRule(id string) string {
	switch {
	case id == "":
		return "serve.resume.empty-id"
	case len(id) > 1<<10:
		return "serve.resume.long-id"
	case strings.IndexFunc(id, func(r rune) bool { return r > '~' }) >= 0:
		return "serve.resume.non-ascii-id"
	}
	return "serve.resume.unknown-id"
}
