package exhaustive_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/exhaustive"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

func space(alphabet string, length int) *exhaustive.Space {
	s, err := exhaustive.New(alphabet, length)
	Expect(err).NotTo(HaveOccurred())
	return s
}

// spell writes an input with a bar at each cut.
func spell(in stream.Input) string { return string(bytes.Join(in.Chunks(), []byte("|"))) }

var _ = Describe("A space", func() {
	It("has every stem in every cut, and the sentinels behind it", func() {
		var got []string
		for s := range space("Bn", 2).Shard(0, 1) {
			got = append(got, fmt.Sprintf("%s %q", s.Stem, s.Bytes))
			for _, in := range s.Inputs {
				if !bytes.Contains(in.Bytes, []byte("END")) {
					got = append(got, strings.NewReplacer("\xEF", "1", "\xBB", "2", "\xBF", "3", "\n", "n").Replace(spell(in)))
				}
			}
		}
		end, later := "data: END\\n\\n", "\\n\\ndata: END\\n\\n"
		Expect(got).To(Equal([]string{
			` ""`, ``, ` "` + end + `"`, ` "` + later + `"`,
			`B "\ufeff"`, `123`, `1|2|3`, `B "\ufeff` + end + `"`, `B "\ufeff` + later + `"`,
			`n "\n"`, `n`, `n "\n` + end + `"`, `n "\n` + later + `"`,
			`BB "\ufeff\ufeff"`, `123123`, `123|123`, `1|2|3|1|2|3`, `BB "\ufeff\ufeff` + end + `"`, `BB "\ufeff\ufeff` + later + `"`,
			`Bn "\ufeff\n"`, `123n`, `123|n`, `1|2|3|n`, `Bn "\ufeff\n` + end + `"`, `Bn "\ufeff\n` + later + `"`,
			`nB "\n\ufeff"`, `n123`, `n|123`, `n|1|2|3`, `nB "\n\ufeff` + end + `"`, `nB "\n\ufeff` + later + `"`,
			`nn "\n\n"`, `nn`, `n|n`, `nn "\n\n` + end + `"`, `nn "\n\n` + later + `"`,
		}))
	})

	It("has each sentinel whole, byte by byte and with an empty chunk before each byte", func() {
		var s exhaustive.Stream
		space("1", 1).Fill(&s, 4)
		var got []string
		for _, in := range s.Inputs {
			got = append(got, spell(in))
		}
		Expect(got).To(Equal([]string{
			"1data: END\n\n", "1|d|a|t|a|:| |E|N|D|\n|\n", "|1||d||a||t||a||:|| ||E||N||D||\n||\n",
		}))
	})

	It("cuts between symbols in every way there is", func() {
		var got []string
		for s := range space("1n:", 4).Shard(0, 1) {
			if string(s.Stem) == "1n:n" && len(s.Bytes) == 4 {
				for _, in := range s.Inputs {
					got = append(got, strings.ReplaceAll(spell(in), "\n", "n"))
				}
			}
		}
		Expect(got).To(Equal([]string{"1n:n", "1|n:n", "1n|:n", "1|n|:n", "1n:|n", "1|n:|n", "1n|:|n", "1|n|:|n"}))
	})

	DescribeTable("counts its streams and inputs as they come",
		func(alphabet string, length int) {
			s := space(alphabet, length)
			streams, inputs := uint64(0), uint64(0)
			seen := map[string]bool{}
			for stream := range s.Shard(0, 1) {
				streams++
				inputs += uint64(len(stream.Inputs))
				for _, in := range stream.Inputs {
					Expect(in.Valid()).To(BeTrue())
					seen[fmt.Sprintf("%s %q %v", stream.Stem, in.Bytes, in.Cuts)] = true
				}
			}
			Expect(streams).To(Equal(s.Streams()))
			Expect(streams).To(Equal(3 * s.Stems()))
			Expect(inputs).To(Equal(s.Inputs()))
			Expect(seen).To(HaveLen(int(inputs)), "some input comes twice")
		},
		Entry(nil, "d", 0), Entry(nil, "d", 5), Entry(nil, "n", 8), Entry(nil, "dn", 5), Entry(nil, "d: ncx", 3),
		Entry(nil, exhaustive.Default, 2),
	)

	// Worked out by hand: with 12 symbols, of which 7 have one byte, the sum over k of
	// 12^k 2^(k-1) + 12^k - 7^k, and 6 * 12^k with sentinels.
	DescribeTable("counts without enumerating",
		func(alphabet string, length int, stems, inputs uint64) {
			s := space(alphabet, length)
			Expect(s.Stems()).To(Equal(stems))
			Expect(s.Inputs()).To(Equal(inputs))
		},
		Entry(nil, exhaustive.Default, 1, uint64(13), uint64(1+12+12-7+6*13)),
		Entry(nil, exhaustive.Default, 5, uint64(271_453), uint64(6_034_976)),
		Entry(nil, exhaustive.Default, 7, uint64(39_089_245), uint64(2_665_605_528)),
		Entry(nil, "n", 16, uint64(17), uint64(65536+6*17)),
	)

	DescribeTable("refuses",
		func(alphabet string, length int, message string) {
			_, err := exhaustive.New(alphabet, length)
			Expect(err).To(MatchError(ContainSubstring(message)))
		},
		Entry("no symbols", "", 3, `the alphabet is empty: name its symbols, as in "deir: nc10BF"`),
		Entry("an unknown symbol", "d?", 3, `no symbol of an alphabet is called '?': expected one of "deir: nc1`),
		Entry("a symbol twice", "dnd", 3, `the alphabet "dnd" names 'd' twice`),
		Entry("a negative length", "d", -1, "a length of -1 symbols: expected 0 to 16"),
		Entry("a great length", "d", 17, "a length of 17 symbols: expected 0 to 16"),
		Entry("too many", exhaustive.Default, 15, `streams of up to 15 symbols of the 12 of "deir: nc10BF" make more than 2^64 inputs`),
	)

	It("refuses all that is too many", func() {
		letters := ""
		for _, symbol := range exhaustive.Symbols() {
			letters += string(symbol.Letter)
			if len(letters) >= 12 {
				for length := 15; length <= exhaustive.MaxSymbols; length++ {
					_, err := exhaustive.New(letters, length)
					Expect(err).To(MatchError(ContainSubstring("more than 2^64")), "%q, %d", letters, length)
				}
			}
		}
	})

	It("counts up to where numbers end", func() {
		Expect(space(exhaustive.Default, 14).Inputs()).To(BeNumerically(">", uint64(1)<<63))
	})

	It("gives each worker an equal share, in order", func() {
		s := space("dn:", 3)
		var all []string
		for stream := range s.Shard(0, 1) {
			all = append(all, string(stream.Bytes))
		}
		got := make([]string, len(all))
		for worker := range 4 {
			at := worker
			for stream := range s.Shard(worker, 4) {
				got[at] = string(stream.Bytes)
				at += 4
			}
			Expect(at).To(And(BeNumerically(">=", len(all)), BeNumerically("<", len(all)+4)))
		}
		Expect(got).To(Equal(all))
	})

	It("stops when no more is wanted", func() {
		n := 0
		for range space("dn:", 3).Shard(0, 1) {
			if n++; n == 2 {
				break
			}
		}
		Expect(n).To(Equal(2))
	})

	It("leaves streams alone that others are filled beside", func() {
		s := space(exhaustive.Default, 3)
		var kept, other exhaustive.Stream
		number := s.Streams() - 6
		s.Fill(&kept, number)
		before := fmt.Sprintf("%+v", kept)
		for n := range s.Streams() {
			s.Fill(&other, n)
		}
		Expect(fmt.Sprintf("%+v", kept)).To(Equal(before))
		s.Fill(&other, number)
		Expect(fmt.Sprintf("%+v", other)).To(Equal(before))
	})

	It("has no stream beyond its last", func() {
		s := space("dn", 2)
		Expect(func() { s.Fill(&exhaustive.Stream{}, s.Streams()) }).To(PanicWith("exhaustive: expected the number of one of 21 streams, got 21"))
	})
})

