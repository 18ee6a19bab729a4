package encoder_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/process/fixture"
	"github.com/ssecheck/ssecheck/spec"
)

func TestMain(m *testing.M) { fixture.Main(m, fixtures) }

func TestEncoder(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "encoder")
}

// command is the command line of a fixture.
func command(name string) string { return fixture.Command(name) }

// trigger in an item makes a misbehaving fixture misbehave, so that the other cases
// show that they are not harmed.
const trigger = "trigger"

const hello = `{"op":"hello","protocol":1,"name":"fixture","version":"1.2","roles":["encoder"],"capabilities":["comments","retry"]}`

type request struct {
	Op     string      `json:"op"`
	Stream string      `json:"stream"`
	Items  []spec.Item `json:"items"`
	line   string
}

// fixtures is every behaviour by name.
var fixtures = map[string]func(){
	"good":          func() { serve(hello, right) },
	"no-comments":   func() { serve(strings.Replace(hello, `"comments",`, ``, 1), right) },
	"json-data":     func() { serve(strings.Replace(hello, `"retry"`, `"retry","json-data"`, 1), jsonData) },
	"own-ids":       func() { serve(strings.Replace(hello, `"retry"`, `"retry","own-ids"`, 1), ownIDs) },
	"refuses-all":   func() { serve(hello, func(r request) string { return reply(r, `"on":"rejected","message":"no"`) }) },
	"other-role":    func() { serve(strings.Replace(hello, `["encoder"]`, `["parser"]`, 1), right) },
	"old-protocol":  func() { serve(strings.Replace(hello, `"protocol":1`, `"protocol":0`, 1), right) },
	"fails":         func() { fmt.Fprintln(os.Stderr, "cannot find module 'sse'"); os.Exit(1) },
	"crashes":       on(func(request) { fmt.Fprintln(os.Stderr, "index out of range"); os.Exit(2) }),
	"hangs":         on(func(request) { time.Sleep(time.Hour) }),
	"garbage":       on(func(request) { fmt.Println("Segmentation fault") }),
	"unknown":       on(func(request) { fmt.Println(`{"stream":"e999999","on":"encoded","wire":""}`) }),
	"twice":         on(func(r request) { fmt.Println(right(r) + "\n" + right(r)) }),
	"wrong-on":      on(func(r request) { fmt.Println(reply(r, `"on":"parsed"`)) }),
	"no-wire":       on(func(r request) { fmt.Println(reply(r, `"on":"encoded"`)) }),
	"no-base64":     on(func(r request) { fmt.Println(reply(r, `"on":"encoded","wire":"*"`)) }),
	"one-shot":      func() { oneShot(read()) },
	"one-shot-deaf": func() { _ = os.Stdin.Close() },
	"one-shot-floods": func() {
		for !probed(read()) {
			for {
				fmt.Println("data: x")
			}
		}
	},
	"one-shot-hangs": func() {
		input := read()
		if strings.Contains(input, trigger) {
			time.Sleep(time.Hour)
		}
		oneShot(input)
	},
	"one-shot-dies": func() {
		input := read()
		if strings.Contains(input, trigger) {
			dieOfSignal()
		}
		oneShot(input)
	},
}

func dieOfSignal() {
	self, _ := os.FindProcess(os.Getpid())
	_ = self.Kill()
	time.Sleep(time.Hour)
}

// serve answers the hello and each request.
func serve(hello string, answer func(request) string) {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		r := request{line: line}
		_ = json.Unmarshal([]byte(line), &r)
		if r.Op == "hello" {
			fmt.Println(hello)
			continue
		}
		if line := answer(r); line != "" { // one that misbehaves has said what it says
			fmt.Println(line)
		}
	}
}

// on misbehaves on the trigger, and is right on all else.
func on(misbehave func(request)) func() {
	return func() {
		serve(hello, func(r request) string {
			if strings.Contains(r.line, trigger) {
				misbehave(r)
				return ""
			}
			return right(r)
		})
	}
}

func reply(r request, members string) string { return `{"stream":"` + r.Stream + `",` + members + `}` }

func right(r request) string {
	var b strings.Builder
	e := spec.NewEncoder(&b)
	for _, item := range r.Items {
		if err := e.Encode(item); err != nil {
			word, _ := json.Marshal(err.Error())
			return reply(r, `"on":"rejected","message":`+string(word))
		}
	}
	return encoded(r, b.String())
}

func encoded(r request, stream string) string {
	return reply(r, `"on":"encoded","wire":"`+base64.StdEncoding.EncodeToString([]byte(stream))+`"`)
}

// jsonData hands data to a JSON encoder.
func jsonData(r request) string {
	for i := range r.Items {
		if r.Items[i].Data != nil {
			text, _ := json.Marshal(*r.Items[i].Data)
			data := string(text)
			r.Items[i].Data = &data
		}
	}
	return right(r)
}

// ownIDs gives an id to items without one.
func ownIDs(r request) string {
	for i := range r.Items {
		if r.Items[i].ID == nil {
			id := fmt.Sprintf("own-%d", i)
			r.Items[i].ID = &id
		}
	}
	return right(r)
}

func read() string {
	b, _ := io.ReadAll(os.Stdin)
	return string(b)
}

// probed says that this is the start that finds out what the command is.
func probed(input string) bool { return strings.Contains(input, `"hello"`) }

// oneShot writes the stream of the items.
func oneShot(input string) {
	e := spec.NewEncoder(os.Stdout)
	lines := json.NewDecoder(strings.NewReader(input))
	for {
		var item spec.Item
		if err := lines.Decode(&item); err != nil {
			if err == io.EOF {
				return
			}
			os.Exit(1)
		}
		if err := e.Encode(item); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
