package spec_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ssecheck/ssecheck/spec"
)

func ExampleDecoder() {
	stream := strings.NewReader("retry: 1500\n\n" +
		"event: login\nid: 7\ndata: Ada\ndata: Lovelace\n\n" +
		": keep-alive\n\n" +
		"data: bye\n\n" +
		"data: never finished")
	d := spec.NewDecoder(stream)
	for {
		v, err := d.Next() // v is valid until the next call
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s %q, last event ID %q\n", v.Type, v.Data, v.LastEventID)
	}
	ms, _ := d.ReconnectionTime()
	fmt.Printf("reconnect after %d ms with the ID %q\n", ms, d.LastEventID())
	// Output:
	// login "Ada\nLovelace", last event ID "7"
	// message "bye", last event ID "7"
	// reconnect after 1500 ms with the ID "7"
}

func ExampleDecoder_Events() {
	d := spec.NewDecoder(strings.NewReader("data: a\n\ndata: b\n\n"))
	for event, err := range d.Events() {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.Type, event.Data)
	}
	// Output:
	// message a
	// message b
}

func ExampleDecoder_Reset() {
	d := spec.NewDecoder(strings.NewReader("id: 1\ndata: a\n\ndata: cut o"))
	for range d.Events() {
	}
	// The connection is gone. A client connects again, says
	// "Last-Event-ID: 1", and reads on.
	fmt.Println("Last-Event-ID:", d.LastEventID())
	d.Reset(strings.NewReader("data: b\n\n"))
	for event := range d.Events() {
		fmt.Println(event.Data, event.LastEventID)
	}
	// Output:
	// Last-Event-ID: 1
	// b 1
}

func ExamplePushDecoder() {
	p := spec.NewPushDecoder()
	for _, chunk := range []string{"da", "ta: a\r", "\n\r", "\ndata: b\n\n"} {
		p.Push([]byte(chunk))
		for {
			v, ok, err := p.Next()
			if err != nil {
				fmt.Println(err)
				return
			}
			if !ok {
				break // push more
			}
			fmt.Printf("after %q: %s\n", chunk, v.Data)
		}
	}
	// Output:
	// after "\n\r": a
	// after "\ndata: b\n\n": b
}

func ExampleWithFindings() {
	stream := "Data: a\n\ndata: caf\xE9\nretry: 3s\n\nid: 1"
	d := spec.NewDecoder(strings.NewReader(stream), spec.WithFindings(func(f spec.Finding) {
		fmt.Println(f)
	}))
	for event := range d.Events() {
		fmt.Printf("event %q\n", event.Data)
	}
	// Output:
	// line 1, byte 0: the field name "Data" is in the wrong case; the field is ignored
	// line 3, byte 18: the bytes e9 are no UTF-8 and read as U+FFFD
	// line 4, byte 27: the retry "3s" is not made of ASCII digits only and is ignored
	// event "caf�"
	// line 6, byte 31: the stream ends inside the block that begins here with "id: 1"; no event comes of it
}

func ExampleWithMaxLine() {
	stream := "data: short\n\ndata: " + strings.Repeat("x", 100) + "\n\n"
	d := spec.NewDecoder(strings.NewReader(stream), spec.WithMaxLine(80))
	for event, err := range d.Events() {
		var limit *spec.LimitError
		if errors.As(err, &limit) {
			fmt.Printf("the %s at line %d is beyond %d bytes\n", limit.Limit, limit.Line, limit.Max)
			return
		}
		fmt.Println(event.Data)
	}
	// Output:
	// short
	// the line at line 3 is beyond 80 bytes
}

func ExampleEncoder() {
	e := spec.NewEncoder(os.Stdout)
	items := []spec.Item{
		{Retry: new(int64(1500))},
		{Event: new("login"), ID: new("7"), Data: new("Ada\nLovelace")},
		{Comment: new("keep-alive")},
		{ID: new("8\ndata: forged")},
	}
	for _, item := range items {
		if err := e.Encode(item); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// retry: 1500
	//
	// event: login
	// id: 7
	// data: Ada
	// data: Lovelace
	//
	// : keep-alive
	//
	// spec: the format cannot carry this id: '\n' at byte 1
}

func ExampleEncoder_EncodeEvent() {
	e := spec.NewEncoder(os.Stdout)
	for _, event := range []spec.Event{
		{Type: "message", Data: "a", LastEventID: "1"},
		{Type: "tick", Data: "b", LastEventID: "1"},
	} {
		if err := e.EncodeEvent(event); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// id: 1
	// data: a
	//
	// event: tick
	// data: b
}

func ExampleOracle() {
	out := spec.Oracle([]byte("id: 2\ndata: a\n\nid: 3\n\n"), "1")
	fmt.Printf("%+v\n", out.Events)
	fmt.Println(out.LastEventID)
	// Output:
	// [{Type:message Data:a LastEventID:2}]
	// 3
}
