package mutants

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/spec"
)

// lastEventIDFaults: which ID is sent back, and when.
func lastEventIDFaults() []clientFault {
	return []clientFault{
		{"never-sends-the-id", "connect.reestablish.last-event-id", "sends no Last-Event-ID",
			ids(func(string) (string, bool) { return "", false })},
		{"sends-the-first-id", "connect.reestablish.last-event-id", "sends the first ID that it has met", sendFirst},
		{"sends-the-id-of-the-first-connection", "connect.reestablish.last-event-id", "sends each time what it sent at its first return", sendSame},
		{"sends-the-id-before-the-last", "connect.reestablish.last-event-id", "sends the ID before the last", sendBefore},
		{"sends-the-id-in-the-url", "connect.reestablish.last-event-id", "sends the ID as a parameter of the URL", sendInURL},
		{"sends-each-id-once", "connect.reestablish.id-survives", "sends an ID that it has sent no second time", sendOnce},
		{"id-lost-with-the-connection", "connect.reestablish.id-survives", "begins each connection without an ID", func(r *refclient.Rules) {
			interpret := r.Interpret
			r.Interpret = func(m *refclient.Machine, body io.Reader) error { m.LastEventID = ""; return interpret(m, body) }
		}},
		{"id-lost-with-the-first-blank-line", "connect.reestablish.id-survives", "empties the ID at the first blank line of a connection that sets none",
			func(r *refclient.Rules) {
				r.Interpret = func(m *refclient.Machine, body io.Reader) error {
					p := newParser(m, func(*rules) {})
					p.idBuffer = ""
					err := p.run(body)
					m.LastEventID = p.lastEventID
					return err
				}
			}},
		{"id-lost-when-it-breaks-off", "connect.reestablish.id-survives", "forgets the ID when a stream breaks off", func(r *refclient.Rules) {
			lost := r.Lost
			r.Lost = func(m *refclient.Machine, err error) {
				if !errors.Is(err, refclient.ErrEnded) {
					m.LastEventID = ""
				}
				lost(m, err)
			}
		}},
		{"id-lost-without-a-response", "connect.reestablish.last-event-id", "forgets the ID when there was no response", func(r *refclient.Rules) {
			c := follow(r)
			lost := r.Lost
			r.Lost = func(m *refclient.Machine, err error) {
				if !c.open {
					m.LastEventID = ""
				}
				lost(m, err)
			}
		}},
		{"id-of-an-event-alone", "parse.dispatch.commit-id", "sends the ID of the last event, and knows of no other", idOfLastEvent},
		{"empty-id-sent", "connect.reestablish.no-empty-id", "sends an empty Last-Event-ID",
			ids(func(id string) (string, bool) { return id, true })},
		{"old-id-sent", "connect.reestablish.no-empty-id", "goes on sending an ID that was reset", sendOld},
		{"id-at-its-field", "connect.reestablish.only-dispatched-id", "sends an ID as soon as its field was read",
			parsing(func(r *rules) {
				r.id = func(m *machine, v string) { setID(m, v); m.lastEventID = m.idBuffer }
			})},
		{"id-of-the-block-cut-off", "connect.reestablish.only-dispatched-id", "sends the ID of the block that the end has cut off",
			parsing(func(r *rules) { r.streamEnds = func(m *machine) { m.lastEventID = m.idBuffer } })},
		{"id-of-half-a-line", "connect.reestablish.only-dispatched-id", "sends the ID in a line that the end has cut off",
			parsing(func(r *rules) {
				r.streamEnds = func(m *machine) { m.processLine(); m.lastEventID = m.idBuffer }
			})},
		{"id-of-the-block-broken-off", "connect.reestablish.only-dispatched-id", "sends the ID of the block in which a stream has broken off", idWhenBroken},
	}
}

