package client_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/spec"
)

const badAndGood = `
  - id: bad
    title: A case on which the client misbehaves
    requirements: [response.end]
    connections:
      - stream: ["retry: 10\ndata: a\n\n"]
      - stream: ["data: END\n\n"]
    expect: [{data: a}, {data: END}]
  - id: good
    title: A case on which the client is right
    requirements: [response.end]
    connections:
      - stream: ["retry: 10\ndata: a\n\n"]
      - stream: ["data: END\n\n"]
    expect: [{data: a}, {data: END}]
`

// dialled connects to the case's host and sends a request for the path.
func dialled(ctx context.Context, ask client.Connect, path, head string) (net.Conn, error) {
	u, err := url.Parse(ask.URL)
	if err != nil {
		return nil, err
	}
	if path == "" {
		path = u.Path
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n%s\r\n", path, u.Host, head)
	return conn, err
}

// untilClosed is the end of a client that has done its mischief.
func untilClosed(ctx context.Context) error { <-ctx.Done(); return nil }

// mischief is what a client does with the case bad, by name.
var mischief = map[string]client.Func{
	"never connects": func(ctx context.Context, _ client.Connect, _ client.Reporter) error { return untilClosed(ctx) },
	"connects to another path": func(ctx context.Context, ask client.Connect, _ client.Reporter) error {
		conn, err := dialled(ctx, ask, "/elsewhere", "")
		if err == nil {
			_, _ = bufio.NewReader(conn).ReadString('\n')
		}
		return untilClosed(ctx)
	},
	"opens a hundred connections": func(ctx context.Context, ask client.Connect, _ client.Reporter) error {
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				if conn, err := dialled(ctx, ask, "", ""); err == nil {
					_, _ = io.Copy(io.Discard, conn)
				}
			})
		}
		wg.Wait()
		return untilClosed(ctx)
	},
	"sends a megabyte of header": func(ctx context.Context, ask client.Connect, _ client.Reporter) error {
		if conn, err := dialled(ctx, ask, "", "X: "+strings.Repeat("x", 1<<20)+"\r\n"); err == nil {
			_, _ = io.Copy(io.Discard, conn)
		}
		return untilClosed(ctx)
	},
	"sends no HTTP": func(ctx context.Context, ask client.Connect, _ client.Reporter) error {
		u, _ := url.Parse(ask.URL)
		if conn, err := net.Dial("tcp", u.Host); err == nil {
			defer conn.Close()
			_, _ = conn.Write([]byte("\x16\x03\x01\x00\x05hello\r\n\r\n"))
			_ = conn.SetReadDeadline(time.Now().Add(time.Second))
			_, _ = io.Copy(io.Discard, conn)
		}
		return untilClosed(ctx)
	},
	"never reads": func(ctx context.Context, ask client.Connect, _ client.Reporter) error {
		_, _ = dialled(ctx, ask, "", "")
		return untilClosed(ctx)
	},
	"half-closes and reports nothing": func(ctx context.Context, ask client.Connect, _ client.Reporter) error {
		if conn, err := dialled(ctx, ask, "", ""); err == nil {
			_ = conn.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, conn)
		}
		return untilClosed(ctx)
	},
	"leaves early": func(ctx context.Context, ask client.Connect, _ client.Reporter) error {
		if conn, err := dialled(ctx, ask, "", ""); err == nil {
			conn.Close()
		}
		return untilClosed(ctx)
	},
	"returns at once":  func(context.Context, client.Connect, client.Reporter) error { return nil },
	"gives up at once": func(context.Context, client.Connect, client.Reporter) error { return errTest },
	"panics":           func(context.Context, client.Connect, client.Reporter) error { panic("index out of range") },
	"floods with events": func(ctx context.Context, ask client.Connect, r client.Reporter) error {
		for i := 0; i < 1e6 && ctx.Err() == nil; i++ {
			r.Event(spec.Event{Type: "message", Data: "x"})
		}
		return plain(ctx, ask, r)
	},
	"makes requests without end": func(ctx context.Context, ask client.Connect, r client.Reporter) error {
		for range 2000 {
			conn, err := dialled(ctx, ask, "", "Connection: close\r\n")
			if err != nil {
				break
			}
			conn.Close()
		}
		return untilClosed(ctx)
	},
}

var _ = Describe("a client that misbehaves", func() {
	all := func() []TableEntry {
		var entries []TableEntry
		for name := range mischief {
			entries = append(entries, Entry(nil, name))
		}
		return entries
	}
	DescribeTable("fails its case in time, and the other cases go on", func(ctx SpecContext, name string) {
		f := func(ctx context.Context, ask client.Connect, r client.Reporter) error {
			if strings.HasPrefix(ask.Name, "client/t/bad") {
				return mischief[name](ctx, ask, r)
			}
			return plain(ctx, ask, r)
		}
		s := started(ctx, client.Function(name, f, "", plainOffers...))
		cases := corpus(badAndGood)
		var wg sync.WaitGroup
		var bad, good reports.Result
		wg.Go(func() { bad = play(ctx, s, cases["bad"], 300*time.Millisecond) })
		wg.Go(func() { good = play(ctx, s, cases["good"], 10*time.Second) })
		wg.Wait()
		Expect(bad.Verdict).To(Equal(reports.Fail))
		Expect(bad.Message).NotTo(BeEmpty())
		Expect(good.Message).To(BeEmpty())
		Expect(good.Verdict).To(Equal(reports.Pass))
	}, all())
})
