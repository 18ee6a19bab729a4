package campaign

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/refencoder"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// An encoding is an encoder in this process.
type encoding encoder.EncodeFunc

func (e encoding) emit(ctx context.Context, l []encoder.Item) (*transcript.Transcript, error) {
	return emission.Call(encoder.EncodeFunc(e), l, false), ctx.Err()
}
func (e encoding) claims(word string) bool { return word == encoder.Comments || word == encoder.Retry }
func (e encoding) parallel() int           { return 2 }
func (e encoding) patience() int           { return 5000 }

// write is a campaign against an encoder in this process.
func write(ctx context.Context, e encoder.EncodeFunc, o Options) *Summary {
	GinkgoHelper()
	w, err := newWriter(o.withDefaults())
	Expect(err).NotTo(HaveOccurred())
	s, err := emit(ctx, encoding(e), w)
	Expect(err).NotTo(HaveOccurred())
	return s
}

func encoderFaults(names ...string) encoder.EncodeFunc {
	GinkgoHelper()
	var all []mutants.EncoderFault
	for _, name := range names {
		i := slices.IndexFunc(mutants.EncoderFaults(), func(f mutants.EncoderFault) bool { return f.Name == name })
		Expect(i).To(BeNumerically(">=", 0), name)
		all = append(all, mutants.EncoderFaults()[i])
	}
	return mutants.EncoderModel(all...)
}

var _ = Describe("A campaign against an encoder", func() {
	It("finds planted faults, and names each and what it breaks", func(ctx SpecContext) {
		all := slices.DeleteFunc(mutants.Encoders(), func(m mutants.EncoderMutant) bool {
			return strings.Contains(m.Name, "-at-") // which need long values
		})
		right := 0
		played := 0
		for i := int(GinkgoRandomSeed() % 12); i < len(all); i += 12 {
			m := all[i]
			played++
			ctx, cancel := context.WithCancel(ctx)
			s := write(ctx, m.Encode, Options{Seed: 1, Runs: 4000, OnFinding: func(*Finding) { cancel() }})
			cancel()
			Expect(s.Findings).NotTo(BeEmpty(), m.Name)
			if s.Findings[0].Requirement.ID == m.Requirement {
				right++
			}
		}
		Expect(right).To(BeNumerically(">=", played-1), "two faults may break one list")
	})

	It("knows a fault again, in whatever order the fields are written", func(ctx SpecContext) {
		names := []string{"event-lines-in-fields", "data-empty-dropped"}
		var all []mutants.EncoderFault
		for _, name := range names {
			all = append(all, mutants.EncoderFaults()[slices.IndexFunc(mutants.EncoderFaults(), func(f mutants.EncoderFault) bool { return f.Name == name })])
		}
		s := write(ctx, mutants.EncoderModelIn([]string{"data", "id", "event"}, all...), Options{Seed: 2, Runs: 6000})
		Expect(faultsOf(s)).To(ConsistOf(names))
	})

	It("has one finding for all that no known fault explains and that breaks one requirement", func(ctx SpecContext) {
		// Each LF of an id or event type begins a field, and CR and NUL are let through.
		raw := func(name string, value *string) string {
			if value == nil {
				return ""
			}
			return name + ": " + strings.ReplaceAll(*value, "\n", "\n"+name+": ") + "\n"
		}
		odd := func(l []encoder.Item) (stream []byte, err error) {
			for _, item := range l {
				stream = append(stream, raw("id", item.ID)+raw("event", item.Event)...)
				rest, err := refencoder.Encode([]encoder.Item{{Comment: item.Comment, Retry: item.Retry, Data: item.Data}})
				if err != nil {
					return nil, err
				}
				stream = append(stream, rest...)
			}
			return stream, nil
		}
		s := write(ctx, odd, Options{Seed: 2, Runs: 6000})
		broken := map[string]int{}
		for _, f := range s.Findings {
			if f.Fault == "" {
				broken[f.Requirement.ID]++
			}
		}
		Expect(broken).NotTo(BeEmpty())
		Expect(broken).To(HaveEach(1))
	})

	DescribeTable("finds nothing wrong with one that is right", func(ctx SpecContext, e encoder.EncodeFunc) {
		s := write(ctx, e, Options{Seed: uint64(GinkgoRandomSeed()), Runs: 4000})
		Expect(s.Findings).To(BeEmpty())
		Expect(s.Runs).To(Equal(4000))
	},
		Entry("and refuses", encoder.EncodeFunc(refencoder.Encode)),
		Entry("and leaves out", mutants.SoundEncoder()),
	)

	It("has a finding for one that writes the same items in two ways", func(ctx SpecContext) {
		var asked atomic.Int64
		s := write(ctx, func(items []encoder.Item) ([]byte, error) {
			if asked.Add(1)%3 == 0 {
				return []byte("data: other\n\n"), nil
			}
			return refencoder.Encode(items)
		}, Options{Seed: 1, Runs: 600})
		Expect(s.Findings).To(HaveLen(1))
		Expect(s.Findings[0].Requirement.ID).To(Equal("format.item.repeatable"))
	})

	It("does not tell what its folder has already", func(ctx SpecContext) {
		dir := filepath.Join(GinkgoT().TempDir(), "findings")
		broken := encoderFaults("event-crlf-let-through")
		o := Options{Seed: 1, Runs: 1500, Folder: dir}
		Expect(write(ctx, broken, o).Stats.Known).To(BeZero())
		before, err := os.ReadDir(dir)
		Expect(err).NotTo(HaveOccurred())
		Expect(before).NotTo(BeEmpty())
		o.Seed = 2
		o.OnFinding = func(f *Finding) { Fail("told again: " + f.Case) }
		Expect(write(ctx, broken, o).Stats.Known).To(Equal(len(before)))
		Expect(os.ReadDir(dir)).To(HaveLen(len(before)))
	})
})
