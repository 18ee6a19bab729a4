package emitblame_test

import (
	"context"
	"math/rand/v2"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/blame/emitblame"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/encoder/itemtest"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A campaign is a small one: a seed, a bound, and what is known of the subject so far.
type campaign struct {
	encode encoder.EncodeFunc
	known  emitblame.Model
	lists  int // that it had
	asked  int
}

func (c *campaign) play(list []encoder.Item) *emission.Deviation {
	if !items.Judgeable(list) {
		return nil
	}
	d := emission.Rules{}.Play(list, func(list []encoder.Item) *transcript.Transcript { return emission.Call(c.encode, list, false) })
	if d == nil || c.known.Explains(d) {
		return nil
	}
	return c.known.Versus(d)
}

// find looks for a deviation that is new, and makes it minimal.
func (c *campaign) find(seed uint64, most, maxLen int) *emission.Deviation {
	g := items.New(rand.New(rand.NewPCG(seed, 1)), maxLen)
	var last []encoder.Item
	for c.lists = 1; c.lists <= most; c.lists++ {
		list := g.Generate()
		if c.lists%4 == 0 {
			list = g.Mutate(last)
		}
		if d := c.play(list); d != nil {
			return c.minimal(d)
		}
		last = list
	}
	return nil
}

func (c *campaign) minimal(d *emission.Deviation) *emission.Deviation {
	small := shrink.Items(context.Background(), d.Items, func(candidates [][]encoder.Item) []bool {
		var all []bool
		for _, list := range candidates {
			next := c.play(list)
			all = append(all, next != nil && next.Kind == d.Kind && len(next.Items) == len(list))
		}
		return all
	}, 3000)
	if next := c.play(small.Smallest); next != nil {
		return next
	}
	return d
}

func (c *campaign) ask(lists [][]encoder.Item) (all []*transcript.Transcript) {
	c.asked += len(lists)
	for _, list := range lists {
		all = append(all, emission.Call(c.encode, list, false))
	}
	return all
}

func everything(string) bool { return true }

// corpus are the lists of the emit cases.
func corpus() (lists [][]encoder.Item) {
	GinkgoHelper()
	c, err := cases.Default()
	Expect(err).NotTo(HaveOccurred())
	for _, c := range c.Cases() {
		if c.Kind() == cases.KindEmit && !c.Delivers() {
			lists = append(lists, items.Of(c))
		}
	}
	return lists
}

func fault(name string) mutants.EncoderFault {
	GinkgoHelper()
	all := mutants.EncoderFaults()
	i := slices.IndexFunc(all, func(f mutants.EncoderFault) bool { return f.Name == name })
	Expect(i).NotTo(Equal(-1), name)
	return all[i]
}

// block is an item; see itemtest.Block.
func block(parts ...string) encoder.Item { return itemtest.Block(parts...) }

func show(list []encoder.Item) string {
	return string(emission.Rules{}.Case(list).AppendItems(nil, false))
}
