package cases

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/ssecheck/ssecheck/spec"
)

// A Check is one named check on what one connection of a probe showed: That
// names the connection, and exactly one other field the check. The vocabulary
// is closed; each field's description is its documentation (CheckVocabulary).
type Check struct {
	That string `yaml:"that" json:"that" jsonschema_description:"The connection that is checked."`

	Status          []string     `yaml:"status,omitempty" json:"status,omitempty" jsonschema_description:"The response has one of these status codes; 4xx stands for a whole class."`
	ContentType     string       `yaml:"content-type,omitempty" json:"content-type,omitempty" jsonschema_description:"The response has this media type, compared without regard to case and parameters."`
	Charset         string       `yaml:"charset,omitempty" json:"charset,omitempty" jsonschema_description:"The charset parameter of the media type, where there is one, is this, compared without regard to case."`
	Header          *HeaderCheck `yaml:"header,omitempty" json:"header,omitempty" jsonschema_description:"The response has this header field and, where any-of is given, one of these members in it."`
	NoHeader        []string     `yaml:"no-header,omitempty" json:"no-header,omitempty" jsonschema_description:"The response has none of these header fields."`
	HeaderOnce      []string     `yaml:"header-once,omitempty" json:"header-once,omitempty" jsonschema_description:"Each of these header fields stands in the response at most once."`
	SameHeader      *SameHeader  `yaml:"same-header,omitempty" json:"same-header,omitempty" jsonschema_description:"These header fields have the values that they have on the other connection."`
	Lowercase       bool         `yaml:"lowercase-names,omitempty" json:"lowercase-names,omitempty" jsonschema_description:"Every header field's name is in lower case on the wire."`
	CleanValues     bool         `yaml:"clean-values,omitempty" json:"clean-values,omitempty" jsonschema_description:"No header field's value holds a control character, or has white space at its ends."`
	Varies          *Varies      `yaml:"varies,omitempty" json:"varies,omitempty" jsonschema_description:"Where the response differs from the other connection's in the named field or echoes the request's Origin, its Vary names what it was chosen by."`
	PreflightAllows *Preflight   `yaml:"preflight-allows,omitempty" json:"preflight-allows,omitempty" jsonschema_description:"Where the other connection's response lets another origin read it, this response to a preflight is a 2xx whose Access-Control-Allow-Headers lists the request header field, or *."`
	AllowLists      []string     `yaml:"allow-lists,omitempty" json:"allow-lists,omitempty" jsonschema_description:"If the status is 405, the response has an Allow field that lists these methods, where GET stands for the run's own; any other status passes, and so does a request that gets no answer."`
	OneFraming      bool         `yaml:"one-framing,omitempty" json:"one-framing,omitempty" jsonschema_description:"The response has no Content-Length beside a Transfer-Encoding, and chunked at most once."`
	SelfDelimit     bool         `yaml:"self-delimited,omitempty" json:"self-delimited,omitempty" jsonschema_description:"The end of the response can be told from a lost connection: it is chunked, or has a length, or is HTTP/2."`
	SaysClose       bool         `yaml:"says-close,omitempty" json:"says-close,omitempty" jsonschema_description:"A response that only the end of the connection ends says Connection: close."`
	Credentials     bool         `yaml:"cors-consistent,omitempty" json:"cors-consistent,omitempty" jsonschema_description:"The CORS fields, where there are any, are some that a browser can accept: one origin, and no * together with credentials."`
	CORSLike        string       `yaml:"cors-like,omitempty" json:"cors-like,omitempty" jsonschema_description:"If the status is an error, the fields that let another origin read the response are those of the other connection."`
	NoCredentials   bool         `yaml:"no-credentials-for-origin,omitempty" json:"no-credentials-for-origin,omitempty" jsonschema_description:"The origin that the request names is not let to read the response with the cookies of the user."`
	LengthAs        string       `yaml:"length-as,omitempty" json:"length-as,omitempty" jsonschema_description:"If the response has a Content-Length, the other connection's has the same one."`
	ErrorNoStream   bool         `yaml:"error-is-no-stream,omitempty" json:"error-is-no-stream,omitempty" jsonschema_description:"If the status is an error, the media type is not text/event-stream."`
	RefusedByStatus bool         `yaml:"refused-by-status,omitempty" json:"refused-by-status,omitempty" jsonschema_description:"A visitor who gets no stream is told so by 429 or 503 and an end, and not by a 200 that is over at once."`
	Decodable       bool         `yaml:"decodable,omitempty" json:"decodable,omitempty" jsonschema_description:"The body is what Content-Encoding says, and no coding was used that the request did not offer."`

	FirstByteWithin string     `yaml:"first-byte-within,omitempty" json:"first-byte-within,omitempty" jsonschema_description:"The head of the response is complete this long after the request at the latest."`
	HeadFirst       *HeadFirst `yaml:"head-first,omitempty" json:"head-first,omitempty" jsonschema_description:"The head does not wait for the first event: on this visit and the others it does not come together with an event that a witness got at the same time, nor just one period of the stream after the request."`
	EndsWithin      string     `yaml:"ends-within,omitempty" json:"ends-within,omitempty" jsonschema_description:"The response is over this long after the request at the latest; after a HEAD the server closes the connection, as it was asked to."`
	BodyEmpty       bool       `yaml:"body-empty,omitempty" json:"body-empty,omitempty" jsonschema_description:"Not one byte follows the head of the response."`
	NoContent204    bool       `yaml:"no-content-204,omitempty" json:"no-content-204,omitempty" jsonschema_description:"If the status is 204, the response has no content, no Content-Length and no Transfer-Encoding; any other status passes."`
	NoServerError   bool       `yaml:"no-server-error,omitempty" json:"no-server-error,omitempty" jsonschema_description:"The status is not 5xx; a connection that is closed without an answer passes, since the request may have been refused that way."`
	PingAcked       bool       `yaml:"ping-acknowledged,omitempty" json:"ping-acknowledged,omitempty" jsonschema_description:"Over HTTP/2 the server acknowledged the PING that was sent while the stream was open."`
	WithinWindow    bool       `yaml:"within-window,omitempty" json:"within-window,omitempty" jsonschema_description:"Over HTTP/2 the server sent no more bytes than the flow-control window took."`
	EndsCleanly     bool       `yaml:"ends-cleanly,omitempty" json:"ends-cleanly,omitempty" jsonschema_description:"If the server ended the response, it did so without a reset, and inside no chunk or promised length."`
	StaysOpen       bool       `yaml:"stays-open,omitempty" json:"stays-open,omitempty" jsonschema_description:"The server did not end the response while the probe went on."`

	EndMarkLast     bool   `yaml:"end-mark-is-last,omitempty" json:"end-mark-is-last,omitempty" jsonschema_description:"No event follows the one that says that the stream is complete: the data [DONE], or the JSON-RPC response to the request that the run sends."`
	EndsAfterMark   string `yaml:"ends-after-mark,omitempty" json:"ends-after-mark,omitempty" jsonschema_description:"The response is over this long after that event at the latest."`
	FinishesLike    string `yaml:"finishes-like,omitempty" json:"finishes-like,omitempty" jsonschema_description:"If the other connection ended with an event that says that the stream is complete, so does this one."`
	JSONRPCAnswered bool   `yaml:"json-rpc-answered,omitempty" json:"json-rpc-answered,omitempty" jsonschema_description:"Before the stream ends, the JSON-RPC request that the run sends is answered on it."`

	EventsAtLeast   int         `yaml:"events-at-least,omitempty" json:"events-at-least,omitempty" jsonschema_description:"This many events arrived, or more."`
	StillServing    bool        `yaml:"still-serving,omitempty" json:"still-serving,omitempty" jsonschema_description:"The response is an event stream with status 200, and events arrive on it if they did on the survey."`
	ServedOrStopped bool        `yaml:"served-or-stopped,omitempty" json:"served-or-stopped,omitempty" jsonschema_description:"The response is 204, or an event stream with status 200 on which events arrive if they did on the survey."`
	NeverEvent      *EventMatch `yaml:"never,omitempty" json:"never,omitempty" jsonschema_description:"Nothing was forged by a hostile request header: no event has this text as a line of its data, as its type or as its id, and the response has no header field of this name."`
	Framing         []string    `yaml:"framing,omitempty" json:"framing,omitempty" jsonschema_description:"The decoder has none of these findings in the stream, which are named as ssecheck watch names them."`
	UTF8            bool        `yaml:"utf-8,omitempty" json:"utf-8,omitempty" jsonschema_description:"The stream is well-formed UTF-8."`
	SendableIDs     bool        `yaml:"sendable-ids,omitempty" json:"sendable-ids,omitempty" jsonschema_description:"Every last event ID can be sent back as a header field's value: no control characters, and no white space at either end."`
	RetryBetween    []string    `yaml:"retry-between,omitempty" json:"retry-between,omitempty" jsonschema_description:"Every reconnection time lies between these two durations."`
	IDsUnique       bool        `yaml:"ids-unique,omitempty" json:"ids-unique,omitempty" jsonschema_description:"No two events have an id field with the same value."`
	IDsWithoutGap   bool        `yaml:"ids-without-gap,omitempty" json:"ids-without-gap,omitempty" jsonschema_description:"Of the survey: where ids are numbers that count the events (nine in ten are the next number), none is left out."`
	IDsForward      bool        `yaml:"ids-forward,omitempty" json:"ids-forward,omitempty" jsonschema_description:"Of the survey: where ids are numbers that count the events, none is lower than the one before."`
	Steady          bool        `yaml:"steady,omitempty" json:"steady,omitempty" jsonschema_description:"Of the survey: no wait for an event is much longer than those of the first second and the first sixteen were: three times as long as the longest of these, and a second more."`
	Spread          *Spread     `yaml:"spread,omitempty" json:"spread,omitempty" jsonschema_description:"Events arrive apart, as they are produced, and are not held back to come in bursts: no event comes much later than on the other connection, and none is cut in two by a silence."`
	WholeEvents     bool        `yaml:"whole-events,omitempty" json:"whole-events,omitempty" jsonschema_description:"An event comes whole: the stream does not fall silent inside its blocks, time after time."`
	BlocksEnd       bool        `yaml:"blocks-end,omitempty" json:"blocks-end,omitempty" jsonschema_description:"Where data fields come one after the other, blank lines come between them: some event is dispatched."`
	KeepsPace       string      `yaml:"keeps-pace,omitempty" json:"keeps-pace,omitempty" jsonschema_description:"The time without an event is never much longer than on the other connection: three times as long, and a second more."`
	KeepAliveWithin string      `yaml:"keep-alive-within,omitempty" json:"keep-alive-within,omitempty" jsonschema_description:"The stream is never silent for longer than this."`

	HeadLag      *Lag       `yaml:"head-lag,omitempty" json:"head-lag,omitempty" jsonschema_description:"The head of the response comes at most this much later after the request than on the other connection."`
	EventLag     *Lag       `yaml:"event-lag,omitempty" json:"event-lag,omitempty" jsonschema_description:"The events that both connections get come at most this much later than on the other one; one or two that come later are no fault."`
	SameStream   *Shared    `yaml:"same-stream,omitempty" json:"same-stream,omitempty" jsonschema_description:"The events are those of the other connection, told by id or content: none is lost, changed, added or repeated in between, and none comes out of order."`
	SameComments *Shared    `yaml:"same-comments,omitempty" json:"same-comments,omitempty" jsonschema_description:"The comments of the other connection come as comments, and as nothing else."`
	SameRetries  *Shared    `yaml:"same-retries,omitempty" json:"same-retries,omitempty" jsonschema_description:"The reconnection times of the other connection come."`
	OpenAsLong   string     `yaml:"open-as-long-as,omitempty" json:"open-as-long-as,omitempty" jsonschema_description:"The response does not end while the other connection's is still open."`
	KeepsCoding  string     `yaml:"keeps-coding,omitempty" json:"keeps-coding,omitempty" jsonschema_description:"Where the other connection's response says Cache-Control: no-transform, this one has the same Content-Encoding."`
	ReplaysLike  *Replay    `yaml:"replays-like,omitempty" json:"replays-like,omitempty" jsonschema_description:"The earlier events that the other connection got for its Last-Event-ID come here, too."`
	Fresh        *Freshness `yaml:"fresh,omitempty" json:"fresh,omitempty" jsonschema_description:"No event of an earlier connection comes again that the direct ones, opened at the same time, do not get."`

	Continues  string `yaml:"continues,omitempty" json:"continues,omitempty" jsonschema_description:"The events go on exactly where the other connection stood: those after its event number from (0 is the first), or after its last one without from; none is missing, and none comes twice. witness names a third connection that was open all along."`
	From       *int   `yaml:"from,omitempty" json:"from,omitempty" jsonschema_description:"With continues: the number of the event that the client had last."`
	Witness    string `yaml:"witness,omitempty" json:"witness,omitempty" jsonschema_description:"With continues: a connection that was open all along, and says what came meanwhile."`
	SameEvents string `yaml:"same-events,omitempty" json:"same-events,omitempty" jsonschema_description:"The events that this and the other connection have in common came in the same order."`
	NotRestart string `yaml:"ids-go-on,omitempty" json:"ids-go-on,omitempty" jsonschema_description:"The ids did not start anew: no id of the other connection is used again for another event."`

	CrowdServed      bool `yaml:"crowd-served,omitempty" json:"crowd-served,omitempty" jsonschema_description:"Every subscriber of the crowd got an answer with status 200."`
	CrowdSame        bool `yaml:"crowd-same-events,omitempty" json:"crowd-same-events,omitempty" jsonschema_description:"From the first event that it got, each subscriber of the crowd got what the one before them got: every event once and in the same order. Where the stream has ids, events without one are not counted."`
	CrowdFed         bool `yaml:"crowd-none-starved,omitempty" json:"crowd-none-starved,omitempty" jsonschema_description:"No subscriber of the crowd is left without the latest three events, or all of them, that the others have had for a second."`
	CrowdUndisturbed bool `yaml:"crowd-undisturbed,omitempty" json:"crowd-undisturbed,omitempty" jsonschema_description:"No subscriber of the crowd lost its stream, or waited for an event much longer than the survey ever did: three times as long, and two seconds more (three with ten thousand subscribers)."`
}

