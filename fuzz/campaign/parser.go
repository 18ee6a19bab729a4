package campaign

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A parserReader is a parser behind a command, in one process or several.
type parserReader struct {
	commands []*parser.CommandSubject
	options  Options
}

// ManyRestarts is how often a process of the subject is started anew: one that crashes is
// there to be fuzzed.
const ManyRestarts = 1 << 20

// startParser starts the processes.
func startParser(ctx context.Context, command string, o Options) (*parserReader, error) {
	p := &parserReader{options: o}
	for range o.Workers {
		s := parser.Command(command, parser.Options{Restarts: ManyRestarts, InFlight: batch, NoTranscripts: true, Memory: o.memory})
		p.commands = append(p.commands, s)
		if err := s.Start(ctx); err != nil {
			return nil, errors.Join(err, p.close())
		}
	}
	return p, nil
}

func (p *parserReader) info() runner.Info { return p.commands[0].Info() }

// close ends the processes. What they did wrong outside any stream is no matter of a
// campaign's.
func (p *parserReader) close() error {
	var errs []error
	for _, s := range p.commands {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// leaks is how often memory ran out.
func (p *parserReader) leaks() (n int) {
	for _, s := range p.commands {
		n += s.Leaks()
	}
	return n
}

func (p *parserReader) noisy() bool { return false }

func (p *parserReader) patience() int {
	if p.commands[0].OneShot() {
		return 200 // each is a process
	}
	return 20_000
}

func (p *parserReader) fit(in stream.Input) stream.Input { return in }

func (p *parserReader) reports() stream.Reports {
	return stream.Reports{Retries: p.commands[0].Claims(parser.Retry)}
}

// ask shares the inputs out among the processes.
func (p *parserReader) ask(ctx context.Context, ins []stream.Input) ([]stream.Seen, error) {
	seen := make([]stream.Seen, len(ins))
	var group errgroup.Group
	share := (len(ins) + len(p.commands) - 1) / len(p.commands)
	for i, s := range p.commands {
		from, to := min(i*share, len(ins)), min((i+1)*share, len(ins))
		if from == to {
			break
		}
		group.Go(func() error {
			streams := make([][][]byte, to-from)
			for j := range streams {
				streams[j] = ins[from+j].Chunks()
			}
			for j, t := range s.Parse(ctx, p.options.Timeout, streams) {
				var err error
				if seen[from+j], err = parsed(ctx, t); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return seen, group.Wait()
}

// parsed is what a parser made of a stream. The error says that nothing is known of it.
func parsed(ctx context.Context, t *transcript.Transcript) (stream.Seen, error) {
	switch {
	case t.Parsed != nil && t.Parsed.Refused != nil:
		return stream.Seen{Failed: "the parser refused the stream: " + *t.Parsed.Refused}, nil
	case t.Parsed != nil:
		s := stream.Seen{Events: t.Parsed.Events}
		if t.Parsed.Retry != nil {
			s.Retries = []int64{*t.Parsed.Retry}
		}
		return s, nil
	case t.Failed != "":
		return stream.Seen{Failed: t.Failed}, nil
	case ctx.Err() != nil:
		return stream.Seen{}, ctx.Err()
	}
	return stream.Seen{}, errors.New(t.Broken)
}
