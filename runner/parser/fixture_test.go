package parser_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ssecheck/ssecheck/runner/process/fixture"
	"github.com/ssecheck/ssecheck/spec"
)

func TestMain(m *testing.M) { fixture.Main(m, fixtures) }

// command is the command line of a fixture.
func command(name string) string { return fixture.Command(name) }

// trigger in a stream makes a misbehaving fixture misbehave, so that the other
// streams show that they are not harmed.
const trigger = "trigger"

type request struct {
	Op     string   `json:"op"`
	Stream string   `json:"stream"`
	Chunks [][]byte `json:"chunks"`
}

func (r request) whole() []byte { return bytes.Join(r.Chunks, nil) }

// fixtures is every behaviour by name.
var fixtures = map[string]func(){
	// Adapters that behave.
	"good":          func() { serve(hello, right) },
	"own-ids":       func() { serve(hello, ownIDs) },
	"reversed":      func() { serveReversed() },
	"stays":         func() { serve(hello, right); time.Sleep(time.Hour) },
	"no-capability": func() { serve(strings.Replace(hello, `"retry"`, ``, 1), right) },
	"chatty": func() {
		serve(hello, func(r request) string { fmt.Fprintf(os.Stderr, "took %s\n", r.whole()); return right(r) })
	},
	"floods-stderr": func() {
		serve(hello, func(r request) string { io.Copy(os.Stderr, io.LimitReader(zeros{}, 4<<20)); return right(r) })
	},
	"extra-members": func() {
		serve(hello, func(r request) string { return strings.Replace(right(r), `{`, `{"new":[{"x":1}],`, 1) })
	},
	"refuses": func() {
		serve(hello, func(r request) string { return reply(r, `"on":"failed","message":"no, \u001b[31mthanks"`) })
	},
	"broken-unicode": func() {
		serve(hello, func(r request) string { return reply(r, `"on":"parsed","events":[{"data":"\udcff"}]`) })
	},

	// Adapters that misbehave from the start.
	"no-hello":        func() { fmt.Println("Server listening"); os.Exit(0) },
	"old-protocol":    func() { serve(strings.Replace(hello, `"protocol":1`, `"protocol":0`, 1), right) },
	"other-role":      func() { serve(strings.Replace(hello, `"parser"`, `"client"`, 1), right) },
	"huge-hello":      func() { serve(strings.Replace(hello, `"fixture"`, `"`+strings.Repeat("x", 1<<20)+`"`, 1), right) },
	"half-hello":      func() { fmt.Print(hello[:20]); os.Exit(0) },
	"silent-start":    func() { time.Sleep(time.Hour) },
	"crashes-at-once": func() { fmt.Fprintln(os.Stderr, "cannot find module 'sse'"); os.Exit(1) },
	"floods-at-once":  func() { io.Copy(os.Stdout, zeros{}) },

	// Adapters that misbehave on the trigger.
	"crashes":       on(func(request) { fmt.Fprintln(os.Stderr, "panic: index out of range"); os.Exit(2) }),
	"hangs":         on(func(request) { time.Sleep(time.Hour) }),
	"garbage":       on(func(request) { fmt.Println("Segmentation fault") }),
	"no-utf8":       on(func(r request) { fmt.Println(reply(r, `"on":"parsed","events":[{"data":"`+"\xff"+`"}]`)) }),
	"half-a-line":   on(func(r request) { fmt.Print(right(r)[:10]); os.Exit(0) }),
	"endless-line":  on(func(request) { io.Copy(os.Stdout, zeros{}) }),
	"closes-stdout": on(func(request) { os.Stdout.Close(); time.Sleep(time.Hour) }),
	"exits-early":   on(func(request) { os.Exit(0) }),
	"unknown":       on(func(request) { fmt.Println(`{"stream":"p999999","on":"parsed","events":[]}`) }),
	"nobody":        on(func(request) { fmt.Println(`{"on":"parsed","events":[]}`) }),
	"twice":         on(func(r request) { fmt.Println(right(r) + "\n" + right(r)) }),
	"wrong-type":    on(func(r request) { fmt.Println(reply(r, `"on":"parsed","events":[{"data":5}]`)) }),
	"wrong-on":      on(func(r request) { fmt.Println(reply(r, `"on":"open"`)) }),
	"no-data":       on(func(r request) { fmt.Println(reply(r, `"on":"parsed","events":[{"event":"x"}]`)) }),
	"bad-base64":    on(func(r request) { fmt.Println(reply(r, `"on":"parsed","events":[{"dataBase64":"*"}]`)) }),
	"bad-retry":     on(func(r request) { fmt.Println(reply(r, `"on":"parsed","events":[],"retry":1.5`)) }),
	"forgets":       serveForgetful,

	// Adapters that misbehave in a way that no stream explains.
	"crashes-once": serveCrashingOnce,
	"late-garbage": func() { serve(hello, right); fmt.Println("goodbye") },

	// One-shot programs.
	"one-shot":        oneShot,
	"one-shot-prints": func() { read(); fmt.Println("done") },
	"one-shot-eager":  func() { fmt.Println(`{"data":"` + strings.Repeat("x", len(read())) + `"}`) },
	"one-shot-strict": oneShotStrict,
	"one-shot-fails":  func() { failOn(3) },
	"one-shot-hangs": func() {
		if bytes.Contains(read(), []byte(trigger)) {
			time.Sleep(time.Hour)
		}
	},
	"one-shot-floods": func() {
		for stream := read(); !probed(stream); {
			fmt.Println(`{"data":"` + strings.Repeat("x", 1<<10) + `"}`)
		}
	},
	"one-shot-half": func() {
		if !probed(read()) {
			fmt.Print(`{"data":"a`)
		}
	},
	"one-shot-deaf":   func() { os.Stdin.Close(); fmt.Println(`{"data":"a"}`) },
	"one-shot-reads":  oneShotReads,
	"one-shot-leaves": oneShotLeaves,
	"one-shot-stderr": func() { fmt.Fprintln(os.Stderr, "debug"); oneShot() },
	"one-shot-null":   func() { read() },
	"one-shot-no-object": func() {
		if !probed(read()) {
			fmt.Println(`["data"]`)
		}
	},
}

