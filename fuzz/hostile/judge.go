package hostile

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// A symptom is a way in which a server deviates.
type symptom string

const (
	serverError symptom = "server-error" // 5xx
	noAnswer    symptom = "no-answer"    // nothing in time, or the connection closed
	malformed   symptom = "malformed"    // no HTTP, or against its rules
	badStream   symptom = "bad-stream"   // an event stream with faults that the ordinary one has not
	injection   symptom = "injection"    // a line of the response that a request has made
	reflection  symptom = "reflection"   // text of the request in the stream or header
	crosstalk   symptom = "crosstalk"    // text of the request in the stream of another
	disturbance symptom = "disturbance"  // of another's stream: cut, held up, changed
	gone        symptom = "gone"         // the server serves nobody any more
)

// A deviation is what one request, or several in a row, brought about.
type deviation struct {
	symptom symptom
	// class sets apart what is another fault under the same symptom.
	class string
	// what came, as the end of a sentence, with the plain request's lot.
	what string
}

// same tells whether two deviations may be of one fault.
func (d deviation) same(e deviation) bool { return d.symptom == e.symptom && d.class == e.class }

// An outcome is a request that was played, and what came.
type outcome struct {
	request Request
	draft   *draft
	number  int // of the request in the run; 0 where it was not made up
	play    int
	nonce   string
	// refused says why no connection could be opened; "" when one could.
	refused string
	// records are the responses, the one under way last.
	records []*transcript.Conn
}

func requestsOf(outcomes []*outcome) []Request {
	all := make([]Request, len(outcomes))
	for i, o := range outcomes {
		all[i] = o.request
	}
	return all
}

// judge lists what is wrong with the responses themselves.
func judge(o *outcome, base *baseline) []deviation {
	var all []deviation
	for i, c := range o.records {
		all = append(all, judgeOne(o, c, i, base)...)
	}
	return all
}

// judgeOne looks at one response; number counts those to pipelined requests.
func judgeOne(o *outcome, c *transcript.Conn, number int, base *baseline) []deviation {
	first := number == 0
	shown := reflections(o, c)
	if len(shown) > 0 && shown[0].symptom == injection {
		return shown // whatever else is wrong comes of it
	}
	switch {
	case c.End == transcript.EndBroken && (c.Answered() || c.Err != ""):
		return []deviation{{malformed, "broken", "answered with what is no HTTP: " + strings.TrimPrefix(cmp.Or(c.EndDetail, c.Err), "the response is no HTTP: ")}}
	case !c.Answered() && first && c.Request.At > 0 && o.draft.leave == "" && !o.draft.halfClose:
		return []deviation{unanswered(c, base)}
	case !c.Answered():
		return nil
	case c.Status >= 500 && !(first && allowed(o.draft, c.Status)):
		return []deviation{{serverError, "", fmt.Sprintf("answered %s, and an ordinary request %s", status(c.Status), status(base.status))}}
	}
	method := o.draft.method
	if !first {
		method = o.draft.behind[number-1]
	}
	if all := framing(o, c, method); len(all) > 0 {
		return all
	}
	return append(stream(o, c, base), shown...)
}

func status(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}

// allowed are statuses of the class 5xx that say no more than that a request is not
// supported: https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.2.
func allowed(d *draft, status int) bool {
	return status == http.StatusNotImplemented && d.method != http.MethodGet && d.method != http.MethodHead ||
		status == http.StatusHTTPVersionNotSupported && d.version != "1.1"
}

func unanswered(c *transcript.Conn, base *baseline) deviation {
	if c.Err != "" {
		return deviation{noAnswer, "", fmt.Sprintf("not answered: the server closed the connection (%s), and an ordinary request is answered %s",
			strings.TrimPrefix(c.Err, "no response: "), status(base.status))}
	}
	return deviation{noAnswer, "", fmt.Sprintf("not answered in the time given, in which an ordinary request is answered %s", status(base.status))}
}

// framing looks for what HTTP forbids whatever the request was.
func framing(o *outcome, c *transcript.Conn, method string) []deviation {
	breaks := func(class, format string, args ...any) []deviation {
		return []deviation{{malformed, class, fmt.Sprintf(format, args...)}}
	}
	none := method == http.MethodHead || c.Status == http.StatusNoContent || c.Status == http.StatusNotModified
	coding := c.Values("Transfer-Encoding")
	for _, f := range c.Header {
		if strings.IndexFunc(f.Name+f.Value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) >= 0 {
			return breaks("control", "answered with the header field %q, in which there is a control character", f.Name+": "+f.Value)
		}
	}
	switch {
	case none && c.BodyBytes > 0 && len(o.draft.behind) == 0:
		return breaks("content", "answered %s with content behind the head, where there must be none: %q", status(c.Status), clip(c.Body))
	case c.End == transcript.EndTruncated && o.draft.leave == "" && !o.draft.halfClose:
		return breaks("truncated", "answered %s, and the response breaks off: %s", status(c.Status), c.EndDetail)
	case len(coding) > 0 && o.draft.version == "1.0":
		return breaks("chunked-1.0", "a request of HTTP/1.0, answered with Transfer-Encoding: %s, which it cannot read", coding[0])
	case len(coding) > 0 && len(c.Values("Content-Length")) > 0:
		return breaks("two-lengths", "answered with both Content-Length and Transfer-Encoding")
	}
	return nil
}

// clip keeps what a server sent short in a message.
func clip(b []byte) []byte { return b[:min(len(b), 60)] }

// faults are the findings that make a stream bad; the others are legal.
var faults = []spec.FindingKind{spec.UnknownField, spec.NoColon, spec.FieldNameCase, spec.FieldNameBlanks, spec.IllFormedUTF8,
	spec.NULInID, spec.BadRetry, spec.RepeatedField, spec.EventWithoutData, spec.CutOffBlock}

// stream looks for the first fault that ordinary streams have not.
func stream(o *outcome, c *transcript.Conn, base *baseline) []deviation {
	if !isStream(c) {
		return nil
	}
	for _, f := range c.Findings {
		if base.kinds[f.Kind] || !slices.Contains(faults, f.Kind) {
			continue
		}
		if f.Kind == spec.CutOffBlock && (o.draft.leave != "" || o.draft.halfClose) {
			continue
		}
		class := ""
		if f.Kind == spec.IllFormedUTF8 {
			class = "utf8"
		}
		return []deviation{{badStream, class, fmt.Sprintf("answered with a stream that has a fault which no ordinary one has shown: %s", f)}}
	}
	return nil
}

func isStream(c *transcript.Conn) bool {
	return c.Status == http.StatusOK && c.MediaType() == "text/event-stream"
}
