package seeds_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"path/filepath"
	"reflect"
	"testing"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/script"
	"github.com/ssecheck/ssecheck/fuzz/internal/seeds"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

func TestSeeds(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fuzz/internal/seeds")
}

func of(source seeds.Source) []seeds.Seed {
	GinkgoHelper()
	all, err := seeds.Of(source)
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
	DescribeTable("are bounded, and have a form for libFuzzer", func(source seeds.Source, most int) {
		for _, seed := range of(source) {
			file, err := seeds.LibFuzzer(seed)
			Expect(err).NotTo(HaveOccurred())
			Expect(len(file)).To(BeNumerically("<=", most+11))
		}
	},
		Entry("streams", seeds.Streams, seeds.MaxSize),
		Entry("scripts", seeds.Scripts, seeds.MaxSize),
		Entry("answers", seeds.Answers, seeds.MaxSize),
		Entry("lines", seeds.Lines, seeds.MaxSize),
		Entry("texts", seeds.Texts, seeds.MaxSize),
		Entry("quoted texts", seeds.QuotedTexts, seeds.MaxSize),
		Entry("files of cases", seeds.CaseFiles, seeds.MaxFile),
	)

	It("have the stream of every case that is small", func() {
		has := map[string]bool{}
		for _, seed := range of(seeds.Streams) {
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
		Expect(of(seeds.Streams)).To(ContainElement(WithTransform(func(s seeds.Seed) bool {
			return s[2].(uint16) > 0 && int(s[2].(uint16)) < len(s[0].([]byte))
		}, BeTrue())))
	})

	It("have the items of every emit case, and the events of the others", func() {
		var steps []script.Step
		for _, seed := range of(seeds.Scripts) {
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
		for i, seed := range of(seeds.CaseFiles) {
			if i%10 != 0 { // each takes a millisecond
				continue
			}
			c, err := cases.Load(fstest.MapFS{seeds.FileName: {Data: seed[0].([]byte)}}, catalogue)
			if err == nil {
				loaded += len(c.Cases())
			}
		}
		Expect(loaded).To(BeNumerically("~", len(corpus())/10, 1+len(corpus())/100))
		Expect(len(of(seeds.CaseFiles))).To(BeNumerically(">", len(corpus())))
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

var _ = Describe("A file that libFuzzer has found", func() {
	types := func(list string) []reflect.Type {
		GinkgoHelper()
		all, err := seeds.ReadTypes(list)
		Expect(err).NotTo(HaveOccurred())
		return all
	}

	DescribeTable("is what a target was called with", func(list string, seed seeds.Seed) {
		file, err := seeds.LibFuzzer(seed)
		Expect(err).NotTo(HaveOccurred())
		Expect(seeds.FromLibFuzzer(file, types(list))).To(Equal(seed))
		_, text := seeds.GoTest(seed)
		Expect(seeds.Found(fstest.MapFS{"x/1": {Data: []byte(text)}}, "x")).To(Equal([]seeds.Seed{seed}))
	},
		Entry(nil, "[]byte, uint64,uint16", seeds.Seed{[]byte("a\xff\n'\""), uint64(1 << 63), uint16(2)}),
		Entry(nil, "uint16, string", seeds.Seed{uint16(2), "ä\x00"}),
		Entry(nil, "string", seeds.Seed{""}),
		Entry(nil, "byte,int8,int16,int32,int64", seeds.Seed{uint8('\''), int8(-1), int16(-2), int32(-3), int64(-4)}),
	)

	It("may be cut off", func() {
		Expect(seeds.FromLibFuzzer([]byte{1}, types("uint16,[]byte,uint8"))).To(Equal(seeds.Seed{uint16(0x100), []byte{}, uint8(0)}))
	})

	It("is a file of go test by its own name", func() {
		name, text := seeds.GoTest(seeds.Seed{[]byte("a"), uint64(1), uint16(0)})
		Expect(text).To(Equal("go test fuzz v1\n[]byte(\"a\")\nuint64(1)\nuint16(0)\n"))
		Expect(name).To(MatchRegexp("^[0-9a-f]{16}$"))
	})

	It("cannot be of two texts, or of other types", func() {
		_, err := seeds.FromLibFuzzer(nil, types("string,[]byte"))
		Expect(err).To(MatchError(ContainSubstring("two texts")))
		_, err = seeds.ReadTypes("string,error")
		Expect(err).To(MatchError(And(ContainSubstring(`"error"`), ContainSubstring(`"uint64"`))))
	})
})

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
		Entry("a type that no target has", "go test fuzz v1\nbool(true)\n", "line 2"),
		Entry("a number that is too large", "go test fuzz v1\nuint16(65536)\n", "uint16(65536)"),
		Entry("a call of two", "go test fuzz v1\nstring(\"a\", \"b\")\n", "line 2"),
	)
})

var _ = Describe("A seed corpus for libFuzzer", func() {
	It("is a zip of each seed once", func() {
		path := filepath.Join(GinkgoT().TempDir(), "x.zip")
		Expect(seeds.WriteZip(path, []seeds.Seed{{"a", uint16(1)}, {"b", uint16(1)}, {"a", uint16(1)}})).To(Succeed())
		r, err := zip.OpenReader(path)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(r.Close)
		var texts []string
		for _, file := range r.File {
			text, err := fs.ReadFile(r, file.Name)
			Expect(err).NotTo(HaveOccurred())
			texts = append(texts, string(text))
		}
		Expect(texts).To(ConsistOf("\x00\x01\x00a", "\x00\x01\x00b"))
	})

	It("is none of seeds that libFuzzer cannot have", func() {
		path := filepath.Join(GinkgoT().TempDir(), "x.zip")
		Expect(seeds.WriteZip(path, []seeds.Seed{{"a", "b"}})).NotTo(Succeed())
		Expect(path).NotTo(BeAnExistingFile())
	})
})
