package emitfuzz_test

import (
	"strings"

	. "github.com/onsi/gomega"

	. "github.com/onsi/ginkgo/v2"

	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/refencoder"
)

// A planted fault, and the requirement that it breaks. Those without a mutant are ours
// alone, so that no mutant explains them.
type planted struct {
	name, requirement string
	encode            encoder.EncodeFunc
}

func plantedFaults() []planted {
	var all []planted
	for _, name := range []string{"data-trailing-newlines-lost", "event-crlf-let-through", "id-nul-written", "retry-shortened", "type-leaks"} {
		all = append(all, mutant(name))
	}
	return append(all,
		planted{"loses a tilde", "format.data.exact", changed(func(item *encoder.Item) {
			change(&item.Data, func(v string) string { return strings.ReplaceAll(v, "~", "") })
		})},
		planted{"writes a type of two words in capitals", "format.event.exact", changed(func(item *encoder.Item) {
			change(&item.Event, func(v string) string {
				if strings.Contains(v, " ") {
					return strings.ToUpper(v)
				}
				return v
			})
		})},
		planted{"writes no id beside a reconnection time", "format.id.exact", changed(func(item *encoder.Item) {
			if item.Retry != nil {
				item.ID = nil
			}
		})},
		planted{"refuses three items in a row without ids", "format.item.one-block", refusing(func(list []encoder.Item) bool {
			return len(list) == 3 && list[0].ID == nil && list[1].ID == nil && list[2].ID == nil
		})},
		planted{"panics over a comment of more than 200 bytes", "format.comment.exact", func(list []encoder.Item) ([]byte, error) {
			for _, item := range list {
				if item.Comment != nil && len(*item.Comment) > 200 {
					panic("slice bounds out of range")
				}
			}
			return refencoder.Encode(list)
		}},
	)
}

func mutant(name string) planted {
	GinkgoHelper()
	for _, m := range mutants.Encoders() {
		if m.Name == name {
			return planted{name, m.Requirement, m.Encode}
		}
	}
	Fail("no mutant " + name)
	return planted{}
}

// changed is the reference encoder of items that were changed before.
func changed(change func(item *encoder.Item)) encoder.EncodeFunc {
	return func(list []encoder.Item) ([]byte, error) {
		list = items.Clone(list)
		for i := range list {
			change(&list[i])
		}
		return refencoder.Encode(list)
	}
}

func change(text **string, f func(string) string) {
	if *text != nil {
		value := f(**text)
		*text = &value
	}
}

func refusing(bad func([]encoder.Item) bool) encoder.EncodeFunc {
	return func(list []encoder.Item) ([]byte, error) {
		if bad(list) {
			Expect(list).NotTo(BeEmpty())
			return nil, errNo
		}
		return refencoder.Encode(list)
	}
}
