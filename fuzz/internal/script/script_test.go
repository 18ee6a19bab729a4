package script_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/script"
	"github.com/ssecheck/ssecheck/spec"
)

func TestScript(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fuzz/internal/script")
}

func ptr[T any](v T) *T { return &v }

var everything = []script.Step{
	{},
	{Item: spec.Item{Data: ptr("a\nb")}},
	{Item: spec.Item{Data: ptr(""), Event: ptr(""), ID: ptr(""), Retry: ptr(int64(0)), Comment: ptr("")}},
	{Event: &spec.Event{}},
	{Event: &spec.Event{Type: "x\r", Data: "\xFF", LastEventID: "\x00"}},
	{Item: spec.Item{ID: ptr("1"), Retry: ptr(int64(math.MaxInt64)), Comment: ptr(strings.Repeat("c", script.MaxText))}},
	{Item: spec.Item{Event: ptr("e"), Retry: ptr(int64(math.MinInt64))}},
	{Item: spec.Item{Retry: ptr(int64(-1))}},
}

var _ = Describe("A script", func() {
	write := func(steps []script.Step) []byte {
		GinkgoHelper()
		var b []byte
		for _, step := range steps {
			var ok bool
			b, ok = script.Append(b, step)
			Expect(ok).To(BeTrue())
		}
		return b
	}

	It("comes back as it was written", func() {
		Expect(script.Read(write(everything))).To(Equal(everything))
	})

	It("has a meaning wherever it is cut off", func() {
		b := write(everything)
		for n := range b {
			steps := script.Read(b[:n])
			Expect(len(steps)).To(BeNumerically("<=", len(everything)))
			for i := range max(len(steps)-1, 0) {
				Expect(steps[i]).To(Equal(everything[i]))
			}
		}
	})

	It("goes on behind a number that no int64 holds", func() {
		b := append([]byte{1 << 3}, strings.Repeat("\xFF", 9)+"\x02"...)
		steps := script.Read(append(b, 1, 1, 'a'))
		Expect(steps).To(HaveLen(2))
		Expect(*steps[1].Item.Data).To(Equal("a"))
	})

	It("is as it was when a step is too long for it", func() {
		b, ok := script.Append([]byte{0}, script.Step{Item: spec.Item{Data: ptr("a"), ID: ptr(strings.Repeat("x", script.MaxText+1))}})
		Expect(ok).To(BeFalse())
		Expect(b).To(Equal([]byte{0}))
	})

	It("is told call by call", func() {
		Expect(fmt.Sprint(everything[1], everything[6], everything[4])).To(Equal(
			`Encode({data: "a\nb"}) Encode({event: "e", retry: -9223372036854775808}) EncodeEvent({"x\r" "\xff" "\x00"})`))
	})

	It("has a bounded number of steps", func() {
		Expect(script.Read(make([]byte, 1000))).To(HaveLen(script.MaxSteps))
	})
})
