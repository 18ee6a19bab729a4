package seeds

import (
	"bytes"
	"encoding/json"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec"
)

const hello = `{"op":"hello","protocol":1,"name":"a","version":"1","language":"go","roles":["parser"],"capabilities":["retry"],"profile":"browser","deviates":["parse.bom.strip"]}`

// answers are what an adapter that is right says of the streams of all cases, and some
// lines of other kinds.
func answers(c *cases.Corpus) ([]Seed, error) {
	all := []Seed{
		{[]byte(hello)},
		{[]byte(`{"stream":"p1","on":"failed","message":"no \ud83d"}`)},
		{[]byte(`{"stream":"e1","on":"encoded","wire":"ZGF0YTogYQoK"}`)},
		{[]byte(`{"stream":"c1","on":"error","message":"gone","reconnecting":true}`)},
		{[]byte(`{"on":"parsed"}`)}, {[]byte(`{"stream":5}`)}, {[]byte(`{"stream":"p1","text":5}`)},
		{[]byte("{\"stream\":\"\xFF\"}")}, {[]byte(`[]`)}, {[]byte(nil)},
	}
	for _, line := range rightAnswers(c) {
		all = append(all, Seed{line})
	}
	return all, nil
}

// lines are the output of an adapter: its hello, and answers in lines of their own; with
// the bound that a line has.
func lines(c *cases.Corpus) ([]Seed, error) {
	all := []Seed{
		{[]byte("a\n\nb"), uint16(3)}, {[]byte("\n"), uint16(0)}, {bytes.Repeat([]byte("x"), 100), uint16(99)},
		{[]byte("\r\n\r"), uint16(1)}, {[]byte(nil), uint16(9)},
	}
	output := []byte(hello + "\n")
	for _, line := range rightAnswers(c) {
		if len(output)+len(line) >= MaxSize {
			all = append(all, Seed{output, uint16(MaxSize)}, Seed{output[:len(output)-1], uint16(len(hello))})
			output = nil
		}
		output = append(append(output, line...), '\n')
	}
	return all, nil
}

// rightAnswers are the lines of an adapter that is right, up to [MaxSize].
func rightAnswers(c *cases.Corpus) [][]byte {
	var all [][]byte
	for _, stream := range bodies(c) {
		if line := rightAnswer(spec.Oracle(stream, "")); len(line) <= MaxSize {
			all = append(all, line)
		}
	}
	return all
}

func rightAnswer(o spec.Outcome) []byte {
	type event struct {
		Type        string `json:"event"`
		Data        string `json:"data"`
		LastEventID string `json:"lastEventId"`
	}
	answer := struct {
		Stream string  `json:"stream"`
		On     string  `json:"on"`
		Events []event `json:"events"`
		Retry  *int64  `json:"retry,omitempty"`
	}{Stream: "p1", On: "parsed", Events: []event{}}
	for _, e := range o.Events {
		answer.Events = append(answer.Events, event(e))
	}
	if n := len(o.Retries); n > 0 {
		answer.Retry = &o.Retries[n-1]
	}
	line, err := json.Marshal(answer)
	if err != nil { // of texts and numbers alone
		panic(err)
	}
	return line
}
