package campaign

import (
	"context"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/runner/process/fixture"
)

func TestMain(m *testing.M) { fixture.Main(m, fixtures) }

func TestCampaign(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fuzz/campaign")
}

// A function is a reader in this process.
type function func(stream.Input) stream.Seen

// of is a parser in this process.
func of(parse parser.ParseFunc) function {
	return func(in stream.Input) stream.Seen { return stream.Read(in, parse) }
}

func (f function) ask(ctx context.Context, ins []stream.Input) ([]stream.Seen, error) {
	all := make([]stream.Seen, len(ins))
	for i, in := range ins {
		all[i] = f(in)
	}
	return all, ctx.Err()
}

func (f function) fit(in stream.Input) stream.Input { return in }
func (f function) reports() stream.Reports          { return stream.Reports{Retries: true} }
func (f function) noisy() bool                      { return false }
func (f function) patience() int                    { return 20_000 }
func (f function) info() runner.Info                { return runner.Info{Name: "function", Flags: "--parser x"} }
func (f function) close() error                     { return nil }

// play is a campaign against a reader in this process.
func play(ctx context.Context, r closingReader, o Options) *Summary {
	GinkgoHelper()
	if o.largest == 0 {
		o.largest = 4096
	}
	s, err := fuzz(ctx, o, func(Options) (closingReader, error) { return r, nil })
	Expect(err).NotTo(HaveOccurred())
	return s
}

// first is a campaign that ends with its first finding; nil when it has none.
func first(ctx context.Context, r closingReader, o Options) *Finding {
	GinkgoHelper()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	o.OnFinding = func(*Finding) { cancel() }
	s := play(ctx, r, o)
	if len(s.Findings) == 0 {
		return nil
	}
	return s.Findings[0]
}
