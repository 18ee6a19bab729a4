package shrink_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

// A fault is what a subject gets wrong.
type fault func(stream.Input) bool

// plenty is a budget that no specification here needs.
const plenty = 20000

// shrunk shrinks with plenty of questions, and demands what holds of every result.
func shrunk(in stream.Input, has fault) stream.Input {
	GinkgoHelper()
	asked := 0
	r := shrink.Stream(context.Background(), in, each(&asked, has), plenty)
	Expect(r.Spent).To(Equal(asked))
	Expect(r.Minimal).To(BeTrue())
	Expect(r.Sure()).To(BeTrue())
	Expect(r.Smallest.Valid()).To(BeTrue())
	return r.Smallest
}

// in is a stream whose cuts are bars.
func in(text string) stream.Input {
	var in stream.Input
	for i, chunk := range strings.Split(text, "|") {
		if i > 0 {
			in.Cuts = append(in.Cuts, len(in.Bytes))
		}
		in.Bytes = append(in.Bytes, chunk...)
	}
	return in
}

// barred is a stream with a bar for each cut.
func barred(in stream.Input) string {
	var chunks []string
	for _, chunk := range in.Chunks() {
		chunks = append(chunks, string(chunk))
	}
	return strings.Join(chunks, "|")
}

// has says that the bytes are there somewhere.
func has(text string) fault {
	return func(in stream.Input) bool { return bytes.Contains(in.Bytes, []byte(text)) }
}

// events says of the events that the standard gives.
func events(says func([]spec.Event) bool) fault {
	return func(in stream.Input) bool { return says(stream.Expected(in).Events) }
}

// cutBehind says that a chunk ends in this text and another follows.
func cutBehind(text string) fault {
	return func(in stream.Input) bool {
		return slices.ContainsFunc(in.Cuts, func(at int) bool { return bytes.HasSuffix(in.Bytes[:at], []byte(text)) })
	}
}

func both(a, b fault) fault { return func(in stream.Input) bool { return a(in) && b(in) } }

const noise = "\xef\xbb\xbfid: 42\nevent: update\ndata: first line\r\ndata: Second\r\n\r\n: a comment\n\nretry: 1500\n\n"

