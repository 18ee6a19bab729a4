package parser

import (
	"context"

	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/adapter"
	"github.com/ssecheck/ssecheck/runner/protocol"
)

// kind is what a command turned out to be.
type kind int

const (
	persistent kind = iota // speaks the adapter protocol
	oneShot                // reads one stream and prints its events
)

// plainStream is what a one-shot program is given when it could not read the
// hello line.
const plainStream = "data: ssecheck\n\n"

// probe finds out with one start what a command is: it writes the hello line
// and closes standard input. An adapter answers with its hello. To a one-shot
// program that line is a field it does not know; it prints nothing and exits 0.
//
// A one-shot program that takes offence at an unknown field breaks a rule, and
// is to be told so by the cases; so one that fails is started once more, with a
// stream that every parser reads.
func probe(ctx context.Context, command string, o Options) (kind, protocol.Hello, error) {
	failed := func(err error, remedy string) (kind, protocol.Hello, error) {
		return 0, protocol.Hello{}, &runner.StartError{Subject: flag(command), Err: err, Remedy: remedy}
	}
	first := adapter.Try(ctx, command, protocol.HelloLine, o.adapter())
	switch {
	case first.Err != nil:
		return failed(first.Err, remedyHello)
	case first.Line != nil:
		hello, err := protocol.ReadHello(first.Line)
		switch {
		case err == nil:
			return persistent, hello, nil
		case first.Code == 0 && isEvent(first.Line):
			return oneShot, protocol.Hello{}, nil // one that makes an event of it; the cases will say so
		}
		return failed(first.With(err), remedyHello)
	case first.Code == 0:
		return oneShot, protocol.Hello{}, nil
	case first.Code == 126 || first.Code == 127: // of sh: cannot be executed, not found
		return failed(first.Ended(), "Check the command: the system's shell cannot run it")
	}
	second := adapter.Try(ctx, command, plainStream, o.adapter())
	if second.Err == nil && second.Code == 0 {
		return oneShot, protocol.Hello{}, nil
	}
	return failed(first.Ended(), "Run it by hand; it must answer the hello of the adapter protocol, "+
		"or read a stream from standard input, print its events and exit 0")
}

// isEvent reports whether a line is what a one-shot program prints.
func isEvent(line []byte) bool {
	var e eventJSON
	return protocol.Decode(line, &e) == nil && (e.Data != nil || e.DataBase64 != nil)
}

const remedyHello = "An adapter prints nothing but the lines of the adapter protocol on standard output, its hello first; " +
	"a one-shot program prints nothing for a stream without events"
