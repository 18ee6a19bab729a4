package campaign

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/runner/process/fixture"
	"github.com/ssecheck/ssecheck/spec"
)

// fixtures are adapters of parsers, by their names.
var fixtures = map[string]func(){
	"right": func() { serve(right) },
	// They go wrong in some way where a stream has a NUL, and overlook each CR, which a
	// campaign is to find all the same.
	"crashes": on(func(request) string { os.Exit(3); return "" }),
	"hangs":   on(func(request) string { time.Sleep(time.Hour); return "" }),
	"garbage": on(func(request) string { return "Listening\x1b[2J" }),
	"twice":   on(func(r request) string { return right(r) + "\n" + right(r) }),
	"swells":  on(func(r request) string { held = append(held, taken(120<<20)); time.Sleep(time.Minute); return right(r) }),
	"leaks":   func() { serve(func(r request) string { held = append(held, taken(16<<10)); return right(r) }) },
	"half":    on(func(r request) string { fmt.Print(right(r)[:10]); os.Exit(0); return "" }),
}

// held is memory that a fixture does not give back.
var held [][]byte

// taken is memory that is really there: the system gives a page when it is written to.
func taken(n int) []byte {
	b := make([]byte, n)
	for i := 0; i < n; i += 4096 {
		b[i] = 1
	}
	return b
}

// command is the command line of a fixture.
func command(name string) string { return fixture.Command(name) }

type request struct {
	Stream string   `json:"stream"`
	Chunks [][]byte `json:"chunks"`
}

func serve(answer func(request) string) {
	fmt.Println(`{"op":"hello","protocol":1,"name":"fixture","version":"1","language":"go","roles":["parser"],"capabilities":[]}`)
	in := bufio.NewReader(os.Stdin)
	_, _ = in.ReadString('\n')
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			_ = out.Flush()
			os.Exit(0)
		}
		var r request
		if json.Unmarshal(line, &r) != nil {
			os.Exit(4)
		}
		fmt.Fprintln(out, answer(r))
		if in.Buffered() == 0 {
			_ = out.Flush()
		}
	}
}

// on does something else where a stream has data and a NUL.
func on(otherwise func(request) string) func() {
	return func() {
		serve(func(r request) string {
			if bytes.Contains(bytes.Join(r.Chunks, nil), []byte("data")) && bytes.Contains(bytes.Join(r.Chunks, nil), []byte("\x00")) {
				return otherwise(r)
			}
			return answerOf(r, strings.ReplaceAll(string(bytes.Join(r.Chunks, nil)), "\r", ""))
		})
	}
}

func right(r request) string { return answerOf(r, string(bytes.Join(r.Chunks, nil))) }

func answerOf(r request, body string) string {
	type event struct {
		Type        string `json:"event"`
		Data        string `json:"data"`
		LastEventID string `json:"lastEventId"`
	}
	events := []event{}
	for _, e := range spec.Oracle([]byte(body), "").Events {
		events = append(events, event(e))
	}
	line, err := json.Marshal(map[string]any{"stream": r.Stream, "on": "parsed", "events": events})
	if err != nil {
		os.Exit(5)
	}
	return string(line)
}