// A HeaderCheck is about one response header field.
type HeaderCheck struct {
	Name string `yaml:"name" json:"name"`
	// AnyOf are members of the field's comma-separated list, without their
	// arguments: Cache-Control: no-store, max-age=0 has no-store and max-age.
	AnyOf []string `yaml:"any-of,omitempty" json:"any-of,omitempty"`
	// When are the status codes with which the field is looked for; without, any.
	When []string `yaml:"when,omitempty" json:"when,omitempty"`
}

// A SameHeader compares header fields with another connection's. A field that
// the other connection lacks is not compared.
type SameHeader struct {
	As    string   `yaml:"as" json:"as"`
	Names []string `yaml:"names" json:"names"`
}

// Varies names the request header field by which the response was chosen.
type Varies struct {
	By string `yaml:"by" json:"by"`
	// From is a connection whose request differed in that field alone.
	From string `yaml:"from" json:"from"`
	// In is the response header field in which a choice shows.
	In string `yaml:"in" json:"in"`
}

// A HeadFirst names further visits, and a connection that was open all along.
type HeadFirst struct {
	And    []string `yaml:"and" json:"and"`
	Beside string   `yaml:"beside" json:"beside"`
}

// A Preflight names a request header field that a preflight asks for.
type Preflight struct {
	Field string `yaml:"field" json:"field"`
	// Where is a connection opened from another origin.
	Where string `yaml:"where" json:"where"`
}

