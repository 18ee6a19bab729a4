package cases

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A meaning is what a response means to a client that keeps to the standard
// (#dom-eventsource, the steps to process a response).
type meaning int

const (
	interpreted meaning = iota // its body is an event stream
	redirected                 // the client asks anew, elsewhere
	failed                     // the client fails the connection, for good
	lost                       // a network error: the client reconnects
)

// A reception is a response as a client receives it.
type reception struct {
	meaning meaning
	raw     string   // the head as it is sent, where the case writes it out
	allowed []string // the values of Access-Control-Allow-Origin
	trusted []string // the values of Access-Control-Allow-Credentials
	limit   int      // how many bytes of the writes are the body; -1: all
}

// receive reads the head of the response.
func (c *Connection) receive() reception {
	if c.Respond == nil {
		return reception{limit: -1}
	}
	r := c.Respond
	if r.Raw != "" {
		return receiveRaw(r.Raw, c.written())
	}
	rec := reception{limit: -1, meaning: means(r.status(), r.values("Content-Type"), r.values("Location")),
		allowed: r.values(allowOrigin), trusted: r.values(allowCredentials)}
	if r.Body == BodyLength && r.Length != nil {
		rec.limit = *r.Length
	}
	if rec.meaning == interpreted && r.Encoding == "" && foreignCoding(r.values("Content-Encoding")) {
		rec.meaning = lost // what is plain text cannot be decoded
	}
	return rec
}

func foreignCoding(codings []string) bool {
	return slices.ContainsFunc(codings, func(coding string) bool {
		return coding != "" && !strings.EqualFold(coding, "identity")
	})
}

// receiveRaw reads a head that is written out; its end may stand in the stream.
func receiveRaw(head string, stream []byte) reception {
	response, err := readRaw(head, stream)
	if err != nil {
		return reception{raw: head, meaning: lost}
	}
	header := response.Header
	return reception{raw: head, meaning: means(response.StatusCode, header.Values("Content-Type"), header.Values("Location")),
		limit: -1, allowed: header.Values(allowOrigin), trusted: header.Values(allowCredentials)}
}

// The fields of the CORS protocol that responses to EventSource can have.
const (
	allowOrigin      = "Access-Control-Allow-Origin"
	allowCredentials = "Access-Control-Allow-Credentials"
)

// shared says that a page on another origin may have the response
// (https://fetch.spec.whatwg.org/#concept-cors-check). {{page}} is the request's
// own Origin.
func (r *reception) shared(withCredentials bool) bool {
	if len(r.allowed) != 1 {
		return false
	}
	if !withCredentials {
		return r.allowed[0] == "*" || r.allowed[0] == "{{page}}"
	}
	return r.allowed[0] == "{{page}}" && slices.Equal(r.trusted, []string{"true"})
}

// readRaw reads a response that is written out, behind 1xx ones.
func readRaw(head string, body []byte) (*http.Response, error) {
	r := bufio.NewReader(io.MultiReader(strings.NewReader(head), bytes.NewReader(body)))
	for {
		response, err := http.ReadResponse(r, nil)
		if err != nil || response.StatusCode/100 != 1 || response.StatusCode == http.StatusSwitchingProtocols {
			return response, err
		}
	}
}

// body is what of the writes so far is the response's body, and whether it is
// over without an end of the connection.
func (r *reception) body(written []byte) (body []byte, over bool) {
	switch {
	case r.raw != "":
		response, err := readRaw(r.raw, written)
		if err != nil { // not a whole head so far
			return nil, false
		}
		body, err = io.ReadAll(response.Body)
		framed := response.ContentLength >= 0 || len(response.TransferEncoding) > 0
		return body, framed && err == nil
	case r.limit >= 0 && r.limit <= len(written):
		return written[:r.limit], true
	}
	return written, false
}

// means says what a status and the fields that matter mean.
func means(status int, contentType, location []string) meaning {
	if isRedirect(status) && len(location) > 0 {
		if !fetchable(location[0]) {
			return lost
		}
		return redirected
	}
	if status != http.StatusOK || essence(contentType) != eventStream {
		return failed
	}
	return interpreted
}

// fetchable says that a redirect can be followed: to a URL of HTTP
// (https://fetch.spec.whatwg.org/#concept-http-redirect-fetch).
func fetchable(location string) bool {
	u, err := url.Parse(placeholder.ReplaceAllStringFunc(location, func(match string) string {
		switch match {
		case "{{path}}":
			return "/c/1"
		case "{{id}}":
			return "1"
		}
		return "http://here.example/c/1"
	}))
	return err == nil && (u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https")
}

func isRedirect(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

// hasNoBody says that responses of that status end with their head (RFC 9110,
// section 6.4.1). 205 has a body, which is empty.
func hasNoBody(status int) bool { return status == 204 || status == 304 }

// malformedOnHTTP2 says that the head has a field that HTTP/2 does not allow: one
// with capitals in its name, or of the connection (RFC 9113, sections 8.2.1 and
// 8.2.2).
func (r *Respond) malformedOnHTTP2() bool {
	return r != nil && slices.ContainsFunc(r.Header, func(line HeaderLine) bool {
		lower := strings.ToLower(line.Name)
		if line.Name != lower {
			return !line.Absent
		}
		switch lower {
		case "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade":
			return !line.Absent
		}
		return false
	})
}

// status is the status code, the default too.
func (r *Respond) status() int {
	if r.Status == 0 {
		return http.StatusOK
	}
	return r.Status
}

// values are the values of a field, the default too.
func (r *Respond) values(name string) []string {
	var values []string
	named := false
	for _, line := range r.Header {
		if strings.EqualFold(line.Name, name) {
			named = true
			if !line.Absent {
				values = append(values, line.Value)
			}
		}
	}
	if !named && strings.EqualFold(name, "Content-Type") {
		return []string{eventStream}
	}
	return values
}
