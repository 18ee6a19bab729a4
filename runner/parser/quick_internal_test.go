package parser

import (
	"reflect"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/adapter"
)

// plain are answers as serialisers write them, which are read the quick way.
var plain = []string{
	`{"stream":"p1","on":"parsed","events":[]}`,
	`{"stream":"p1","on":"parsed","events":[{"event":"message","data":"a\n\u00e9\"\\","lastEventId":""},{"id":"7","data":""}],"retry":1500,"comments":["","x"]}`,
	`{"on": "failed", "message": "no \ud83d\ude00 \udcff", "stream": "p2"}`,
	`{"stream":"p1","on":"parsed","events":[{"event":"m","dataBase64":"/w=="}],"retry":0}`,
	"{\"stream\":\"p1\",\"on\":\"parsed\",\"events\":[{\"data\":\"\u2028\U0001F600\"}]}",
}

// odd are answers that are left to encoding/json: some are right all the same.
var odd = []string{
	``, `{}`, `null`, `[]`, `{"stream":"p1"`, `{"stream":"p1"}x`, `{"stream":null}`, `{"stream":5}`, `{"Stream":"p1","on":"parsed"}`,
	`{"stream":"p1","stream":"p2"}`, `{"stream":"p1","more":{"a":[1]}}`, `{"on":"parsed"}`, "{\"stream\":\"p\x00\"}", "{\"stream\":\"\xff\"}",
	`{"stream":"\x"}`, `{"stream":"p1","retry":1.5}`, `{"stream":"p1","retry":-1}`, `{"stream":"p1","retry":1e3}`, `{"stream":"p1","retry":007}`,
	`{"stream":"p1","retry":}`, `{"stream":"p1","retry":9223372036854775808}`, "{\"stream\":\"p1\",\"retry\":\x005}", `{"stream":"p1",}`, `{,"stream":"p1"}`, `{"stream":"p1" "on":"parsed"}`,
	`{"stream":"p1","events":[{"data":"a","data":"b"}]}`, `{"stream":"p1","events":[null]}`, `{"stream":"p1","events":[{"data":null}]}`,
	`{"stream":"p1","events":[{"dataBase64":"","dataBase64":""}]}`, `{"stream":"p1","events":[{"data":"a"},]}`, `{"stream":"p1\`, `{"stream":"p1\"`,
	"{\"stream\":\"a\\n\nb\"}", "{\t\"stream\":\"p1\"}",
}

var _ = Describe("an adapter's answer", func() {
	It("is read the quick way where serialisers write it", func() {
		for _, line := range plain {
			_, ok := scanAnswer([]byte(line))
			Expect(ok).To(BeTrue(), line)
		}
	})

	It("is left to encoding/json where it is odd", func() {
		for _, line := range odd {
			_, ok := scanAnswer([]byte(line))
			Expect(ok).To(BeFalse(), line)
		}
	})

	It("is the same either way", func() {
		for _, line := range plain {
			Expect(differs([]byte(line))).To(BeEmpty())
		}
	})
})

// differs says in what the quick way reads a line otherwise than encoding/json.
func differs(line []byte) string {
	quick, ok := scanAnswer(line)
	if !ok {
		return ""
	}
	stream, slow, err := adapter.ReadAs[answer](line)
	switch {
	case err != nil:
		return "encoding/json: " + err.Error()
	case *stream != *quick.Stream:
		return *quick.Stream + " for " + *stream
	case !reflect.DeepEqual(slow.(*answer), quick):
		return "another answer"
	}
	return ""
}

// FuzzAnswer: what the quick way reads, encoding/json reads as well, and the same.
func FuzzAnswer(f *testing.F) {
	for _, line := range append(plain, odd...) {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if d := differs(line); d != "" {
			t.Fatalf("%q: %s", line, d)
		}
	})
}