var _ = Describe("A stream", func() {
	DescribeTable("is as small as its fault lets it be",
		func(given stream.Input, has fault, want string) {
			Expect(barred(shrunk(given, has))).To(Equal(want))
		},
		Entry("any stream at all", in(noise+"|data: a\n\n"), fault(func(stream.Input) bool { return true }), ""),
		Entry("a text", in(noise+"|data: needle\n\n"), has("needle"), "needle"),
		Entry("an event", in(noise+"data: x\n\n"), events(func(all []spec.Event) bool { return len(all) > 0 }), "data\n\n"),
		Entry("an event with a type", in(noise), events(func(all []spec.Event) bool { return len(all) > 0 && all[0].Type != "message" }),
			"event:a\ndata\n\n"),
		Entry("an event with data that begins with a space", in(noise+"data:  \tx\n\n"),
			events(func(all []spec.Event) bool {
				return slices.ContainsFunc(all, func(e spec.Event) bool { return strings.HasPrefix(e.Data, " ") })
			}), "data:  \n\n"),
		Entry("two events", in(noise+noise+noise), events(func(all []spec.Event) bool { return len(all) > 1 }), "data\n\ndata\n\n"),
		Entry("a reconnection time", in(noise), fault(func(in stream.Input) bool { return len(stream.Expected(in).Retries) > 0 }), "retry:1\n"),
		Entry("a name in capitals", in(noise+"DATA: x\n\n"), fault(func(in stream.Input) bool {
			for line := range bytes.Lines(in.Bytes) {
				name, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(":"))
				if !bytes.Equal(name, []byte("data")) && bytes.EqualFold(name, []byte("data")) {
					return true
				}
			}
			return false
		}), "datA"),
		Entry("a name of four letters", in(noise+"dada: x\n\n"), fault(func(in stream.Input) bool {
			name, _, colon := bytes.Cut(in.Bytes, []byte(":"))
			return colon && len(name) >= 4
		}), "data:"),
		Entry("a line end that may be any", in("data: a\r\n\r\n"), events(func(all []spec.Event) bool { return len(all) == 1 }), "data\n\n"),
		Entry("a CR", in(noise+"data: a\r\r"), has("\r"), "\r"),
		Entry("a wide character", in(noise+"data: x\u4e2dy\n\n"), fault(func(in stream.Input) bool {
			return strings.ContainsFunc(string(in.Bytes), func(r rune) bool { return r > 0x7ff && r != 0xfffd && r != 0xfeff })
		}), "€"),
		Entry("ill-formed bytes", in("data: x\xe4\xb8y\xc3\n\n"), events(func(all []spec.Event) bool {
			return len(all) > 0 && strings.Contains(all[0].Data, "\ufffd")
		}), "data:\xff\n\n"),
		Entry("a digit", in(noise+"data: 97\n\n"), fault(func(in stream.Input) bool { return bytes.ContainsAny(in.Bytes, "3456789") }), "7"),
		Entry("digits", in("data: 97\n\n"), fault(func(in stream.Input) bool {
			digits := 0
			for _, b := range in.Bytes {
				if '0' <= b && b <= '9' {
					digits++
				}
			}
			return digits >= 2
		}), "11"),
		Entry("a byte order mark", in(noise), fault(func(in stream.Input) bool { return bytes.HasPrefix(in.Bytes, []byte("\xef\xbb\xbf")) }), "\xef\xbb\xbf"),
		Entry("a cut anywhere", in("data|: a\n|\n"), fault(func(in stream.Input) bool { return len(in.Cuts) > 0 }), "|"),
		Entry("a cut within a line", in("d|ata: a|b|c\n|\n"), fault(func(in stream.Input) bool {
			return slices.ContainsFunc(in.Cuts, func(at int) bool { return at > 0 && at < len(in.Bytes) && in.Bytes[at] != '\n' })
		}), "a|a"),
		Entry("a cut behind the third byte or a later one", in("data: abc|def\n\n"), both(events(func(all []spec.Event) bool { return len(all) == 1 }),
			func(in stream.Input) bool { return len(in.Cuts) > 0 && in.Cuts[0] >= 3 }), "dat|a\n\n"),
		Entry("a cut in a CRLF", in("d|a|t|a|:| |a|\r|\n|\r|\n"), both(has("\r\n"), cutBehind("\r")), "\r|\n"),
		Entry("an empty chunk", in("data: a||b\n|\n"), fault(func(in stream.Input) bool {
			return slices.ContainsFunc(in.Chunks()[1:], func(c []byte) bool { return len(c) == 0 })
		}), "|"),
		Entry("two cuts", in("d|a|t|a|: x|y\n\n"), fault(func(in stream.Input) bool { return len(in.Bytes) > 3 && len(in.Cuts) >= 2 }), "a|a|aa"),
		Entry("whole blocks only", in("id: 1\ndata: x\n\nid: 2\ndata: y\n\nid: 3\ndata: z\n\n"), both(has("z"), func(in stream.Input) bool {
			return regexp.MustCompile(`^(id:.*\ndata:.*\n\n)*$`).Match(in.Bytes)
		}), "id:\ndata:z\n\n"),
		Entry("whole characters only", in("é😀€中é€😀é€é中😀x€é😀中€é€é中é😀é€"), both(has("x"), func(in stream.Input) bool {
			return utf8.Valid(in.Bytes) && !bytes.ContainsAny(in.Bytes, "a")
		}), "x"),
		Entry("line ends that may be LF", in("data: a\r\rdata: b\r\r"), events(func(all []spec.Event) bool { return len(all) > 0 }), "data\n\n"),
		Entry("a character that is not of ASCII", in("data: 中\n\n"), fault(func(in stream.Input) bool {
			return strings.ContainsFunc(string(in.Bytes), func(r rune) bool { return r > 0x7f && r != 0xfffd })
		}), "é"),
		Entry("cuts in pairs", in("ne|ed|le"), both(has("needle"), func(in stream.Input) bool { return len(in.Cuts)%2 == 0 }), "needle"),
		Entry("a cut that must be somewhere", in("|xyz"), fault(func(in stream.Input) bool { return len(in.Bytes) == 3 && len(in.Cuts) > 0 }), "a|aa"),
		Entry("a cut that was too far behind", in("xyz|"), fault(func(in stream.Input) bool { return len(in.Bytes) == 3 && len(in.Cuts) > 0 }), "a|aa"),
		Entry("an empty chunk before bytes", in("|xyz"), fault(func(in stream.Input) bool {
			return len(in.Bytes) == 3 && slices.ContainsFunc(in.Chunks(), func(c []byte) bool { return len(c) == 0 })
		}), "|aaa"),
		Entry("a name behind a cut", in("\n|data: x"), both(cutBehind("\n"), func(in stream.Input) bool { return len(in.Bytes) > 5 && in.Bytes[5] == ':' }), "\n|data:"),
		Entry("a name behind a byte order mark", in("\xef\xbb\xbfdata: x\n"), func(in stream.Input) bool {
			return len(in.Bytes) > 7 && bytes.HasPrefix(in.Bytes, []byte("\xef\xbb\xbf")) && in.Bytes[7] == ':'
		}, "\xef\xbb\xbfdata:"),
		Entry("an empty stream", in(""), fault(func(stream.Input) bool { return true }), ""),
		Entry("a stream of a cut", in("|"), fault(func(in stream.Input) bool { return len(in.Cuts) == 1 }), "|"),
	)

	It("that has no fault comes back as it was", func() {
		given := in(noise)
		asked := 0
		r := shrink.Stream(context.Background(), given, each(&asked, func(stream.Input) bool { return false }), plenty)
		Expect(r).To(Equal(shrink.Result[stream.Input]{Smallest: given, Spent: 1, Asked: 1}))
		Expect(r.Sure()).To(BeFalse())
	})

	It("comes back as it was when nothing smaller has the fault, and is minimal", func() {
		given := in("a|b")
		asked := 0
		r := shrink.Stream(context.Background(), given, each(&asked, func(in stream.Input) bool { return barred(in) == "a|b" }), plenty)
		Expect(r).To(Equal(shrink.Result[stream.Input]{Smallest: given, Minimal: true, Spent: asked, Asked: 3, Held: 3}))
	})
})

