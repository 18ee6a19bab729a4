package parser

import (
	"runtime"
	"time"

	"github.com/ssecheck/ssecheck/runner/adapter"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Options bound what a command may cost. The zero value takes the defaults.
type Options struct {
	// StartTimeout is the time to answer the hello; default 15 s.
	StartTimeout time.Duration
	// MaxLine is how many bytes one line of its output may have; default
	// [protocol.MaxLine].
	MaxLine int
	// MaxOutput is how many bytes a one-shot program may print for one stream;
	// default [protocol.MaxLine].
	MaxOutput int
	// Restarts is how often an adapter is started anew after it broke; after
	// that the remaining cases are errors. Default 100; negative is never.
	Restarts int
	// InFlight is how many streams an adapter has at once; default 128.
	InFlight int
	// Memory is how many bytes an adapter may take before it is ended and started anew;
	// default: as many as it likes.
	Memory int64
	// Processes is how many one-shot programs run at once; default twice the
	// processors.
	Processes int
	// NoTranscripts: what is sent and seen is not written down.
	NoTranscripts bool
}

// log begins the log of a play.
func (o Options) log() *transcript.Log {
	if o.NoTranscripts {
		return transcript.NewSilentLog()
	}
	return transcript.NewLog()
}

func (o Options) withDefaults() Options {
	o.StartTimeout = or(o.StartTimeout, 15*time.Second)
	o.MaxLine = or(o.MaxLine, protocol.MaxLine)
	o.MaxOutput = or(o.MaxOutput, protocol.MaxLine)
	o.Restarts = or(o.Restarts, 100)
	o.InFlight = or(o.InFlight, 128)
	o.Processes = or(o.Processes, 2*runtime.GOMAXPROCS(0))
	return o
}

// adapter are the bounds of a persistent adapter.
func (o Options) adapter() adapter.Options {
	return adapter.Options{StartTimeout: o.StartTimeout, MaxLine: o.MaxLine, Restarts: o.Restarts, InFlight: o.InFlight, Memory: o.Memory}
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}