const hello = `{"op":"hello","protocol":1,"name":"fixture","version":"1.2.3","language":"go","roles":["parser"],"capabilities":["retry"],"deviates":["parse.bom.strip"]}`

// zeros never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// serve answers the hello, and every stream as handle says.
func serve(hello string, handle func(request) string) {
	each(func(r request) {
		if r.Op == "hello" {
			fmt.Println(hello)
			return
		}
		fmt.Println(handle(r))
	})
}

func each(handle func(request)) {
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			panic(err)
		}
		handle(r)
	}
}

// on misbehaves for streams with the trigger, and is right for others.
func on(misbehave func(request)) func() {
	return func() {
		each(func(r request) {
			switch {
			case r.Op == "hello":
				fmt.Println(hello)
			case bytes.Contains(r.whole(), []byte(trigger)):
				misbehave(r)
			default:
				fmt.Println(right(r))
			}
		})
	}
}

func reply(r request, rest string) string {
	return fmt.Sprintf(`{"stream":%q,%s}`, r.Stream, rest)
}

// right is what the oracle says.
func right(r request) string {
	out := spec.Oracle(r.whole(), "")
	rest := `"on":"parsed","events":` + eventsJSON(out.Events)
	if n := len(out.Retries); n > 0 {
		rest += fmt.Sprintf(`,"retry":%d`, out.Retries[n-1])
	}
	return reply(r, rest)
}

func eventsJSON(events []spec.Event) string {
	all := make([]string, len(events))
	for i, e := range events {
		all[i] = eventJSON(e)
	}
	return "[" + strings.Join(all, ",") + "]"
}

func eventJSON(e spec.Event) string {
	b, err := json.Marshal(map[string]string{"event": e.Type, "data": e.Data, "lastEventId": e.LastEventID})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// ownIDs reports the block's own id, as a library without the notion does.
func ownIDs(r request) string {
	var all []map[string]string
	for i, e := range spec.Oracle(r.whole(), "").Events {
		m := map[string]string{"event": e.Type, "data": e.Data}
		if i == 0 { // the tests' streams have their id in the first block
			m["id"] = e.LastEventID
		}
		all = append(all, m)
	}
	b, _ := json.Marshal(all)
	return reply(r, `"on":"parsed","events":`+string(b))
}

// serveReversed answers pairs of streams in the reverse order.
func serveReversed() {
	held := ""
	each(func(r request) {
		switch {
		case r.Op == "hello":
			fmt.Println(hello)
		case held == "":
			held = right(r)
		default:
			fmt.Println(right(r))
			fmt.Println(held)
			held = ""
		}
	})
}

// serveForgetful never answers for the trigger, and goes on answering others.
func serveForgetful() {
	on(func(request) {})()
}

// serveCrashingOnce crashes on the first trigger that any process of it is
// given: a file remembers.
func serveCrashingOnce() {
	on(func(r request) {
		mark := os.Getenv("SSECHECK_TEST_MARK")
		if _, err := os.Stat(mark); err != nil {
			_ = os.WriteFile(mark, nil, 0o600)
			os.Exit(2)
		}
		fmt.Println(right(r))
	})()
}

// probed tells the hello line from a stream.
func probed(stream []byte) bool { return bytes.HasPrefix(stream, []byte("{")) }

func read() []byte {
	b, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	return b
}

func oneShot() {
	for _, e := range spec.Oracle(read(), "").Events {
		fmt.Println(eventJSON(e))
	}
}

// oneShotStrict fails on fields that it does not know, such as the hello line.
func oneShotStrict() {
	stream := read()
	if probed(stream) {
		fmt.Fprintln(os.Stderr, "unknown field")
		os.Exit(1)
	}
	for _, e := range spec.Oracle(stream, "").Events {
		fmt.Println(eventJSON(e))
	}
}

func failOn(status int) {
	stream := read()
	if bytes.Contains(stream, []byte(trigger)) {
		fmt.Fprintln(os.Stderr, "Traceback (most recent call last)")
		os.Exit(status)
	}
}

// oneShotReads prints one event for each read of its input.
func oneShotReads() {
	buf := make([]byte, 1<<16)
	var reads []string
	for {
		n, err := os.Stdin.Read(buf)
		if n > 0 {
			reads = append(reads, string(buf[:n]))
		}
		if err != nil {
			break
		}
	}
	if len(reads) == 1 && probed([]byte(reads[0])) {
		return
	}
	for _, r := range reads {
		fmt.Println(eventJSON(spec.Event{Type: "message", Data: r}))
	}
}

// oneShotLeaves ends and leaves a child that holds its output open.
func oneShotLeaves() {
	self, _ := os.Executable()
	child, err := os.StartProcess(self, []string{self}, &os.ProcAttr{
		Env:   append(os.Environ(), fixture.Variable+"=silent-start"),
		Files: []*os.File{nil, os.Stdout, os.Stderr},
	})
	if err != nil {
		panic(err)
	}
	_ = child.Release()
	oneShot()
}