// without is the input without a byte; cuts stay where they are between the others.
func without(in stream.Input, at int) stream.Input {
	less := stream.Input{Bytes: slices.Delete(slices.Clone(in.Bytes), at, at+1)}
	for _, c := range in.Cuts {
		if c > at {
			c--
		}
		less.Cuts = append(less.Cuts, c)
	}
	return less
}

var _ = Describe("Nothing of a minimal stream can be taken away", func() {
	random := rand.New(rand.NewPCG(5, 2))
	words := []string{"data", "event", "id", "retry", ":", " ", "\n", "\r", "\r\n", "a", "7", "Data", "\xff", "é", "€", "\x00", "\xef\xbb\xbf", "data: x\n\n"}
	arbitrary := func() stream.Input {
		var in stream.Input
		for range random.IntN(30) {
			in.Bytes = append(in.Bytes, words[random.IntN(len(words))]...)
		}
		for at := range len(in.Bytes) + 1 {
			for random.IntN(6) == 0 {
				in.Cuts = append(in.Cuts, at)
			}
		}
		return in
	}
	atoms := []func() fault{
		func() fault { return has(words[random.IntN(len(words))]) },
		func() fault { return cutBehind(words[random.IntN(len(words))]) },
		func() fault { n := random.IntN(20); return func(in stream.Input) bool { return len(in.Bytes) >= n } },
		func() fault { n := random.IntN(4); return func(in stream.Input) bool { return len(in.Cuts) >= n } },
		func() fault {
			n := random.IntN(4)
			return func(in stream.Input) bool { return bytes.Count(in.Bytes, []byte("\n")) >= n }
		},
		func() fault {
			n := random.IntN(3)
			return events(func(all []spec.Event) bool { return len(all) == n })
		},
		func() fault { // of no reason at all
			salt := random.IntN(1 << 20)
			return func(in stream.Input) bool {
				sum := salt
				for _, b := range []byte(barred(in)) {
					sum = (sum*131 + int(b)) % 1000003
				}
				return sum%3 == 0
			}
		},
	}

	It("whatever the fault is", func() {
		found := 0
		for found < 400 {
			given := arbitrary()
			a, b := atoms[random.IntN(len(atoms))](), atoms[random.IntN(len(atoms))]()
			has := both(a, b)
			if !has(given) {
				continue
			}
			found++
			small := shrunk(given, has)
			Expect(has(small)).To(BeTrue())
			Expect(len(small.Bytes) + len(small.Cuts)).To(BeNumerically("<=", len(given.Bytes)+len(given.Cuts)))
			for at := range small.Bytes {
				Expect(has(without(small, at))).To(BeFalse(), "%q without the byte %d, of %q", barred(small), at, barred(given))
			}
			for i := range small.Cuts {
				less := stream.Input{Bytes: small.Bytes, Cuts: slices.Delete(slices.Clone(small.Cuts), i, i+1)}
				Expect(has(less)).To(BeFalse(), "%q without the cut %d, of %q", barred(small), i, barred(given))
			}
			Expect(barred(shrunk(small, has))).To(Equal(barred(small)), "a minimal one stays as it is")
		}
	})
})