// idValueFaults: how the ID is written.
func idValueFaults() []clientFault {
	edited := func(edit func(string) string) func(*refclient.Rules) {
		return ids(func(id string) (string, bool) { return refclient.Sound().IDField(edit(id)) })
	}
	return []clientFault{
		{"id-in-latin-1", "connect.last-event-id.encode", "sends the ID in Latin-1", edited(toLatin1)},
		{"id-percent-encoded", "connect.last-event-id.encode", "percent-encodes what is not ASCII in the ID", edited(percentEncode)},
		{"id-without-foreign-letters", "connect.last-event-id.encode", "drops what is not ASCII from the ID", edited(asciiOnly)},
		{"foreign-id-not-sent", "connect.last-event-id.encode", "sends no ID that is not ASCII",
			ids(func(id string) (string, bool) { return refclient.Sound().IDField(ifASCII(id)) })},
		{"foreign-id-is-fatal", "connect.last-event-id.encode", "fails for good when the ID is not ASCII", fatalID},
		{"id-encoded-twice", "connect.last-event-id.encode", "takes the UTF-8 of the ID for Latin-1 and encodes it again", edited(func(id string) string {
			runes := make([]rune, len(id))
			for i := range len(id) {
				runes[i] = rune(id[i])
			}
			return string(runes)
		})},
		{"id-cut-at-255", "connect.last-event-id.value-space", "sends 255 bytes of the ID",
			edited(func(id string) string { return id[:min(len(id), 255)] })},
		{"id-as-a-number", "connect.last-event-id.value-space", "reads the ID as a number and writes it its own way", edited(anew)},
		{"id-nought-not-sent", "connect.last-event-id.value-space", "takes the ID 0 for none", edited(func(id string) string {
			if id == "0" {
				return ""
			}
			return id
		})},
		{"id-quoted", "connect.last-event-id.value-space", "puts quotes around the ID",
			edited(func(id string) string { return fmt.Sprintf("%q", id) })},
		{"id-up-to-a-comma", "connect.last-event-id.value-space", "sends the ID up to a comma",
			edited(func(id string) string { id, _, _ = strings.Cut(id, ","); return id })},
		{"id-up-to-a-semicolon", "connect.last-event-id.value-space", "sends the ID up to a colon or semicolon",
			edited(func(id string) string {
				if i := strings.IndexAny(id, ";:"); i >= 0 {
					id = id[:i]
				}
				return id
			})},
		{"id-percent-decoded", "connect.last-event-id.value-space", "decodes percent signs in the ID", edited(func(id string) string {
			if decoded, err := url.PathUnescape(id); err == nil {
				return decoded
			}
			return id
		})},
		{"id-with-single-blanks", "connect.last-event-id.value-space", "puts one space for all white space in the ID",
			edited(func(id string) string { return strings.Join(strings.Fields(id), " ") })},
		{"id-without-backslashes", "connect.last-event-id.value-space", "drops backslashes from the ID",
			edited(func(id string) string { return strings.ReplaceAll(id, `\`, "") })},
		{"id-that-breaks-requests", "secure.client.last-event-id", "cannot make a request with an ID that no header can carry",
			ids(func(id string) (string, bool) { return id, id != "" })},
		{"id-that-is-fatal", "secure.client.last-event-id", "fails for good with an ID that no header can carry", func(r *refclient.Rules) {
			failOn(r, func(id string) bool {
				value, ok := refclient.Sound().IDField(id)
				return id != "" && !ok || value != id
			})
		}},
		{"unsendable-id-encoded", "connect.last-event-id.not-representable", "percent-encodes an ID that no header can carry", edited(func(id string) string {
			if value, _ := refclient.Sound().IDField(id); value == id {
				return id
			}
			return url.PathEscape(id)
		})},
		{"id-with-nul-sent", "connect.last-event-id.header-value", "takes an ID with a NUL, and sends it", func(r *refclient.Rules) {
			parsing(func(r *rules) { r.id = func(m *machine, v string) { m.idBuffer = v } })(r)
			smuggle(r, func(id string) string { return id })
		}},
		{"id-forges-a-field", "secure.client.last-event-id", "sends the low bytes of the ID's characters, be they CR and LF", forge},
	}
}

// ids changes the value of Last-Event-ID.
func ids(value func(id string) (string, bool)) func(*refclient.Rules) {
	return func(r *refclient.Rules) { r.IDField = value }
}

func sendFirst(r *refclient.Rules) {
	first := ""
	dispatch := r.Dispatch
	r.Dispatch = func(m *refclient.Machine, e spec.Event) {
		if first == "" {
			first = e.LastEventID
		}
		dispatch(m, e)
	}
	ids(func(string) (string, bool) { return refclient.Sound().IDField(first) })(r)
}

func sendSame(r *refclient.Rules) {
	sent, fixed := "", false
	onFields(func(m *refclient.Machine, h http.Header) {
		if m.Attempt == 1 {
			return
		}
		if !fixed {
			sent, fixed = h.Get("Last-Event-ID"), true
		}
		h.Del("Last-Event-ID")
		if sent != "" {
			h.Set("Last-Event-ID", sent)
		}
	})(r)
}

func sendBefore(r *refclient.Rules) {
	last, before := "", ""
	dispatch := r.Dispatch
	r.Dispatch = func(m *refclient.Machine, e spec.Event) {
		if e.LastEventID != last {
			last, before = e.LastEventID, last
		}
		dispatch(m, e)
	}
	ids(func(string) (string, bool) { return refclient.Sound().IDField(before) })(r)
}

func sendInURL(r *refclient.Rules) {
	onBuild(func(_ *refclient.Machine, request *http.Request) {
		if id := request.Header.Get("Last-Event-ID"); id != "" {
			request.Header.Del("Last-Event-ID")
			request.URL.RawQuery = url.Values{"lastEventId": {id}}.Encode()
		}
	})(r)
}

func sendOnce(r *refclient.Rules) {
	sent := ""
	ids(func(id string) (string, bool) {
		again := id == sent
		sent = id
		if again {
			return "", false
		}
		return refclient.Sound().IDField(id)
	})(r)
}

func sendOld(r *refclient.Rules) {
	last := ""
	ids(func(id string) (string, bool) {
		if id != "" {
			last = id
		}
		return refclient.Sound().IDField(last)
	})(r)
}

func idOfLastEvent(r *refclient.Rules) {
	last := ""
	dispatch := r.Dispatch
	r.Dispatch = func(m *refclient.Machine, e spec.Event) { last = e.LastEventID; dispatch(m, e) }
	ids(func(string) (string, bool) { return refclient.Sound().IDField(last) })(r)
}

func idWhenBroken(r *refclient.Rules) {
	r.Interpret = func(m *refclient.Machine, body io.Reader) error {
		p := newParser(m, func(*rules) {})
		err := p.run(body)
		if m.LastEventID = p.lastEventID; err != nil {
			m.LastEventID = p.idBuffer
		}
		return err
	}
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c > 0x7F }) < 0
}

func ifASCII(s string) string {
	if isASCII(s) {
		return s
	}
	return ""
}

func asciiOnly(s string) string {
	return strings.Map(func(c rune) rune {
		if c > 0x7F {
			return -1
		}
		return c
	}, s)
}

// toLatin1 puts a question mark for what Latin-1 does not have.
func toLatin1(s string) string {
	var b []byte
	for _, c := range s {
		if c > 0xFF {
			c = '?'
		}
		b = append(b, byte(c))
	}
	return string(b)
}

func percentEncode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] > 0x7F {
			fmt.Fprintf(&b, "%%%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func fatalID(r *refclient.Rules) { failOn(r, func(id string) bool { return !isASCII(id) }) }

// failOn fails for good before a request with such an ID.
func failOn(r *refclient.Rules, bad func(id string) bool) {
	build := r.Build
	r.Build = func(ctx context.Context, m *refclient.Machine) (*http.Request, error) {
		if bad(m.LastEventID) {
			return nil, &refclient.FailError{Reason: errRefused}
		}
		return build(ctx, m)
	}
}

// forge sends the low byte of each character.
func forge(r *refclient.Rules) {
	smuggle(r, func(id string) string {
		var b []byte
		for _, c := range id {
			b = append(b, byte(c))
		}
		return string(b)
	})
}

// smuggle writes the ID as it should not be: what no header may hold travels as
// bytes that are in no UTF-8, and is put right below HTTP.
func smuggle(r *refclient.Rules, edit func(id string) string) {
	inside := strings.NewReplacer("\x00", "\xFC", "\n", "\xFE", "\r", "\xFF")
	outside := strings.NewReplacer("\xFC", "\x00", "\xFE", "\n", "\xFF", "\r")
	ids(func(id string) (string, bool) { return refclient.Sound().IDField(inside.Replace(edit(id))) })(r)
	r.Conn = func(c net.Conn) net.Conn {
		return &writeConn{c, func(b []byte) []byte { return []byte(outside.Replace(string(b))) }}
	}
}

// A writeConn changes what is written.
type writeConn struct {
	net.Conn
	change func([]byte) []byte
}

func (c *writeConn) Write(p []byte) (int, error) {
	if _, err := c.Conn.Write(c.change(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}