// An EventMatch is a text that a hostile request header tried to forge.
type EventMatch struct {
	Data string `yaml:"data" json:"data"`
	// Header is the name of a header field that it tried to forge, too.
	Header string `yaml:"header,omitempty" json:"header,omitempty"`
}

// A Spread says beside which connection the arrival of events is judged.
type Spread struct {
	Beside string `yaml:"beside" json:"beside"`
}

// CheckDoc is one word of the vocabulary of checks.
type CheckDoc struct {
	Name string
	// Doc is one sentence: what must hold.
	Doc string
}

// parameters of a check that are no checks themselves.
var checkParameters = []string{"that", "from", "witness"}

// CheckVocabulary lists every check that a probe may name.
func CheckVocabulary() []CheckDoc {
	var docs []CheckDoc
	t := reflect.TypeFor[Check]()
	for i := range t.NumField() {
		name := yamlName(t.Field(i))
		if slices.Contains(checkParameters, name) {
			continue
		}
		docs = append(docs, CheckDoc{Name: name, Doc: t.Field(i).Tag.Get("jsonschema_description")})
	}
	return docs
}

// Name is the check's word in the vocabulary, or "" where the check names none
// or several.
func (c Check) Name() string {
	if names := c.names(); len(names) == 1 {
		return names[0]
	}
	return ""
}

