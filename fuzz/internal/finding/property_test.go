package finding_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/finding"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// words are what streams and texts of these specifications are made of: what has a
// meaning in an event stream, in YAML or on a terminal.
var words = []string{"data", "event", "id", "retry", ":", " ", "\n", "\r", "\r\n", "\n\n", "a", "7", "\xff", "\xe2\x82", "é", "€", "😀", "\x00",
	"\ufeff", "\x1b[2J", "\t", "\"", "'", "\\", "\\n", "#", " #", "##[", "::", "- ", "? ", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`",
	"~", "null", "yes", "1e3", "0x1", "---", "...", "\u0085", "\u2028", "\u202e", "\u00a0", "\x7f", "\u009b", "\ufffd", "\ue000", "\u200d", "data: x\n\n"}

func arbitraryText(random *rand.Rand, most int) string {
	var b strings.Builder
	for range random.IntN(most) {
		word := words[random.IntN(len(words))]
		if random.IntN(20) == 0 {
			word = strings.Repeat(word, random.IntN(300))
		}
		b.WriteString(word)
	}
	return b.String()
}

func arbitraryInput(random *rand.Rand) stream.Input {
	in := stream.Input{Bytes: []byte(arbitraryText(random, 30))}
	for range random.IntN(5) {
		in.Cuts = append(in.Cuts, random.IntN(len(in.Bytes)+1))
	}
	slices.Sort(in.Cuts)
	return in
}

// dressed has a word of a hostile subject everywhere.
func dressed(f finding.Finding, random *rand.Rand) finding.Finding {
	f.Title, f.Note, f.Campaign = arbitraryText(random, 8), arbitraryText(random, 8), arbitraryText(random, 8)
	f.Subject = runner.Info{Name: arbitraryText(random, 8), Version: arbitraryText(random, 8), Flags: arbitraryText(random, 8)}
	f.Cases = arbitraryText(random, 4)
	return f
}

var _ = Describe("Whatever was found", func() {
	It("in a stream is a case without a mistake that plays it as it was, and expects what the standard says", func() {
		random := rand.New(rand.NewPCG(5, 7))
		for range 120 {
			in := arbitraryInput(random)
			seen := stream.Seen{Retries: [][]int64{nil, {5}, {-1}}[random.IntN(3)]}
			for range random.IntN(3) {
				seen.Events = append(seen.Events, spec.Event{Type: arbitraryText(random, 5), Data: arbitraryText(random, 5), LastEventID: arbitraryText(random, 5)})
			}
			if random.IntN(4) == 0 {
				seen = stream.Seen{Failed: arbitraryText(random, 9) + "."}
			}
			f := dressed(finding.Stream("parse.chunks.irrelevant", in, seen, stream.Reports{Retries: random.IntN(2) == 0}), random)
			c := loaded(f)
			variants := cases.ParserVariants(c)
			Expect(texts(variants[0].Chunks)).To(Equal(texts(in.Chunks())))
			if len(in.Cuts) > 0 {
				Expect(variants).To(HaveLen(1))
			} else {
				Expect(c.Variants).To(BeEmpty())
			}
			var events []spec.Event
			for i := range c.Expect.Events {
				events = append(events, c.Expect.Events[i].Spec())
			}
			Expect(events).To(Equal(stream.Expected(in).Events))
			again, err := f.Case()
			Expect(err).NotTo(HaveOccurred())
			Expect(finding.Entry(again)).To(Equal(finding.Entry(c)))
			text := f.Text()
			Expect(reports.Text(text)).To(Equal(text))
		}
	})

	It("in items is a case without a mistake that hands over what was handed over", func() {
		random := rand.New(rand.NewPCG(5, 8))
		retries := []string{"0", "1500", "-1", "-0", "1.5", "1e3", "1E+30", "1.0e-3", "99999999999999999999", `"15"`, `"x\u000a# y: {"`, `""`, `"\u2028"`}
		text := func() *string {
			if random.IntN(3) == 0 {
				return nil
			}
			text := strings.ToValidUTF8(arbitraryText(random, 8), "")
			if random.IntN(6) == 0 {
				text += []string{"\xed\xa0\x80", "\xed\xbf\xbf"}[random.IntN(2)] + "😀\x00"
			}
			return &text
		}
		for range 120 {
			c := &cases.Case{Wire: []string{cases.Grammar, cases.NoBOM}[:random.IntN(3)]}
			for range 1 + random.IntN(4) {
				item := cases.EmitItem{Comment: text(), Event: text(), ID: text(), Data: text()}
				if random.IntN(2) == 0 {
					item.Retry = json.RawMessage(retries[random.IntN(len(retries))])
				}
				c.Emit = append(c.Emit, item)
			}
			if random.IntN(3) == 0 {
				c.Never = []cases.Forged{{Data: ptr(strings.ToValidUTF8(arbitraryText(random, 5), "x"))}, {Retry: ptr(int64(7))}, {Comment: ptr("a")}}
			}
			seen := &transcript.Transcript{Emitted: &transcript.Emitted{Wire: []byte(arbitraryText(random, 30))}}
			f := dressed(finding.Emit("secure.encoder.no-injection", c, seen), random)
			got := loaded(f)
			Expect(string(got.Script(false))).To(Equal(string((&cases.Case{Emit: c.Emit}).Script(false))))
			Expect(got.Ways()).To(Equal(c.Ways()))
			Expect(got.Wire).To(HaveLen(len(c.Wire)))
			Expect(got.Never).To(BeComparableTo(c.Never))
			text := f.Text()
			Expect(reports.Text(text)).To(Equal(text))
		}
	})
})
