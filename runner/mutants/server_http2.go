package mutants

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// http2Mutants break HTTP/2 itself, which no handler of net/http can. They are
// made of a small server of one stream a connection.
func http2Mutants() []ServerMutant {
	field := func(name, value string) func(*http2Server) {
		return func(s *http2Server) { s.extra = append(s.extra, hpack.HeaderField{Name: name, Value: value}) }
	}
	mutant := func(name, requirement, sentence string, fault func(*http2Server)) ServerMutant {
		return ServerMutant{Name: name, Requirement: requirement, Sentence: sentence, HTTP: "h2c",
			Serve: func(ctx context.Context, l net.Listener) { serveHTTP2(ctx, l, fault) }}
	}
	return []ServerMutant{
		mutant("h2-connection", "serve.h2.no-connection-fields", "Connection: keep-alive is sent over HTTP/2.", field("connection", "keep-alive")),
		mutant("h2-transfer-encoding", "serve.h2.no-connection-fields", "Transfer-Encoding: chunked is sent over HTTP/2.", field("transfer-encoding", "chunked")),
		mutant("h2-upper-case", "serve.h2.lower-case", "A field name is in upper case over HTTP/2.", field("X-Note", "1")),
		mutant("h2-blank-in-value", "serve.h2.field-values", "A field value ends with a blank over HTTP/2.", field("x-note", "1 ")),
		mutant("h2-line-break-in-value", "serve.h2.field-values", "A field value holds a line break over HTTP/2.", field("x-note", "1\n2")),
		mutant("h2-two-statuses", "serve.h2.status", "There are two :status over HTTP/2.", field(":status", "200")),
		mutant("h2-no-pong", "serve.h2.ping", "A PING is not acknowledged.", func(s *http2Server) { s.noPong = true }),
		mutant("h2-overrun", "serve.h2.flow-control", "The flow-control window is not kept.", func(s *http2Server) { s.overrun = true }),
		mutant("h2-reset-at-the-end", "serve.h2.end", "The stream ends with RST_STREAM.", func(s *http2Server) { s.resets = true }),
	}
}

// SoundHTTP2 is the small server without a fault, which every HTTP/2 case must
// pass on.
func SoundHTTP2() ServerMutant {
	return ServerMutant{Name: "h2-sound", HTTP: "h2c", Serve: func(ctx context.Context, l net.Listener) {
		serveHTTP2(ctx, l, func(*http2Server) {})
	}}
}

// An http2Server is one connection, and its fault.
type http2Server struct {
	framer *http2.Framer
	writes sync.Mutex
	extra  []hpack.HeaderField

	noPong, overrun, resets bool
}

// serveHTTP2 serves until ctx is done.
func serveHTTP2(ctx context.Context, l net.Listener, fault func(*http2Server)) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		wg.Go(func() {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
			s := &http2Server{framer: http2.NewFramer(conn, conn)}
			fault(s)
			s.serve(ctx, conn, cancel)
			_ = conn.Close()
		})
	}
}

func (s *http2Server) serve(ctx context.Context, conn net.Conn, gone func()) {
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(conn, preface); err != nil || s.write(func() error { return s.framer.WriteSettings() }) != nil {
		return
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	defer gone()
	for {
		f, err := s.framer.ReadFrame()
		if err != nil {
			return
		}
		switch f := f.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				err = s.write(s.framer.WriteSettingsAck)
			}
		case *http2.PingFrame:
			if !f.IsAck() && !s.noPong {
				err = s.write(func() error { return s.framer.WritePing(true, f.Data) })
			}
		case *http2.HeadersFrame:
			id := f.StreamID
			wg.Go(func() { s.stream(ctx, id) })
		}
		if err != nil {
			return
		}
	}
}

func (s *http2Server) write(frame func() error) error {
	s.writes.Lock()
	defer s.writes.Unlock()
	return frame()
}

// stream answers with an event in each period, a few seconds at most. All of
// them together stay below the window that every peer starts with.
func (s *http2Server) stream(ctx context.Context, id uint32) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, f := range append([]hpack.HeaderField{
		{Name: ":status", Value: "200"}, {Name: "content-type", Value: "text/event-stream"}, {Name: "cache-control", Value: "no-store"},
	}, s.extra...) {
		_ = encoder.WriteField(f)
	}
	err := s.write(func() error {
		return s.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block.Bytes(), EndHeaders: true})
	})
	events := 200
	if s.resets {
		events = 3
	}
	ticks := time.NewTicker(ServerPeriod)
	defer ticks.Stop()
	for n := 0; n < events && err == nil; n++ {
		data := fmt.Appendf(nil, "data: %d\n\n", n)
		if s.overrun {
			data = append(append([]byte(":"), bytes.Repeat([]byte("."), 16000)...), append([]byte("\n"), data...)...)
		}
		err = s.write(func() error { return s.framer.WriteData(id, false, data) })
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
	_ = s.write(func() error {
		if s.resets {
			return s.framer.WriteRSTStream(id, http2.ErrCodeInternal)
		}
		return s.framer.WriteData(id, true, nil)
	})
}
