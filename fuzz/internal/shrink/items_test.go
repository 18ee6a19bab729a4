package shrink_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// items reads items of JSON, as a case has them.
func items(text string) []encoder.Item {
	GinkgoHelper()
	var list []encoder.Item
	Expect(json.Unmarshal([]byte(text), &list)).To(Succeed())
	return list
}

// jsonOf is the items as JSON, without escapes that are not needed.
func jsonOf(list []encoder.Item) string {
	GinkgoHelper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	Expect(e.Encode(list)).To(Succeed())
	return strings.TrimSpace(b.String())
}

func shrunkItems(given []encoder.Item, has func([]encoder.Item) bool) []encoder.Item {
	GinkgoHelper()
	asked := 0
	r := shrink.Items(context.Background(), given, each(&asked, has), plenty)
	Expect(r.Spent).To(Equal(asked))
	Expect(r.Minimal).To(BeTrue())
	Expect(r.Sure()).To(BeTrue())
	return r.Smallest
}

// some says that a part of an item is so.
func some(part func(encoder.Item) *string, says func(string) bool) func([]encoder.Item) bool {
	return func(list []encoder.Item) bool {
		return slices.ContainsFunc(list, func(i encoder.Item) bool { text := part(i); return text != nil && says(*text) })
	}
}

func eventOf(i encoder.Item) *string { return i.Event }
func dataOf(i encoder.Item) *string  { return i.Data }
func retryOf(i encoder.Item) *string {
	if i.Retry == nil {
		return nil
	}
	text := string(i.Retry)
	return &text
}

func containing(text string) func(string) bool {
	return func(value string) bool { return strings.Contains(value, text) }
}

const someItems = `[{"comment":"a comment","event":"update","id":"42","retry":1500,"data":"first\nsecond"},` +
	`{"event":"x\r\ndata: forged","data":"safe"},{"retry":"15 00"},{},{"id":"é中😀","data":"END"}]`

var _ = Describe("A list of items", func() {
	DescribeTable("is as small as its fault lets it be",
		func(given string, has func([]encoder.Item) bool, want string) {
			Expect(jsonOf(shrunkItems(items(given), has))).To(Equal(want))
		},
		Entry("any list", someItems, func([]encoder.Item) bool { return true }, `[]`),
		Entry("an item", someItems, func(list []encoder.Item) bool { return len(list) > 0 }, `[{}]`),
		Entry("an event type", someItems, some(eventOf, func(string) bool { return true }), `[{"event":""}]`),
		Entry("a break in an event type", someItems, some(eventOf, func(text string) bool { return strings.ContainsAny(text, "\r\n") }), `[{"event":"\n"}]`),
		Entry("a CR in an event type", someItems, some(eventOf, containing("\r")), `[{"event":"\r"}]`),
		Entry("a forged field", someItems, some(eventOf, containing("\ndata:")), `[{"event":"\ndata:"}]`),
		Entry("two parts of an item", someItems, func(list []encoder.Item) bool {
			return slices.ContainsFunc(list, func(i encoder.Item) bool { return i.ID != nil && i.Data != nil && *i.Data != "" })
		}, `[{"id":"","data":"a"}]`),
		Entry("parts of two items", `[{"event":"abc"},{"data":"def"}]`, func(list []encoder.Item) bool {
			return some(eventOf, func(text string) bool { return len(text) > 1 })(list) && some(dataOf, containing("e"))(list)
		}, `[{"event":"aa","data":"e"}]`),
		Entry("a reconnection time", someItems, func(list []encoder.Item) bool { return some(retryOf, func(string) bool { return true })(list) }, `[{"retry":1}]`),
		Entry("a long reconnection time", someItems, some(retryOf, func(text string) bool { return len(text) >= 4 }), `[{"retry":1111}]`),
		Entry("a reconnection time that is a text", someItems, some(retryOf, containing(`"`)), `[{"retry":""}]`),
		Entry("a negative reconnection time", `[{"retry":-15.5e+1,"data":"x"}]`, some(retryOf, containing("-")), `[{"retry":-1}]`),
		Entry("a wide character", someItems, func(list []encoder.Item) bool {
			return slices.ContainsFunc(list, func(i encoder.Item) bool {
				return i.ID != nil && strings.ContainsFunc(*i.ID, func(r rune) bool { return r > 0xffff })
			})
		}, `[{"id":"😀"}]`),
		Entry("a character that is not of ASCII", someItems, func(list []encoder.Item) bool {
			return slices.ContainsFunc(list, func(i encoder.Item) bool {
				return i.ID != nil && strings.ContainsFunc(*i.ID, func(r rune) bool { return r > 0x7f })
			})
		}, `[{"id":"é"}]`),
		Entry("one line of many", `[{"data":"one\ntwo\nneedle\nfour\n"}]`, some(dataOf, containing("needle")), `[{"data":"needle"}]`),
		Entry("whole lines only", `[{"data":"one 1\ntwo 2\nthree\nfour4\nfive5\nsix 6"}]`, some(dataOf, func(text string) bool {
			return strings.Contains(text, "x") && !strings.Contains(text, "a") && !slices.ContainsFunc(strings.Split(text, "\n"), func(line string) bool { return len(line) != 5 })
		}), `[{"data":"six 1"}]`),
		Entry("a long text", `[{"data":"`+strings.Repeat("abc 123 é ", 7000)+`"}]`, some(dataOf, func(text string) bool { return len(text) >= 4096 }),
			`[{"data":"`+strings.Repeat("a", 4096)+`"}]`),
		Entry("nothing", `[]`, func([]encoder.Item) bool { return true }, `[]`),
	)

	It("keeps what has no place in Unicode, if that is the fault", func() {
		lone, bad := "abc\xed\xa0\xbddef", "abc\xc3\xffdef"
		Expect(*shrunkItems([]encoder.Item{{Data: &lone}}, some(dataOf, containing("\xed\xa0")))[0].Data).To(Equal("\xed\xa0\x80"))
		Expect(*shrunkItems([]encoder.Item{{Data: &bad}}, some(dataOf, containing("\xff")))[0].Data).To(Equal("\xff"))
		bad = "abc\xc3def"
		Expect(*shrunkItems([]encoder.Item{{Data: &bad}}, some(dataOf, func(text string) bool { return !utf8.ValidString(text) }))[0].Data).To(Equal("\xff"))
		given := []encoder.Item{{Retry: json.RawMessage(`"\ud800"`)}}
		Expect(shrunkItems(given, func(list []encoder.Item) bool { return slices.EqualFunc(list, given, sameItem) })).To(Equal(given))
	})

	It("with a long text that can be only shorter is asked about it as a whole", func() {
		text, asked := letters(1<<13), 0
		r := shrink.Items(context.Background(), []encoder.Item{{Data: &text}}, each(&asked, some(dataOf, containing(text[4000:4020]))), plenty)
		Expect(*r.Smallest[0].Data).To(Equal(text[4000:4020]))
		Expect(asked).To(BeNumerically("<=", 165))
	})

	It("joins the halves of a character that come together", func() {
		text := "\xed\xa0\xbdx\xed\xb8\x80"
		given := text
		joined := *shrunkItems([]encoder.Item{{Data: &text}}, some(dataOf, func(text string) bool {
			Expect(text).NotTo(ContainSubstring("\xed\xa0\xbd\xed\xb8\x80"))
			return text == given || len(text) >= 4 && !strings.ContainsAny(text, "xaé") && !strings.Contains(text, "\xed")
		}))[0].Data
		Expect(utf8.ValidString(joined)).To(BeTrue())
		Expect(joined).To(HaveLen(4))
	})

	It("is asked about in JSON and UTF-8 only", func() {
		shrunkItems(items(someItems), func(list []encoder.Item) bool {
			for _, i := range list {
				Expect(i.Retry == nil || json.Valid(i.Retry)).To(BeTrue())
			}
			return some(eventOf, containing("forged"))(list)
		})
	})
})

