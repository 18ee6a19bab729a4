package adapter

import (
	"time"

	"github.com/ssecheck/ssecheck/runner/protocol"
)

// Options bound what an adapter may cost. The zero value takes the defaults.
type Options struct {
	// StartTimeout is the time to answer the hello; default 15 s.
	StartTimeout time.Duration
	// MaxLine is how many bytes one line of its output may have; default
	// [protocol.MaxLine].
	MaxLine int
	// Restarts is how often an adapter is started anew after it broke; after
	// that the remaining cases are errors. Default 100; negative is never.
	Restarts int
	// InFlight is how many streams an adapter has at once; default 128.
	InFlight int
	// Memory is how many bytes an adapter may take; one that takes more is ended, and its
	// streams are looked at alone. 0 is as many as it likes.
	Memory int64
}

// WithDefaults fills in what the zero values stand for.
func (o Options) WithDefaults() Options {
	o.StartTimeout = or(o.StartTimeout, 15*time.Second)
	o.MaxLine = or(o.MaxLine, protocol.MaxLine)
	o.Restarts = or(o.Restarts, 100)
	o.InFlight = or(o.InFlight, 128)
	return o
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}