func (c Check) names() []string {
	var names []string
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		name := yamlName(v.Type().Field(i))
		if !slices.Contains(checkParameters, name) && !v.Field(i).IsZero() {
			names = append(names, name)
		}
	}
	return names
}

func yamlName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}

// Refers lists the connections that the check names.
func (c Check) Refers() []string {
	refs := []string{c.That, c.CORSLike, c.LengthAs, c.FinishesLike, c.KeepsPace, c.Continues, c.Witness, c.SameEvents, c.NotRestart}
	if c.SameHeader != nil {
		refs = append(refs, c.SameHeader.As)
	}
	if c.Varies != nil {
		refs = append(refs, c.Varies.From)
	}
	if c.HeadFirst != nil {
		refs = append(append(refs, c.HeadFirst.Beside), c.HeadFirst.And...)
	}
	if c.PreflightAllows != nil {
		refs = append(refs, c.PreflightAllows.Where)
	}
	if c.Spread != nil {
		refs = append(refs, c.Spread.Beside)
	}
	refs = append(refs, c.hopRefs()...)
	return slices.DeleteFunc(refs, func(r string) bool { return r == "" })
}

// framingFindings are the words that the check framing takes.
var framingFindings = []string{
	string(spec.UnknownField), string(spec.NoColon), string(spec.FieldNameCase), string(spec.FieldNameBlanks),
	string(spec.MisplacedBOM), string(spec.NULInID), string(spec.BadRetry), string(spec.EmptyRetry),
	string(spec.RetryOutOfRange), string(spec.RepeatedField), string(spec.EventWithoutData), string(spec.CutOffBlock),
}

