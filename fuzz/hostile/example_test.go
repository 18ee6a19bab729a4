package hostile_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/ssecheck/ssecheck/fuzz/hostile"
)

// A server that takes the last event ID for a number, and fails where it is none.
func Example() {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := 0; r.Header.Get("Last-Event-ID") != "" {
			if _, err := fmt.Sscan(r.Header.Get("Last-Event-ID"), &n); err != nil {
				panic(http.ErrAbortHandler)
			}
		}
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: hello\n\n")
	}))
	defer s.Close()

	request, _ := hostile.ParseRequest("last-event-id=abc&case=lower")
	summary, err := hostile.Run(context.Background(), s.URL, hostile.Options{Requests: []hostile.Request{request}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range summary.Findings {
		fmt.Println(f.Requirement.ID)
		fmt.Println(f.What)
	}
	// Output:
	// serve.resume.unknown-id
	// The request last-event-id=a is not answered: the server closed the connection (EOF), and an ordinary request is answered 200 OK
}