// letters are a line that is long and like no other.
func letters(n int) string {
	random := rand.New(rand.NewPCG(5, 3))
	var b strings.Builder
	for range n {
		b.WriteByte("abcdefghijklmnopqrstuvwxyz0123456789 "[random.IntN(37)])
	}
	return b.String()
}

var _ = Describe("A long stream", func() {
	// costs demands that the stream comes down to this in so many questions.
	costs := func(given string, has fault, want string, minimal bool, most int) {
		GinkgoHelper()
		asked := 0
		r := shrink.Stream(context.Background(), in(given), each(&asked, has), plenty)
		Expect(string(r.Smallest.Bytes) == want).To(BeTrue(), "%d bytes: %.80q", len(r.Smallest.Bytes), r.Smallest.Bytes)
		Expect(r.Minimal).To(Equal(minimal))
		Expect(asked).To(BeNumerically("<=", most))
	}
	longLine := func(n int) fault {
		return func(in stream.Input) bool {
			return slices.ContainsFunc(bytes.Split(in.Bytes, []byte("\n")), func(line []byte) bool { return len(line) >= n })
		}
	}

	It("whose line is too long comes down to the limit", func() {
		costs("id: 1\ndata: "+letters(1<<20)+"\n\ndata: END\n\n", longLine(65536), strings.Repeat("a", 65536), true, 50)
	})

	It("whose event is too long comes down to the limit", func() {
		costs("data: "+letters(1<<18)+"\n\n", events(func(all []spec.Event) bool { return len(all) > 0 && len(all[0].Data) > 4096 }),
			"data:"+strings.Repeat("a", 4097)+"\n\n", true, 70)
	})

	It("that has too many lines comes down to the limit", func() {
		costs(strings.Repeat("data: x\n", 1200)+"\n", events(func(all []spec.Event) bool {
			return len(all) > 0 && strings.Count(all[0].Data, "\n") >= 399
		}), strings.Repeat("data\n", 400)+"\n", false, 600)
	})

	It("that has too many events comes down to the limit", func() {
		costs(strings.Repeat("id: 1\ndata: x\n\n", 300), events(func(all []spec.Event) bool { return len(all) >= 100 }),
			strings.Repeat("data\n\n", 100), false, 2300)
	})

	It("that can be only shorter is shortened as a whole", func() {
		text := letters(1 << 14)
		costs("data: "+text, fault(func(in stream.Input) bool { return bytes.HasPrefix(in.Bytes, []byte("data: "+text[:100])) }), "data: "+text[:100], true, 470)
		costs("data: "+text, fault(func(in stream.Input) bool { return bytes.HasSuffix(in.Bytes, []byte(text[len(text)-100:])) }), text[len(text)-100:], true, 470)
	})

	It("comes down to the limit early, before each single byte is looked at", func() {
		given := in(strings.Repeat("id: 1\ndata: x\n\n", 800))
		r := shrink.Stream(context.Background(), given, each(new(int), events(func(all []spec.Event) bool { return len(all) >= 300 })), 1000)
		Expect(len(r.Smallest.Bytes)).To(Equal(6 * 300))
	})

	It("with a needle comes down to it", func() {
		costs(letters(1<<17)+"\nneedle: "+letters(1<<17)+"\n\n", has("needle"), "needle", true, 40)
	})
})

