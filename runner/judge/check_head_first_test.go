package judge_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// visit asks at one time, gets the head at another, and the events from a
// third on, 100 ms apart.
func visit(name string, asked, head, first time.Duration, ids ...string) *transcript.Conn {
	c := conn(name, ids...)
	c.Request.At, c.HeadAt = asked, head
	for i := range c.Events {
		c.Events[i].At = first + time.Duration(i)*100*time.Millisecond
	}
	return c
}

var _ = DescribeTable("The judge of a head that may wait for an event",
	func(want reports.Verdict, visits ...*transcript.Conn) {
		// Its events come at 100, 200, 300 and 400 ms.
		witness := conn("witness", "1", "2", "3", "4")
		k := cases.Check{That: "a", HeadFirst: &cases.HeadFirst{And: []string{"b", "c"}, Beside: "witness"}}
		j := verdict(k, append(visits, witness)...)
		Expect(j.Verdict).To(Equal(want), j.Message+j.SkipReason)
	},
	Entry("that waits for the event that all get", reports.Fail,
		visit("a", 110*ms, 200*ms, 201*ms, "2", "3"), visit("b", 130*ms, 200*ms, 200*ms, "2", "3"), visit("c", 250*ms, 300*ms, 302*ms, "3", "4")),
	Entry("that waits for the first tick of its own clock", reports.Fail,
		visit("a", 10*ms, 110*ms, 110*ms, "x", "y"), visit("b", 60*ms, 161*ms, 161*ms, "x", "y"), visit("c", 130*ms, 231*ms, 233*ms, "x", "y")),
	Entry("that waits on two visits, and says nothing on the third", reports.Fail,
		visit("a", 110*ms, 200*ms, 201*ms, "2", "3"), visit("b", 130*ms, 200*ms, 200*ms, "2", "3"), visit("c", 199*ms, 200*ms, 201*ms, "2", "3")),
	Entry("that comes at once", reports.Pass,
		visit("a", 110*ms, 111*ms, 200*ms, "2", "3"), visit("b", 130*ms, 131*ms, 200*ms, "2", "3"), visit("c", 250*ms, 251*ms, 300*ms, "3", "4")),
	Entry("that came before the event on one visit", reports.Pass,
		visit("a", 110*ms, 200*ms, 201*ms, "2", "3"), visit("b", 130*ms, 200*ms, 200*ms, "2", "3"), visit("c", 250*ms, 260*ms, 300*ms, "3", "4")),
	Entry("of a server that thinks, and then greets", reports.Pass,
		visit("a", 110*ms, 160*ms, 161*ms, "hello", "2"), visit("b", 130*ms, 180*ms, 181*ms, "hello", "2"), visit("c", 250*ms, 300*ms, 301*ms, "hello", "3")),
	Entry("of a server that greets at once", reports.Pass,
		visit("a", 110*ms, 111*ms, 111*ms, "hello", "2"), visit("b", 130*ms, 131*ms, 131*ms, "hello", "2"), visit("c", 250*ms, 251*ms, 251*ms, "hello", "3")),
	Entry("that no event followed", reports.Skip,
		visit("a", 110*ms, 111*ms, 0), visit("b", 130*ms, 131*ms, 0), visit("c", 250*ms, 251*ms, 0)),
)

var _ = DescribeTable("The judge of a head, where events come every 50 ms",
	func(want reports.Verdict, visits ...*transcript.Conn) {
		witness := conn("witness", "1", "2", "3", "4")
		for i := range witness.Events {
			witness.Events[i].At = time.Duration(i+1) * 50 * ms
		}
		k := cases.Check{That: "a", HeadFirst: &cases.HeadFirst{And: []string{"b", "c"}, Beside: "witness"}}
		j := verdict(k, append(visits, witness)...)
		Expect(j.Verdict).To(Equal(want), j.Message+j.SkipReason)
	},
	Entry("takes one that waits on each visit for one that waits", reports.Fail,
		visit("a", 60*ms, 100*ms, 101*ms, "2"), visit("b", 110*ms, 150*ms, 150*ms, "3"), visit("c", 160*ms, 200*ms, 202*ms, "4")),
	Entry("lets one be late on two of three, as on a busy machine", reports.Pass,
		visit("a", 60*ms, 100*ms, 101*ms, "2"), visit("b", 110*ms, 150*ms, 150*ms, "3"), visit("c", 199*ms, 200*ms, 202*ms, "4")),
)

const ms = time.Millisecond
