package parser

import (
	"context"
	"encoding/base64"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/adapter"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A persistentAdapter is an adapter that answers for many streams.
type persistentAdapter struct {
	pool  *adapter.Pool
	hello protocol.Hello
	log   func() *transcript.Log
}

func newAdapter(command string, hello protocol.Hello, o Options) *persistentAdapter {
	return &persistentAdapter{adapter.NewPool(command, "p", readAnswer, o.adapter()), hello, o.log}
}

func (a *persistentAdapter) variants(c *cases.Case) []cases.Variant { return cases.ParserVariants(c) }
func (a *persistentAdapter) parallel() int                          { return a.pool.Parallel() }
func (a *persistentAdapter) close() error                           { return a.pool.Close() }

// play asks the adapter what it makes of the stream.
func (a *persistentAdapter) play(ctx context.Context, limit time.Duration, _ *cases.Case, v cases.Variant) *transcript.Transcript {
	log := a.log()
	return a.came(ctx, log, v.Chunks, a.pool.Ask(ctx, limit, parseRequest(v.Chunks)))
}

// parse asks the adapter what it makes of many streams.
func (a *persistentAdapter) parse(ctx context.Context, limit time.Duration, streams [][][]byte) []*transcript.Transcript {
	asks := make([]adapter.Request, len(streams))
	for i, chunks := range streams {
		asks[i] = parseRequest(chunks)
	}
	all := make([]*transcript.Transcript, len(streams))
	for i, r := range a.pool.AskAll(ctx, limit, asks) {
		all[i] = a.came(ctx, a.log(), streams[i], r)
	}
	return all
}

// came is what came of a stream.
func (a *persistentAdapter) came(ctx context.Context, log *transcript.Log, chunks [][]byte, r adapter.Reply) *transcript.Transcript {
	switch {
	case r.GivenUp:
		return &transcript.Transcript{Broken: overrun(ctx).Error()}
	case r.Broken != "":
		return &transcript.Transcript{Broken: r.Broken, Stderr: r.Stderr}
	}
	logSends(log, chunks)
	if r.Failed != "" {
		return &transcript.Transcript{Failed: r.Failed, Stderr: r.Stderr, Entries: log.Entries()}
	}
	return a.transcript(log, r)
}

// transcript is what came of a stream that was answered.
func (a *persistentAdapter) transcript(log *transcript.Log, r adapter.Reply) *transcript.Transcript {
	t := &transcript.Transcript{Stderr: r.Stderr}
	wrong := r.Wrong
	if wrong == nil {
		t.Parsed, wrong = r.Answer.(*answer).parsed()
	}
	if wrong != nil {
		t.Failed = "the answer is malformed: " + wrong.Error()
	} else {
		t.Parsed.ReportsRetry = a.hello.Claims(string(Retry))
		for _, event := range t.Parsed.Events {
			logEvent(log, event)
		}
	}
	t.Entries = log.Entries()
	return t
}

func logSends(log *transcript.Log, chunks [][]byte) {
	for _, chunk := range chunks {
		log.Add(reports.Entry{End: transcript.Runner, Kind: "send", Bytes: chunk})
	}
}

// parseRequest makes the line that hands a stream over.
func parseRequest(chunks [][]byte) adapter.Request {
	return func(line []byte, stream string) []byte {
		line = append(line, `{"op":"parse","stream":"`...)
		line = append(line, stream...)
		line = append(line, `","chunks":[`...)
		for i, chunk := range chunks {
			if i > 0 {
				line = append(line, ',')
			}
			line = append(line, '"')
			line = base64.StdEncoding.AppendEncode(line, chunk)
			line = append(line, '"')
		}
		return append(line, "]}\n"...)
	}
}