var _ = Describe("The symbols", func() {
	It("spell each stream in one way", func() {
		symbols := exhaustive.Symbols()
		for i, one := range symbols {
			Expect(one.Title).NotTo(BeEmpty())
			for _, other := range symbols[i+1:] {
				Expect(other.Letter).NotTo(Equal(one.Letter))
				Expect(strings.HasPrefix(one.Bytes, other.Bytes) || strings.HasPrefix(other.Bytes, one.Bytes)).To(BeFalse(),
					"%q and %q", one.Bytes, other.Bytes)
			}
		}
	})
})

var _ = Describe("The default alphabet", func() {
	// One mutant for each requirement on interpretation that so short a stem can speak of.
	DescribeTable("finds what breaks a rule",
		func(name string, length int) {
			all := mutants.Parsers()
			i := slices.IndexFunc(all, func(m mutants.ParserMutant) bool { return m.Name == name })
			Expect(i).NotTo(Equal(-1))
			for s := range space(exhaustive.Default, length).Shard(0, 1) {
				want := stream.Expected(s.Inputs[0])
				for _, in := range s.Inputs {
					if !stream.Read(in, all[i].Parse).Same(want, stream.Reports{Retries: true}) {
						return
					}
				}
			}
			Fail("no stream shows it")
		},
		Entry(nil, "bom-kept", 1), Entry(nil, "all-boms-at-the-start", 2), Entry(nil, "bom-of-each-line", 2),
		Entry(nil, "only-crlf", 0), Entry(nil, "cr-ends-no-line", 1), Entry(nil, "only-lf", 1), Entry(nil, "first-line-end-decides", 1),
		Entry(nil, "comments-are-fields", 1), Entry(nil, "needs-a-colon", 1), Entry(nil, "last-colon", 2),
		Entry(nil, "keeps-the-space", 0), Entry(nil, "names-are-trimmed", 1), Entry(nil, "unknown-field-is-data", 1),
		Entry(nil, "nul-dropped", 1), Entry(nil, "last-data-line-wins", 2), Entry(nil, "data-in-reverse", 2),
		Entry(nil, "final-newline-kept", 0), Entry(nil, "empty-data-makes-no-event", 1), Entry(nil, "dataless-blocks-dispatched", 0),
		Entry(nil, "type-leaks", 3), Entry(nil, "id-lost-without-data", 3), Entry(nil, "id-of-one-event", 3), Entry(nil, "nul-id-taken", 3),
		Entry(nil, "retry-ignored", 3), Entry(nil, "retry-with-data", 3), Entry(nil, "empty-retry-is-default", 1),
		Entry(nil, "bad-retry-is-nought", 1), Entry(nil, "dispatches-at-the-end", 2), Entry(nil, "last-cr-lost", 3),
		Entry(nil, "crlf-split-adds-a-line", 3), Entry(nil, "bom-within-one-read", 1), Entry(nil, "decodes-each-read-alone", 1),
		Entry(nil, "empty-read-ends-the-block", 2), Entry(nil, "bad-bytes-dropped", 1), Entry(nil, "latin-1", 3),
	)
})