// Validate says what is wrong with the check, looked at alone.
func (c Check) Validate() error {
	names := c.names()
	switch {
	case c.That == "":
		return fmt.Errorf("a check says which connection it is about: that: NAME")
	case len(names) != 1:
		return fmt.Errorf("a check names one word of the vocabulary (ssecheck list --checks); this one names %s", orNothing(names))
	case (c.From != nil || c.Witness != "") && c.Continues == "":
		return fmt.Errorf("from and witness go with continues")
	case c.From != nil && *c.From < 0:
		return fmt.Errorf("from: %d; it is the number of an event, 0 being the first", *c.From)
	}
	for _, d := range []struct{ name, value string }{
		{"first-byte-within", c.FirstByteWithin}, {"ends-within", c.EndsWithin}, {"keep-alive-within", c.KeepAliveWithin},
		{"ends-after-mark", c.EndsAfterMark},
	} {
		if d.value != "" {
			return validDuration(d.name, d.value)
		}
	}
	if err := c.validateHop(); err != nil {
		return err
	}
	return c.validateLists()
}

func (c Check) validateLists() error {
	statuses := c.Status
	if c.Header != nil {
		statuses = append(slices.Clip(statuses), c.Header.When...)
	}
	for _, s := range statuses {
		if !validStatus(s) {
			return fmt.Errorf(`status: %q; a status is three digits, or a class such as "4xx"`, s)
		}
	}
	for _, f := range c.Framing {
		if !slices.Contains(framingFindings, f) {
			return fmt.Errorf("framing: %q is no finding; there are %s", f, strings.Join(framingFindings, ", "))
		}
	}
	if c.RetryBetween != nil {
		if len(c.RetryBetween) != 2 {
			return fmt.Errorf("retry-between takes two durations, such as [100ms, 1h]")
		}
		for _, d := range c.RetryBetween {
			if err := validDuration("retry-between", d); err != nil {
				return err
			}
		}
	}
	switch {
	case c.Header != nil && c.Header.Name == "":
		return fmt.Errorf("header: name is missing")
	case c.SameHeader != nil && (c.SameHeader.As == "" || len(c.SameHeader.Names) == 0):
		return fmt.Errorf("same-header takes as: CONN and names: [...]")
	case c.Varies != nil && (c.Varies.By == "" || c.Varies.From == "" || c.Varies.In == ""):
		return fmt.Errorf("varies takes by: REQUEST FIELD, from: CONN and in: RESPONSE FIELD")
	case c.HeadFirst != nil && (c.HeadFirst.Beside == "" || len(c.HeadFirst.And) == 0):
		return fmt.Errorf("head-first takes and: [CONN, ...] and beside: CONN")
	case c.PreflightAllows != nil && (c.PreflightAllows.Field == "" || c.PreflightAllows.Where == ""):
		return fmt.Errorf("preflight-allows takes field: REQUEST FIELD and where: CONN")
	case c.NeverEvent != nil && c.NeverEvent.Data == "":
		return fmt.Errorf("never takes data: TEXT")
	case c.Spread != nil && c.Spread.Beside == "":
		return fmt.Errorf("spread takes beside: CONN")
	}
	return nil
}

func validStatus(s string) bool {
	if class, ok := strings.CutSuffix(s, "xx"); ok {
		return len(class) == 1 && class >= "1" && class <= "5"
	}
	n, err := strconv.Atoi(s)
	return err == nil && len(s) == 3 && n >= 100 && n <= 599
}
