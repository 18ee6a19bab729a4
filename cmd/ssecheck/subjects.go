package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/runner/refencoder"
	"github.com/ssecheck/ssecheck/runner/refparser"
	"github.com/ssecheck/ssecheck/runner/refserver"
	"github.com/ssecheck/ssecheck/runner/server"
)

const defaultObserve = 10 * time.Second

// subjects are what the flags put under test.
type subjects struct {
	all []runner.Subject
	// close ends what was started for them here.
	close func() error
	// asked says that the user named them.
	asked bool
}

// subjects makes a subject of each flag that names one; without any, of the
// reference server, parser and client inside ssecheck.
func (a *app) subjects(ctx context.Context, f *runFlags, set *pflag.FlagSet) (*subjects, error) {
	s := &subjects{close: func() error { return nil }}
	if !f.namesSubject() && !f.server.given() {
		return s, s.embedded(ctx)
	}
	s.asked = true
	options, err := a.serverOptions(f)
	if err != nil {
		return s, err
	}
	for _, target := range f.targets {
		address, _, err := a.expandURL(target)
		if err != nil {
			return s, usageError("--target %s: %w", target, err)
		}
		if !isServerURL(address) {
			return s, usageError("--target %q is no URL of a server; write it as http://HOST:PORT/PATH", target)
		}
		options.Flags = typed(set, "target", target)
		if f.server.scripted != "" {
			s.all = append(s.all, server.NewScripted(address, f.server.scripted == "get", options))
			continue
		}
		s.all = append(s.all, server.New(address, options))
	}
	for _, command := range f.encoders {
		if strings.TrimSpace(command) == "" {
			return s, usageError("--encoder is empty; it is the command that starts your encoder's adapter")
		}
		s.all = append(s.all, encoder.Command(command, f.adapter.encoderOptions()))
	}
	for _, command := range f.parsers {
		if strings.TrimSpace(command) == "" {
			return s, usageError("--parser is empty; it is the command that starts your parser's adapter")
		}
		s.all = append(s.all, parser.Command(command, f.adapter.options()))
	}
	return s, s.clients(a, f)
}

// namesSubject tells whether a flag puts something under test.
func (f *runFlags) namesSubject() bool {
	return len(f.targets)+len(f.parsers)+len(f.encoders)+len(f.clients)+len(f.services)+len(f.browsers) > 0
}

// options takes 0 restarts for what it says: none.
func (b adapterFlags) options() parser.Options {
	o := parser.Options{MaxLine: b.maxLine, MaxOutput: b.maxOutput, Restarts: b.restarts}
	if b.restarts <= 0 {
		o.Restarts = -1
	}
	return o
}

func (b adapterFlags) encoderOptions() encoder.Options {
	o := b.options()
	return encoder.Options{MaxLine: o.MaxLine, MaxOutput: o.MaxOutput, Restarts: o.Restarts}
}

// embedded starts the reference server, quick enough that a run takes seconds,
// and takes the reference parser, encoder and client beside it.
func (s *subjects) embedded(ctx context.Context) error {
	ticker, err := refserver.Start(ctx, "127.0.0.1:0", refserver.Options{Period: embeddedPeriod})
	if err != nil {
		return &exitError{exitNotCarried, err}
	}
	s.close = ticker.Close
	s.all = []runner.Subject{
		server.New(ticker.URL+"/ticker", server.Options{Flags: " ", Observe: embeddedObserve}),
		server.NewScripted(ticker.URL+"/script", false, server.Options{Flags: " "}),
		refparser.New(), refencoder.New(),
		client.New(refclient.Driver()),
	}
	return nil
}

const (
	// embeddedPeriod is the time between two events of the embedded ticker.
	embeddedPeriod = 100 * time.Millisecond
	// embeddedObserve is long enough for a stream of that pace.
	embeddedObserve = 4 * time.Second
)