var _ = Describe("Shrinking", func() {
	given := in(noise + noise + "data: needle| in a hay|stack\n\n")

	It("asks several questions at once, but not about more than half a megabyte", func() {
		most, bytes := 0, 0
		count := func(all []stream.Input) []bool {
			sum := 0
			for _, in := range all {
				sum += len(in.Bytes)
			}
			most, bytes = max(most, len(all)), max(bytes, sum)
			return make([]bool, len(all))
		}
		yes := true // of the whole only
		holds := func(all []stream.Input) []bool {
			answers := count(all)
			answers[0], yes = yes, false
			return answers
		}
		shrink.Stream(context.Background(), given, holds, plenty)
		Expect(most).To(And(BeNumerically(">=", 16), BeNumerically("<=", 64)))
		yes, bytes = true, 0
		shrink.Stream(context.Background(), in(letters(1<<17)), holds, 60)
		Expect(bytes).To(BeNumerically("<=", 1<<19))
	})

	It("asks no more questions than it may, and says that it came to no end", func() {
		need := shrink.Stream(context.Background(), given, each(new(int), has("needle")), plenty).Spent
		Expect(need).To(BeNumerically("<", 150))
		for budget := range need {
			asked := 0
			r := shrink.Stream(context.Background(), given, each(&asked, has("needle")), budget)
			Expect(asked).To(Equal(r.Spent))
			Expect(asked).To(BeNumerically("<=", budget))
			Expect(bytes.Contains(r.Smallest.Bytes, []byte("needle"))).To(BeTrue())
			Expect(r.Minimal).To(BeFalse())
			Expect(r.Sure()).To(Equal(budget > 3), "the last questions are kept for the test of the result: %+v", r)
		}
	})

	It("ends with the context, and takes no answer that came too late", func() {
		for end := range 12 {
			ctx, cancel := context.WithCancel(context.Background())
			calls := 0
			r := shrink.Stream(ctx, given, func(all []stream.Input) []bool {
				calls++
				answers := make([]bool, len(all))
				for i := range all {
					answers[i] = has("needle")(all[i])
				}
				if calls > end {
					cancel()
					for i := range answers { // the answers of a subject that has been ended
						answers[i] = true
					}
				}
				return answers
			}, plenty)
			cancel()
			Expect(calls).To(Equal(end + 1))
			Expect(bytes.Contains(r.Smallest.Bytes, []byte("needle"))).To(BeTrue())
			Expect(r.Minimal).To(BeFalse())
			Expect(r.Sure()).To(BeFalse())
		}
	})

	It("says of a subject that changes its mind that its result is not sure", func() {
		flips := rand.New(rand.NewPCG(5, 4))
		unsure := 0
		for range 20 {
			asked := 0
			r := shrink.Stream(context.Background(), given, each(&asked, func(in stream.Input) bool { return has("needle")(in) && flips.IntN(3) > 0 }), plenty)
			if asked > 1 {
				Expect(r.Asked).To(Equal(3))
			}
			if !r.Sure() {
				unsure++
			}
		}
		Expect(unsure).To(BeNumerically(">", 5))
	})

	It("gives the same, however many answers come", func() {
		want := barred(shrunk(given, has("hay")))
		got := shrink.Stream(context.Background(), given, func(all []stream.Input) []bool {
			answers := make([]bool, len(all))
			for i := range slices.Backward(answers) {
				answers[i] = has("hay")(all[i])
			}
			return answers
		}, plenty)
		Expect(barred(got.Smallest)).To(Equal(want))
	})

	It("asks no question twice but for the test of the result", func() {
		seen := map[string]int{}
		asked := 0
		r := shrink.Stream(context.Background(), given, each(&asked, func(in stream.Input) bool {
			seen[barred(in)]++
			return has("needle")(in)
		}), plenty)
		for text, times := range seen {
			if text == barred(r.Smallest) {
				Expect(times).To(Equal(1 + r.Asked))
				continue
			}
			Expect(times).To(Equal(1), "%q", text)
		}
	})

	It("leaves what it was given as it was", func() {
		before := barred(given)
		shrunk(given, has("needle"))
		Expect(barred(given)).To(Equal(before))
	})
})
