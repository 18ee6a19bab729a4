package service

import (
	"testing"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// FuzzCallback: the body of a callback is one of the three kinds of observation, or wrong
// with a reason.
func FuzzCallback(f *testing.F) {
	for _, body := range []string{
		`{"kind":"event","event":{"type":"login","data":"a\udcff","id":"1"}}`, `{"kind":"event","event":{"dataBase64":"/w=="}}`, `{"kind":"event","event":{"dataBase64":"*"}}`,
		`{"kind":"event"}`, `{"kind":"event","event":null}`, `{"kind":"event","event":{"type":null,"data":null,"id":null}}`,
		`{"kind":"comment","comment":"hi"}`, `{"kind":"error","error":"gone"}`, `{"kind":"error","error":{"code":5}}`, `{"kind":"error"}`, `{}`, ``, ` `, `null`, `[]`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		o, err := observation(body)
		if err != nil {
			return
		}
		switch {
		case o.Kind == transcript.SawEvent && o.Event.Type != "":
		case o.Kind == transcript.SawComment, o.Kind == transcript.SawError:
		default:
			t.Fatalf("%q is understood as %+v", body, o)
		}
	})
}
