// Package command drives clients behind a command line: adapters that are
// started once and speak the adapter protocol, and programs that are started
// once for each case with its URL as an argument.
package command

import (
	"cmp"
	"runtime"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/protocol"
)

// Options bound what a command may cost. The zero value takes the defaults.
type Options struct {
	// StartTimeout is the time to answer the hello; default 15 s.
	StartTimeout time.Duration
	// MaxLine is how many bytes one line of its output may have; default
	// [protocol.MaxLine].
	MaxLine int
	// Restarts is how often an adapter is started anew after it broke; after
	// that the remaining cases are errors. Default 100; negative is never.
	Restarts int
	// Processes is how many programs run at once that are started once for each
	// case; default sixteen times the processors, since most of them wait.
	Processes int
}

func (o Options) withDefaults() Options {
	o.StartTimeout = cmp.Or(o.StartTimeout, 15*time.Second)
	o.MaxLine = cmp.Or(o.MaxLine, protocol.MaxLine)
	o.Restarts = cmp.Or(o.Restarts, 100)
	o.Processes = cmp.Or(o.Processes, 16*runtime.GOMAXPROCS(0))
	return o
}

// placeholder is what stands for the URL in a command that is started for each
// case.
const placeholder = "{url}"

// New makes a driver of a command line, which is given to the system's shell. One
// that contains {url} is started for each case; any other is an adapter.
func New(command string, o Options) client.Driver {
	o = o.withDefaults()
	if strings.Contains(command, placeholder) {
		return newProgram(command, o)
	}
	return newAdapter(command, o)
}

// flag is the command line's way to name the command.
func flag(command string) string { return "--client " + quoted(command) }

// quoted writes a word for the shell.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