// serverOptions reads what the flags say about visits to servers.
func (a *app) serverOptions(f *runFlags) (server.Options, error) {
	s := f.server
	if len(f.targets) == 0 {
		if s.given() {
			return server.Options{}, usageError("flags of a server (-H, -X, --body, --http and the like) need a --target; name the server's URL")
		}
		return server.Options{}, nil
	}
	h, err := a.parseHeaders(s.headers)
	if err != nil {
		return server.Options{}, err
	}
	hops, secrets, err := a.hops(f)
	if err != nil {
		return server.Options{}, err
	}
	for _, target := range f.targets {
		_, values, _ := a.expandURL(target) // what is wrong with it is told with the target
		secrets = append(secrets, values...)
	}
	a.redactor = reports.NewRedactor(h.secretNames, append(h.secrets, secrets...))
	body, err := readBody(s.body)
	if err != nil {
		return server.Options{}, err
	}
	if s.scripted != "" && s.scripted != "post" && s.scripted != "get" {
		return server.Options{}, usageError("--scripted=%s: a script is posted, or sent with --scripted=get", s.scripted)
	}
	if s.scripted != "" && (s.method != "" || s.body != "") {
		return server.Options{}, usageError("--scripted brings its own method and body; leave -X and --body out")
	}
	if (s.cert == "") != (s.key == "") {
		return server.Options{}, usageError("--cert and --key need each other; give both files")
	}
	options := server.Options{
		Header: h.fields, Method: s.method, Body: body, HTTP: s.http,
		CACert: s.caCert, Cert: s.cert, Key: s.key, Insecure: s.insecure,
		UnixSocket: s.unixSocket, Observe: s.observe, Via: hops, Connections: s.connections,
	}
	if err := options.Check(); err != nil {
		return server.Options{}, usageError("%w; --cacert, --cert and --key name files in PEM", err)
	}
	return options, nil
}

// given says whether a flag is set that means nothing without a --target.
func (s *serverFlags) given() bool {
	return len(s.headers) > 0 || s.method != "" || s.body != "" || s.http != "" || s.caCert != "" ||
		s.cert != "" || s.key != "" || s.insecure || s.unixSocket != "" || s.scripted != "" || len(s.via) > 0 ||
		s.connections != 0
}

// maxBody bounds the request's body, in bytes.
const maxBody = 16 << 20

// readBody is the text itself, or what @FILE holds.
func readBody(text string) ([]byte, error) {
	name, isFile := strings.CutPrefix(text, "@")
	if !isFile {
		return []byte(text), nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, usageError("--body: %w; @ is followed by the name of a file", err)
	}
	if info.Size() > maxBody {
		return nil, usageError("--body: %s has %d bytes; at most %d are sent", name, info.Size(), maxBody)
	}
	body, err := os.ReadFile(name)
	if err != nil {
		return nil, usageError("--body: %w; @ is followed by the name of a file", err)
	}
	return body, nil
}

// serverWords are the flags that belong into the command that plays a case
// alone.
var serverWords = []string{"scripted", "header", "method", "body", "http", "cacert", "cert", "key", "insecure", "unix-socket", "via", "observe", "connections"}

// typed are the command line's words that select a target: as they were typed,
// so that ${TOKEN} stays ${TOKEN}.
func typed(set *pflag.FlagSet, flag, value string) string {
	text := "--" + flag + " " + quote(value)
	for _, name := range serverWords {
		f := set.Lookup(name)
		if f == nil || !f.Changed {
			continue
		}
		switch v := f.Value.(type) {
		case pflag.SliceValue:
			for _, one := range v.GetSlice() {
				text += fmt.Sprintf(" --%s %s", name, quote(one))
			}
		default:
			if f.Value.Type() == "bool" {
				text += " --" + name
				continue
			}
			if name == "scripted" { // a value that may be left out is one word with its flag
				text += " --scripted=" + f.Value.String()
				continue
			}
			text += fmt.Sprintf(" --%s %s", name, quote(f.Value.String()))
		}
	}
	return text
}

// quote writes a word for the shell.
func quote(word string) string {
	if word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
