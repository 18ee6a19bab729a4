package adapter

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestAdapter(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapter")
}

var _ = Describe("turns", func() {
	suspects := func(n int) []*exchange {
		var all []*exchange
		for i := range n {
			all = append(all, newExchange(int64(i), "p", nil, 0))
		}
		return all
	}

	It("come one after the other, in the order of the plays", func() {
		var t turns
		all := suspects(3)
		t.add([]*exchange{all[2], all[0]})
		Expect(all[0].turn).To(BeClosed())
		Expect(all[2].turn).NotTo(BeClosed())
		t.add(all[1:2])
		t.leave(all[0])
		Expect(all[1].turn).To(BeClosed())
		Expect(all[2].turn).NotTo(BeClosed())
		t.leave(all[1])
		Expect(all[2].turn).To(BeClosed())
	})

	DescribeTable("do not wait for a suspect that was given up", func(leave func(t *turns, all []*exchange)) {
		var t turns
		all := suspects(3)
		leave(&t, all)
		Expect(all[1].turn).To(BeClosed())
		t.leave(all[1])
		Expect(all[2].turn).To(BeClosed())
	},
		Entry("before it was queued", func(t *turns, all []*exchange) { t.leave(all[0]); t.add(all) }),
		Entry("while it was waiting", func(t *turns, all []*exchange) { t.add(all[1:]); t.add(all[:1]); t.leave(all[0]) }),
		Entry("in its turn", func(t *turns, all []*exchange) { t.add(all); t.leave(all[0]) }),
	)
})

var _ = Describe("an incident", func() {
	It("is told at the end when no suspect explains it, though one was given up before it was known", func() {
		p := NewPool("command", "p", nil, Options{})
		i := &incident{what: "it crashed", suspects: []*exchange{newExchange(1, "p", nil, 0), newExchange(2, "p", nil, 0)}}
		p.cleared(i, false)
		p.happened(i, false)
		Expect(p.problems).To(BeEmpty())
		p.cleared(i, false)
		Expect(p.problems).To(ConsistOf(ContainSubstring("it crashed, with 2 streams open, and not again")))
	})

	It("does not keep its suspects waiting for one that was given up", func(ctx SpecContext) {
		p := NewPool("command", "p", nil, Options{})
		first, second := newExchange(1, "p", nil, 0), newExchange(2, "p", nil, 0)
		first.suspect, second.suspect = true, true
		i := &incident{what: "it crashed", suspects: []*exchange{first, second}}
		p.happened(i, false)
		Expect(second.turn).NotTo(BeClosed())
		Expect(p.unanswered(ctx, &worker{incident: i}, first, givenUp)).To(Equal(Reply{GivenUp: true}))
		Expect(second.turn).To(BeClosed())
	})

	It("takes back the answers that were not handed on yet, whoever reads on meanwhile", func() {
		e := newExchange(1, "p", nil, 0)
		w := &worker{open: map[string]*exchange{e.stream: e}, ready: []*exchange{e}, incident: &incident{suspects: []*exchange{e}}}
		w.handOn()
		Expect(e.done).NotTo(BeClosed(), "it has a turn, which nobody would end")
		w.incident = nil
		w.handOn()
		Expect(e.done).To(BeClosed())
	})
})
