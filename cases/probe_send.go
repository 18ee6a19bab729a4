package cases

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// maxSend bounds the bytes of one request: more than servers take of a head and of a
// small body.
const maxSend = 1 << 20

// validateSend says what is wrong with a request that is given as it goes on the wire.
func (s Step) validateSend() error {
	switch {
	case s.Connect == "" && s.Request == "":
		return errors.New("send goes with connect or request")
	case s.Method != "" || s.Header != nil || s.Without != nil || s.HTTP != "" || s.Via:
		return errors.New("send is the whole request as it goes on the wire; method, header, without, http and via have no part in it")
	case len(s.Send) == 0 || !s.Send[0].Writes():
		return errors.New(`send begins with a write, such as "GET {{target}} HTTP/1.1\r\nHost: {{host}}\r\n\r\n"`)
	case s.SendMethod() == "":
		return errors.New("send begins with the request's method and a blank, by which the response is read")
	}
	size, waits := 0, time.Duration(0)
	for i := range s.Send {
		item := &s.Send[i]
		if !item.Writes() && item.Pause == "" {
			return fmt.Errorf("send[%d]: a request is made of texts, {hex: ...}, {base64: ...}, {repeat: ..., times: ...}, lists of these, and {pause: 20ms}", i)
		}
		size += item.Size()
		waits += item.Wait()
	}
	if size > maxSend {
		return fmt.Errorf("send: %d bytes; a request has %d at most", size, maxSend)
	}
	if waits > MaxWait {
		return fmt.Errorf("send: pauses of %s; a request takes %s at most", waits, MaxWait)
	}
	return nil
}

// SendMethod is the method that a request of Send begins with: what stands before the
// first blank. It is empty where there is none.
func (s Step) SendMethod() string {
	var begin []byte
	for i := range s.Send {
		begin = s.Send[i].Append(begin)
		if method, _, found := strings.Cut(string(begin), " "); found {
			return method
		}
	}
	return ""
}

// texts are those of the texts of a request that may hold templates.
func (s Step) texts() (all []string) {
	for i := range s.Send {
		for _, piece := range s.Send[i].pieces() {
			if piece.Text != nil {
				all = append(all, *piece.Text)
			}
		}
	}
	return all
}

// ExpandItem is the bytes that an item writes, its templates replaced as [Expand] does.
func ExpandItem(item Item, value func(TemplateRef) (string, error)) ([]byte, error) {
	var all []byte
	for _, piece := range item.pieces() {
		if piece.Text == nil {
			all = piece.Append(all)
			continue
		}
		text, err := Expand(*piece.Text, value)
		if err != nil {
			return nil, err
		}
		all = append(all, text...)
	}
	return all, nil
}

// ownTemplate reads a template that stands for a part of the run's own request.
func ownTemplate(inner string) (own string, ok bool) {
	inner = strings.TrimSpace(inner)
	switch name, isField := strings.CutPrefix(inner, OwnField); {
	case inner == OwnTarget, inner == OwnHost, inner == OwnBody:
		return inner, true
	case isField && name != "":
		return inner, true
	}
	return "", false
}

// What TemplateRef.Own may be; OwnField is followed by the name of a header field.
const (
	OwnTarget = "target"
	OwnHost   = "host"
	OwnBody   = "body"
	OwnField  = "field."
)
