package campaign

import (
	"time"
)

// Options say how a campaign is run.
type Options struct {
	// Seed is what all chance is drawn from.
	Seed uint64
	// Runs and For end the campaign after so many inputs, or after so long; it ends with
	// its context in any case. Zero is no limit.
	Runs int
	For  time.Duration
	// MaxLength bounds an input, in bytes; default 4096.
	MaxLength int
	// Workers is how many processes of the subject there are; default 1.
	Workers int
	// Timeout is the time that one input may take; default 5 s, and 2 s for clients.
	Timeout time.Duration
	// Folder is where findings are written, as cases; it is made when it is not there.
	// Without it none is.
	Folder string
	// OnStats, where it is not nil, is told how far the campaign is, after each batch.
	OnStats func(Stats)
	// OnFinding, where it is not nil, is told each finding as it is made, but for those
	// that the folder had before.
	OnFinding func(*Finding)

	// largest is how many bytes a stream of the corpus may have to be a seed: limits are
	// found by these alone, where inputs may not be so long.
	largest int
	// memory is how many bytes an adapter may take; default 1 GiB.
	memory int64
}

func (o Options) withDefaults() Options {
	if o.MaxLength <= 0 {
		o.MaxLength = 4096
	}
	if o.Workers <= 0 {
		o.Workers = 1
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	if o.memory == 0 {
		o.memory = 1 << 30
	}
	if o.largest == 0 {
		o.largest = 4 << 20
	}
	return o
}
