package encoder_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/internal/casetest"
	"github.com/ssecheck/ssecheck/spec"
)

// generous is a time that no right subject needs, on no machine.
const generous = 20 * time.Second

// withTrigger has one case among others that makes a fixture misbehave.
func withTrigger() []*cases.Case {
	var list [][2]string
	for i := range 12 {
		list = append(list, [2]string{fmt.Sprintf("plain-%d", i), fmt.Sprintf(`emit: [{data: "text %d", id: "%d"}]`, i, i)})
	}
	return casetest.Emits(append(list, [2]string{trigger, "emit: [{data: " + trigger + "}]"})...)
}

func results(ctx context.Context, s runner.Subject, all []*cases.Case) map[string]reports.Result {
	GinkgoHelper()
	report, err := runner.Run(ctx, runner.Options{Subjects: []runner.Subject{s}, Cases: all, Timeout: limit})
	Expect(err).NotTo(HaveOccurred())
	byID := map[string]reports.Result{}
	for _, r := range report.Subjects[0].Results {
		byID[strings.TrimPrefix(r.Case, "e/t/")] = r
	}
	return byID
}

// limit is short, and still enough for what is asked of a fixture that behaves.
const limit = 6 * time.Second

var _ = Describe("A command", func() {
	every := func() []*cases.Case {
		return casetest.Emits(
			[2]string{"lines", `emit: [{event: e, data: "a\nb", id: "1"}, {data: ""}]`},
			[2]string{"comment", `emit: [{comment: hi, data: a}]`},
			[2]string{"retry", `emit: [{retry: 1500, data: a}]`},
			[2]string{"hostile", `emit: [{event: "x\ndata: forged", data: a}, {data: END}]`},
			[2]string{"arrival", `emit: [{data: a}, {sleep: 100ms}, {data: b}], delivery: [apart]`},
		)
	}

	DescribeTable("is judged", func(ctx SpecContext, name string, want map[string]reports.Verdict) {
		s := encoder.Command(command(name), encoder.Options{})
		verdicts := map[string]reports.Verdict{}
		for id, r := range results(ctx, s, every()) {
			verdicts[id] = r.Verdict
		}
		Expect(verdicts).To(Equal(want))
	},
		Entry("a good adapter", "good", map[string]reports.Verdict{"lines": "pass", "comment": "pass", "retry": "pass", "hostile": "pass", "arrival": "skip"}),
		Entry("a good one-shot program", "one-shot", map[string]reports.Verdict{"lines": "pass", "comment": "pass", "retry": "pass", "hostile": "pass", "arrival": "skip"}),
		Entry("one that claims no comments", "no-comments", map[string]reports.Verdict{"lines": "pass", "comment": "skip", "retry": "pass", "hostile": "pass", "arrival": "skip"}),
		Entry("one that writes data as JSON, and says so", "json-data", map[string]reports.Verdict{"lines": "pass", "comment": "pass", "retry": "pass", "hostile": "pass", "arrival": "skip"}),
		Entry("one that gives ids of its own, and says so", "own-ids", map[string]reports.Verdict{"lines": "pass", "comment": "pass", "retry": "pass", "hostile": "pass", "arrival": "skip"}),
		Entry("one that refuses everything", "refuses-all", map[string]reports.Verdict{"lines": "fail", "comment": "fail", "retry": "fail", "hostile": "fail", "arrival": "skip"}),
		Entry("a program that reads and writes nothing", "one-shot-deaf", map[string]reports.Verdict{"lines": "fail", "comment": "fail", "retry": "fail", "hostile": "fail", "arrival": "skip"}),
	)

	DescribeTable("that breaks on one case fails that case alone", func(ctx SpecContext, name string, words ...string) {
		s := encoder.Command(command(name), encoder.Options{})
		for id, r := range results(ctx, s, withTrigger()) {
			if id != trigger {
				Expect(r.Verdict).To(Equal(reports.Pass), "%s: %s", id, r.Message)
				continue
			}
			Expect(r.Verdict).To(Equal(reports.Fail))
			for _, w := range words {
				Expect(r.Message + r.Stderr).To(ContainSubstring(w))
			}
		}
	},
		Entry("it crashes", "crashes", "the adapter ended (exit status 2)", "index out of range"),
		Entry("it hangs", "hangs", "the adapter hung"),
		Entry("it prints garbage", "garbage", "a line that is no answer", "Segmentation fault"),
		Entry("it answers for a stream it was never given", "unknown", "e999999"),
		Entry("it answers twice", "twice", "or had answered before"),
		Entry("it answers something else", "wrong-on", `not "parsed"`),
		Entry("it answers without the bytes", "no-wire", "base64 in \"wire\""),
		Entry("it answers with no base64", "no-base64", "wire is no base64"),
		Entry("a program hangs", "one-shot-hangs", "did not end in time"),
		Entry("a program is killed", "one-shot-dies", "crashed"),
	)

	It("that floods is cut off", func(ctx SpecContext) {
		s := encoder.Command(command("one-shot-floods"), encoder.Options{MaxOutput: 1 << 16})
		r := results(ctx, s, casetest.Emits([2]string{"a", "emit: [{data: a}]"}))["a"]
		Expect(r.Verdict).To(Equal(reports.Fail))
		Expect(r.Message).To(ContainSubstring("more than 65536 bytes"))
	})

	DescribeTable("that cannot be judged is named with the remedy", func(ctx SpecContext, name, words string) {
		err := encoder.Command(command(name), encoder.Options{StartTimeout: generous}).Start(ctx)
		var start *runner.StartError
		Expect(errors.As(err, &start)).To(BeTrue(), "%v", err)
		Expect(err.Error()).To(ContainSubstring(words))
		Expect(start.Remedy).NotTo(BeEmpty())
	},
		Entry("another role", "other-role", "was asked for encoder"),
		Entry("another version", "old-protocol", "version 0"),
		Entry("one that fails at once", "fails", "cannot find module 'sse'"),
	)

	It("that is not there is named", func(ctx SpecContext) {
		err := encoder.Command("/no/such/program", encoder.Options{}).Start(ctx)
		Expect(err).To(MatchError(ContainSubstring("exit status 127")))
	})
})

var _ = Describe("Func", func() {
	It("judges a right encoder, and one that panics or does not return", func(ctx SpecContext) {
		right := func(items []encoder.Item) ([]byte, error) {
			var b []byte
			var err error
			for _, i := range items {
				if b, err = (spec.Item{Event: i.Event, Data: i.Data, ID: i.ID}).Append(b); err != nil {
					return nil, err
				}
			}
			return b, nil
		}
		all := casetest.Emits([2]string{"a", `emit: [{event: "x\ny", data: a}, {data: "b\r\nc"}]`})
		Expect(results(ctx, encoder.Func("right", right), all)["a"].Verdict).To(Equal(reports.Pass))
		panics := func([]encoder.Item) ([]byte, error) { panic("no") }
		r := results(ctx, encoder.Func("panics", panics), all)["a"]
		Expect(r.Verdict).To(Equal(reports.Fail))
		Expect(r.Message).To(ContainSubstring("panicked: no"))
		stop := make(chan struct{})
		defer close(stop)
		stays := func([]encoder.Item) ([]byte, error) { <-stop; return nil, nil }
		Expect(results(ctx, encoder.Func("stays", stays), all)["a"].Message).To(ContainSubstring("did not return in time"))
	})
})