func sameItem(a, b encoder.Item) bool { return jsonOf([]encoder.Item{a}) == jsonOf([]encoder.Item{b}) }

var _ = Describe("Nothing of minimal items can be taken away", func() {
	random := rand.New(rand.NewPCG(5, 6))
	words := []string{"\n", "\r", "a", "data", ":", " ", "7", "é", "\x00", "😀", "\xed\xa0\x80"}
	text := func() *string {
		if random.IntN(2) == 0 {
			return nil
		}
		var text string
		for range random.IntN(6) {
			text += words[random.IntN(len(words))]
		}
		return &text
	}
	retries := []string{"1500", "-1", "1.5e3", `"15"`, `"x\ny"`}
	arbitrary := func() []encoder.Item {
		var list []encoder.Item
		for range random.IntN(5) {
			i := encoder.Item{Comment: text(), Event: text(), ID: text(), Data: text()}
			if random.IntN(3) == 0 {
				i.Retry = json.RawMessage(retries[random.IntN(len(retries))])
			}
			list = append(list, i)
		}
		return list
	}
	partsOf := func(i *encoder.Item) []**string { return []**string{&i.Comment, &i.Event, &i.ID, &i.Data} }
	// smaller are all lists with one item, part or character less.
	smaller := func(list []encoder.Item) (all [][]encoder.Item) {
		change := func(at int, f func(*encoder.Item)) {
			less := slices.Clone(list)
			f(&less[at])
			all = append(all, less)
		}
		for at := range list {
			all = append(all, slices.Delete(slices.Clone(list), at, at+1))
			if list[at].Retry != nil {
				change(at, func(i *encoder.Item) { i.Retry = nil })
			}
			for p, part := range partsOf(&list[at]) {
				if *part == nil {
					continue
				}
				change(at, func(i *encoder.Item) { *partsOf(i)[p] = nil })
				for from, r := range **part {
					if r == '\uFFFD' {
						continue // a byte of a surrogate
					}
					less := (**part)[:from] + (**part)[from+len(string(r)):]
					change(at, func(i *encoder.Item) { *partsOf(i)[p] = &less })
				}
			}
		}
		return all
	}

	It("whatever the fault is", func() {
		for range 150 {
			given := arbitrary()
			salt := random.IntN(1 << 20)
			first := jsonOf(given)
			has := func(list []encoder.Item) bool {
				text := jsonOf(list)
				if text == first {
					return true
				}
				sum := salt
				for _, b := range []byte(text) {
					sum = (sum*131 + int(b)) % 1000003
				}
				return sum%4 == 0
			}
			small := shrunkItems(given, has)
			Expect(has(small)).To(BeTrue())
			for _, less := range smaller(small) {
				Expect(has(less)).To(BeFalse(), "%s, of %s", jsonOf(less), jsonOf(small))
			}
		}
	})
})
