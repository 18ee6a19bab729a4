package seeds_test

import (
	"bytes"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/script"
	"github.com/ssecheck/ssecheck/fuzz/internal/seeds"
	"github.com/ssecheck/ssecheck/fuzz/internal/targets"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

func TestSeeds(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fuzz/internal/seeds")
}

func of(target string) []seeds.Seed {
	GinkgoHelper()
	all, err := seeds.Of(target)
	Expect(err).NotTo(HaveOccurred())
	Expect(all).NotTo(BeEmpty())
	return all
}

func corpus() []*cases.Case {
	GinkgoHelper()
	c, err := cases.Default()
	Expect(err).NotTo(HaveOccurred())
	return c.Cases()
}

var _ = Describe("The seeds", func() {
	It("are those of the native targets, all of them", func(ctx SpecContext) {
		found, err := targets.Find(ctx, "../..", ".")
		Expect(err).NotTo(HaveOccurred())
		var names []string
		for _, t := range found {
			names = append(names, strings.TrimPrefix(t.Name, "Fuzz"))
		}
		Expect(seeds.Targets()).To(ConsistOf(names))
	})

	It("are bounded, and have a form for libFuzzer", func() {
		for _, target := range seeds.Targets() {
			most := seeds.MaxSize
			if target == "Load" || target == "ReadJSON" {
				most = seeds.MaxFile
			}
			for _, seed := range of(target) {
				file, err := seeds.LibFuzzer(seed)
				Expect(err).NotTo(HaveOccurred(), target)
				Expect(len(file)).To(BeNumerically("<=", most+11), target)
			}
		}
	})

	It("have the stream of every case that is small", func() {
		has := map[string]bool{}
		for _, seed := range of("Decoder") {
			has[string(seed[0].([]byte))] = true
		}
		for _, c := range corpus() {
			if v := cases.ParserVariants(c); len(v) > 0 {
				if stream := bytes.Join(v[0].Chunks, nil); len(stream) <= seeds.MaxSize {
					Expect(has).To(HaveKey(string(stream)), c.Name())
				}
			}
		}
	})

	It("have two connections, cut between them", func() {
		Expect(of("Decoder")).To(ContainElement(WithTransform(func(s seeds.Seed) bool {
			return s[2].(uint16) > 0 && int(s[2].(uint16)) < len(s[0].([]byte))
		}, BeTrue())))
	})

	It("have the items of every emit case, and the events of the others", func() {
		var steps []script.Step
		for _, seed := range of("EncodeDecode") {
			steps = append(steps, script.Read(seed[0].([]byte))...)
		}
		data := map[string]bool{}
		events := 0
		for _, step := range steps {
			if step.Event != nil {
				events++
			} else if step.Item.Data != nil {
				data[*step.Item.Data] = true
			}
		}
		Expect(events).To(BeNumerically(">", 100))
		for _, c := range corpus() {
			for _, item := range c.Emit {
				if item.Data != nil && len(*item.Data) <= script.MaxText && len(c.Emit) <= 3 {
					Expect(data).To(HaveKey(*item.Data), c.Name())
				}
			}
		}
	})

	It("have a file for every case, which loads", func() {
		catalogue, err := requirements.Default()
		Expect(err).NotTo(HaveOccurred())
		loaded := 0
		for i, seed := range of("Load") {
			if i%10 != 0 { // each takes a millisecond
				continue
			}
			c, err := cases.Load(fstest.MapFS{seeds.FileName: {Data: seed[0].([]byte)}}, catalogue)
			if err == nil {
				loaded += len(c.Cases())
			}
		}
		Expect(loaded).To(BeNumerically("~", len(corpus())/10, 1+len(corpus())/100))
		Expect(len(of("Load"))).To(BeNumerically(">", len(corpus())))
	})

	It("have reports that can be read", func() {
		read := 0
		for _, seed := range of("ReadJSON") {
			r, err := reports.ReadJSON(bytes.NewReader(seed[0].([]byte)))
			if err == nil && len(r.Subjects) == 2 {
				Expect(r.Subjects[0].Summary.Pass).To(Equal(1))
				Expect(r.Subjects[1].Summary.Fail).To(Equal(1))
				read++
			}
		}
		Expect(read).To(BeNumerically(">", 10))
	})

	It("are unknown for other targets, which are named", func() {
		_, err := seeds.Of("Nothing")
		Expect(err).To(MatchError(And(ContainSubstring(`"Nothing"`), ContainSubstring(`"Decoder"`))))
	})
})

var _ = DescribeTable("A seed for libFuzzer is its numbers, a byte, and its text",
	func(seed seeds.Seed, want string) { Expect(seeds.LibFuzzer(seed)).To(BeEquivalentTo(want)) },
	Entry("a text", seeds.Seed{"ab"}, "\x00ab"),
	Entry("bytes, and numbers before and behind them", seeds.Seed{uint16(0x102), []byte("ab"), int64(-2)}, "\x01\x02\xff\xff\xff\xff\xff\xff\xff\xfe\x00ab"),
	Entry("no text", seeds.Seed{uint8(7)}, "\x07"),
	Entry("an empty text", seeds.Seed{[]byte(nil)}, "\x00"),
)

var _ = DescribeTable("A seed has no form for libFuzzer with",
	func(seed seeds.Seed, words string) {
		_, err := seeds.LibFuzzer(seed)
		Expect(err).To(MatchError(ContainSubstring(words)))
	},
	Entry("two texts", seeds.Seed{"a", []byte("b")}, "2 texts"),
	Entry("a number without a size", seeds.Seed{5}, "a seed holds a int"),
)

var _ = Describe("What go test has found", func() {
	found := func(text string) ([]seeds.Seed, error) {
		return seeds.Found(fstest.MapFS{"testdata/fuzz/FuzzX/1": {Data: []byte(text)}}, "testdata/fuzz/FuzzX")
	}

	It("is read back", func() {
		got, err := found("go test fuzz v1\n[]byte(\"a\\x00\\n\\\"\")\nstring(\"\\u00e4\")\nuint64(18446744073709551615)\nint64(-5)\nbyte('\\'')\nbyte('\\x01')\nuint16(7)\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(Equal([]seeds.Seed{{[]byte("a\x00\n\""), "ä", uint64(18446744073709551615), int64(-5), uint8('\''), uint8(1), uint16(7)}}))
	})

	It("may be nothing", func() {
		got, err := seeds.Found(fstest.MapFS{}, "testdata/fuzz/FuzzX")
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(BeEmpty())
	})

	DescribeTable("is refused with its place", func(text, words string) {
		_, err := found(text)
		Expect(err).To(MatchError(And(ContainSubstring("testdata/fuzz/FuzzX/1"), ContainSubstring(words))))
	},
		Entry("another version", "go test fuzz v2\nstring(\"\")\n", `"go test fuzz v2"`),
		Entry("no value", "go test fuzz v1\nstring(\"a\")\nrm -rf\n", "line 3"),
		Entry("a type that no target has", "go test fuzz v1\nrune('a')\n", "line 2"),
		Entry("a number that is too large", "go test fuzz v1\nuint16(65536)\n", "uint16(65536)"),
		Entry("a call of two", "go test fuzz v1\nstring(\"a\", \"b\")\n", "line 2"),
	)

	It("is nothing that a target could not be given", func() {
		for _, target := range seeds.Targets() {
			kept, err := seeds.Found(fuzzFolder, "testdata/fuzz/Fuzz"+target)
			Expect(err).NotTo(HaveOccurred())
			first := of(target)[0]
			for _, seed := range kept {
				Expect(slices.EqualFunc(seed, first, sameType)).To(BeTrue(), target)
			}
		}
	})
})

// fuzzFolder is the folder of package fuzz.
var fuzzFolder = os.DirFS("../..")

func sameType(a, b any) bool { return reflect.TypeOf(a) == reflect.TypeOf(b) }
