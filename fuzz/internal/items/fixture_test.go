package items_test

import (
	"math/rand/v2"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/encoder/itemtest"
)

// block is an item; see itemtest.Block.
func block(parts ...string) encoder.Item { return itemtest.Block(parts...) }

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 11)) }

func everything(string) bool { return true }

// longWait is a case of the corpus that is information, and that no fuzzer asks about.
const longWait = "emit/retry/2-to-the-53"

// corpus are the lists of the emit cases.
func corpus() map[string][]encoder.Item {
	GinkgoHelper()
	c, err := cases.Default()
	Expect(err).NotTo(HaveOccurred())
	lists := map[string][]encoder.Item{}
	for _, c := range c.Cases() {
		if c.Kind() == cases.KindEmit && !c.Delivers() {
			lists[c.Name()] = items.Of(c)
		}
	}
	Expect(len(lists)).To(BeNumerically(">", 300))
	return lists
}

// show is a list in JSON.
func show(list []encoder.Item) string {
	b := []byte("[")
	for i, item := range list {
		if i > 0 {
			b = append(b, ',')
		}
		e := items.Emitted(item)
		b = e.AppendJSON(b)
	}
	return string(append(b, ']'))
}
