package command_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ssecheck/ssecheck/runner/process/fixture"
)

func TestMain(m *testing.M) { fixture.Main(m, fixtures) }

// commandLine is the command line of a fixture.
func commandLine(name string, args ...string) string { return fixture.Command(name, args...) }

const hello = `{"op":"hello","protocol":1,"name":"fixture","version":"1","language":"go","roles":["client"],"capabilities":["open","errors"],"profile":"browser"}`

type request struct {
	Op, Stream, URL string
	Retry           int64
}

// trigger in a URL makes a misbehaving fixture misbehave, so that the other
// streams show that they are not harmed.
const trigger = "trigger"

// serve answers the hello with first, and each other request with the lines of
// answer.
func serve(first string, answer func(request) string) {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var r request
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			panic(err)
		}
		if r.Op == "hello" {
			fmt.Println(first)
		} else if text := answer(r); text != "" {
			fmt.Println(text)
		}
	}
}

// said is a message about the stream.
func said(r request, rest string) string { return fmt.Sprintf(`{"stream":%q,%s}`, r.Stream, rest) }

// right reports one open and one event, and confirms closing. It asks nobody.
func right(r request) string {
	if r.Op == "close" {
		return said(r, `"on":"closed"`)
	}
	return said(r, `"on":"open","facts":{"open.bubbles":"false"}`) + "\n" +
		said(r, `"on":"event","event":"login","data":"a\udcff","lastEventId":"1"`)
}

// on misbehaves when it is asked to connect to a URL with the trigger.
func on(mischief func(request)) func() {
	return func() {
		serve(hello, func(r request) string {
			if strings.Contains(r.URL, trigger) {
				mischief(r)
				return ""
			}
			return right(r)
		})
	}
}

// fixtures is every behaviour by name.
var fixtures = map[string]func(){
	"good": func() { serve(hello, right) },
	"all-kinds": func() {
		serve(hello, func(r request) string {
			if r.Op == "close" {
				return said(r, `"on":"event","data":"late"`) + "\n" + said(r, `"on":"closed"`) + "\n" + said(r, `"on":"event","data":"too late"`)
			}
			return strings.Join([]string{
				said(r, `"on":"comment","comment":" hi"`),
				said(r, `"on":"event","dataBase64":"/w==","id":"7"`),
				said(r, `"on":"event","data":"b"`),
				said(r, `"on":"error","message":"oops","reconnecting":true`),
				said(r, `"on":"error"`),
			}, "\n")
		})
	},
	"no-hello":      func() { fmt.Println("Server listening") },
	"other-role":    func() { serve(strings.Replace(hello, `"client"`, `"parser"`, 1), right) },
	"silent-start":  func() { time.Sleep(time.Hour) },
	"at-once":       func() { fmt.Fprintln(os.Stderr, "cannot find module 'sse'"); os.Exit(1) },
	"never-closes":  func() { serve(hello, func(r request) string { return "" }) },
	"crashes":       on(func(request) { fmt.Fprintln(os.Stderr, "panic: index out of range"); os.Exit(2) }),
	"garbage":       on(func(request) { fmt.Println("Segmentation fault") }),
	"other-stream":  on(func(request) { fmt.Println(`{"stream":"c999","on":"event","data":"x"}`) }),
	"no-stream":     on(func(request) { fmt.Println(`{"on":"event","data":"x"}`) }),
	"no-data":       on(func(r request) { fmt.Println(said(r, `"on":"event"`)) }),
	"bad-base64":    on(func(r request) { fmt.Println(said(r, `"on":"event","dataBase64":"*"`)) }),
	"wrong-on":      on(func(r request) { fmt.Println(said(r, `"on":"parsed"`)) }),
	"no-utf8":       on(func(r request) { fmt.Println(said(r, "\"on\":\"event\",\"data\":\"\xff\"")) }),
	"half-a-line":   on(func(r request) { fmt.Print(right(r)[:10]); os.Exit(0) }),
	"closes-stdout": on(func(request) { os.Stdout.Close(); time.Sleep(time.Hour) }),
	"endless-line": on(func(request) {
		for range 1 << 12 {
			fmt.Print(strings.Repeat("x", 1<<10))
		}
		time.Sleep(time.Hour)
	}),

	"program": func() {
		fmt.Println(`{"event":"message","data":"` + os.Args[1] + `","lastEventId":""}`)
		time.Sleep(time.Hour)
	},
	"program-ends":    func() { fmt.Println(`{"data":"a"}`); os.Exit(3) },
	"program-prints":  func() { fmt.Println("Connected!"); time.Sleep(time.Hour) },
	"program-crashes": func() { p, _ := os.FindProcess(os.Getpid()); _ = p.Kill(); time.Sleep(time.Hour) },
}
