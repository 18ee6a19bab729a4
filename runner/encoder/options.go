package encoder

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
	// MaxLine is how many bytes one line of an adapter's output may have; default
	// [protocol.MaxLine].
	MaxLine int
	// MaxOutput is how many bytes a one-shot program may write for one case; default
	// [protocol.MaxLine].
	MaxOutput int
	// Restarts is how often an adapter is started anew after it broke; default 100,
	// negative is never.
	Restarts int
	// InFlight is how many lists of items an adapter has at once; default 128.
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
	if o.MaxOutput == 0 {
		o.MaxOutput = protocol.MaxLine
	}
	if o.Processes == 0 {
		o.Processes = 2 * runtime.GOMAXPROCS(0)
	}
	return o
}

func (o Options) adapter() adapter.Options {
	return adapter.Options{StartTimeout: o.StartTimeout, MaxLine: o.MaxLine, Restarts: o.Restarts, InFlight: o.InFlight, Memory: o.Memory}
}
