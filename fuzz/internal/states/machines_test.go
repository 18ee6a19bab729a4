package states_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/grammar"
	"github.com/ssecheck/ssecheck/fuzz/internal/states"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

func input(bytes string, cuts ...int) stream.Input {
	return stream.Input{Bytes: []byte(bytes), Cuts: cuts}
}

// cutAtBars is an input cut where the bars are.
func cutAtBars(chunks string) stream.Input {
	var in stream.Input
	for i, chunk := range strings.Split(chunks, "|") {
		if i > 0 {
			in.Cuts = append(in.Cuts, len(in.Bytes))
		}
		in.Bytes = append(in.Bytes, chunk...)
	}
	return in
}

var _ = Describe("The machines", func() {
	DescribeTable("are where the bytes have brought them",
		func(bytes, state string) { Expect(states.Read([]byte(bytes)).Char).To(Equal(state)) },
		Entry(nil, "", "start of the stream"),
		Entry(nil, "\xEF", "first byte of the byte order mark"),
		Entry(nil, "\xEF\xBB", "second byte of the byte order mark"),
		Entry(nil, "\xEF\xBB\xBF", "after the byte order mark"),
		Entry(nil, "\xEF\xBB\xBF\xEF", "first byte of a misplaced byte order mark"),
		Entry(nil, "\n\xEF\xBB", "second byte of a misplaced byte order mark"),
		Entry(nil, "\n\xEF\xBB\xBF", "after a misplaced byte order mark"),
		Entry(nil, "\xEF\xBC", "other name, one byte missing"),
		Entry(nil, "\xEFx", "other name"),
		Entry(nil, "\xEF\xBB\x80", "other name"),
		Entry(nil, "\xEF\xBB\xED", "other name, after ED"),
		Entry(nil, "x\n", "start of a line"),
		Entry(nil, "x\r", "after CR"),
		Entry(nil, "x\r\n", "start of a line"),
		Entry(nil, "\xEF\xBB\xBFdat", `name "dat"`),
		Entry(nil, "e", `name "e"`),
		Entry(nil, "event", `name "event"`),
		Entry(nil, "i", `name "i"`),
		Entry(nil, "id", `name "id"`),
		Entry(nil, "retr", `name "retr"`),
		Entry(nil, "datx", "other name"),
		Entry(nil, "datae", "beyond a known name"),
		Entry(nil, "id\xF0", "beyond a known name, after F0"),
		Entry(nil, "D", "other name"),
		Entry(nil, ":", "comment"),
		Entry(nil, ":\xE2", "comment, two bytes missing"),
		Entry(nil, "data:", "after the colon of data"),
		Entry(nil, "event: ", "after the space of event"),
		Entry(nil, "datae:", "after the colon of an unknown field"),
		Entry(nil, "x: ", "after the space of an unknown field"),
		Entry(nil, "x: :", "value of an unknown field"),
		Entry(nil, "data:  ", "value of data"),
		Entry(nil, "event:\x00", "value of event"),
		Entry(nil, "id:7", "value of id"),
		Entry(nil, "id:7\x00x", "value of id with NUL"),
		Entry(nil, "id: \x00\xF4", "value of id with NUL, after F4"),
		Entry(nil, "id:\xF4\x00", "value of id with NUL"),
		Entry(nil, "retry:2147483647", "digits of retry"),
		Entry(nil, "retry: 2147483648", "digits of retry beyond 31 bits"),
		Entry(nil, "retry: 9007199254740992", "digits of retry beyond 31 bits"),
		Entry(nil, "retry: 9007199254740993", "digits of retry beyond 53 bits"),
		Entry(nil, "retry: 9223372036854775807", "digits of retry beyond 53 bits"),
		Entry(nil, "retry: 9223372036854775808", "digits of retry beyond 63 bits"),
		Entry(nil, "retry: "+strings.Repeat("9", 400), "digits of retry beyond 63 bits"),
		Entry(nil, "retry: 0000000000000000000000000001", "digits of retry"),
		Entry(nil, "retry: 5x5", "value of retry that is no number"),
		Entry(nil, "retry:\xE0", "value of retry that is no number, after E0"),
		Entry(nil, "data: \xF1", "value of data, three bytes missing"),
		Entry(nil, "data: \xF1\x80", "value of data, two bytes missing"),
		Entry(nil, "data: \xE0\x9F", "value of data"),
		Entry(nil, "data: \xE0\xA0", "value of data, one byte missing"),
		Entry(nil, "data: \xED\xA0", "value of data"),
		Entry(nil, "data: \xF0\x8F", "value of data"),
		Entry(nil, "data: \xF4\x90", "value of data"),
		Entry(nil, "data: \xF4\x8F", "value of data, two bytes missing"),
		Entry(nil, "data: \xC1", "value of data"),
		Entry(nil, "data: \xF5", "value of data"),
		Entry(nil, "data: \xE2:", "value of data"),
		Entry(nil, "data: \xE2\n", "start of a line"),
	)

	DescribeTable("see lines, and how they end",
		func(chunks string, lines ...string) { Expect(states.Lines(cutAtBars(chunks))).To(ConsistOf(lines)) },
		Entry(nil, "", "no line, LF"),
		Entry(nil, "data", "half a line, LF"),
		Entry(nil, "\xEF", "half a line, LF"),
		Entry(nil, "data\n", "empty data, LF", "no line, LF"),
		Entry(nil, "data: a\r", "data, CR", "no line, LF"),
		Entry(nil, "data: a\r\n", "data, CRLF", "no line, LF"),
		Entry(nil, "data: a\r|\n", "data, CR|LF", "no line, LF"),
		Entry(nil, "data: a\r||\n", "data, CR|LF", "no line, LF"),
		Entry(nil, "data: a|\r\n", "data, cut", "no line, LF"),
		Entry(nil, "data: a|\r|\n", "data, CR|LF", "no line, LF"),
		Entry(nil, "|data: a\r\n", "data, cut", "no line, LF"),
		Entry(nil, "data: a\r\n|", "data, CRLF", "no line, cut"),
		Entry(nil, "data: a\r|id", "data, CR", "half a line, cut"),
		Entry(nil, "\n|\r\r\n", "blank, LF", "blank, cut", "blank, CRLF", "no line, LF"),
		Entry(nil, "event\nevent: \nevent:a\n", "empty event, LF", "event, LF", "no line, LF"),
		Entry(nil, "id\nid: \x00\nid: a\n", "empty id, LF", "id with NUL, LF", "id, LF", "no line, LF"),
		Entry(nil, "retry\n", "empty retry, LF", "no line, LF"),
		Entry(nil, "retry:0\n", "retry, LF", "no line, LF"),
		Entry(nil, "retry:9007199254740993\n", "retry, LF", "no line, LF"),
		Entry(nil, "retry: 9999999999999999999\n", "huge retry, LF", "no line, LF"),
		Entry(nil, "retry:  5\n", "bad retry, LF", "no line, LF"),
		Entry(nil, "x\n", "unknown, LF", "no line, LF"),
		Entry(nil, "x:\n", "unknown, LF", "no line, LF"),
		Entry(nil, "x: a\n", "unknown, LF", "no line, LF"),
		Entry(nil, "datax: a\n", "unknown, LF", "no line, LF"),
		Entry(nil, "dat\n", "unknown, LF", "no line, LF"),
		Entry(nil, "\uFEFF\n", "blank, LF", "no line, LF"),
		Entry(nil, "\uFEFF\uFEFF\n", "unknown, LF", "no line, LF"),
		Entry(nil, ":\xE2\n", "comment, LF", "no line, LF"),
	)

	It("see bytes, and the cuts before them", func() {
		Expect(states.Chars(input("data\nx", 2, 4, 4, 6))).To(ConsistOf(
			fmt.Sprintf("start of the stream, %d, 0", states.GoesOn), fmt.Sprintf(`name "d", %d, 0`, states.GoesOn),
			fmt.Sprintf(`name "da", %d, 1`, states.GoesOn), fmt.Sprintf(`name "dat", %d, 0`, states.GoesOn),
			fmt.Sprintf(`name "data", %d, 2`, states.LineFeed), fmt.Sprintf("start of a line, %d, 0", states.Lower),
			fmt.Sprintf("other name, %d, 1", states.StreamEnd),
		))
		Expect(states.Chars(input("\uFEFFd"))).To(ConsistOf(
			fmt.Sprintf("start of the stream, %d, 0", states.GoesOn),
			fmt.Sprintf("first byte of the byte order mark, %d, 0", states.GoesOn),
			fmt.Sprintf("second byte of the byte order mark, %d, 0", states.GoesOn),
			fmt.Sprintf("after the byte order mark, %d, 0", states.GoesOn),
			fmt.Sprintf(`name "d", %d, 0`, states.StreamEnd),
		))
		Expect(states.Chars(input("dd\xEF"))).To(ConsistOf(
			fmt.Sprintf("start of the stream, %d, 0", states.GoesOn), fmt.Sprintf(`name "d", %d, 0`, states.Lower),
			fmt.Sprintf("other name, %d, 0", states.LeadEF), fmt.Sprintf("other name, two bytes missing, %d, 0", states.StreamEnd),
		))
	})

	It("know what the oracle knows, after each byte", func() {
		g := grammar.New(rand.New(rand.NewPCG(1, 1)), 300)
		for range 500 {
			b := g.Generate().Bytes
			for n := range len(b) + 1 {
				prefix := b[:n:n]
				after, now := states.Read(prefix), spec.Oracle(prefix, "")
				Expect(after.Dispatched).To(Equal(len(now.Events) > 0), "an event in %q", prefix)
				Expect(after.LastID).To(Equal(now.LastEventID != ""), "the last event ID of %q", prefix)
				checkBlock(append(prefix, '\n'))
			}
		}
	})
})

// checkBlock compares what the machine knows of the block with what the oracle makes of it
// once it is ended. The last line is.
func checkBlock(b []byte) {
	after, before, ended := states.Read(b), spec.Oracle(b, ""), spec.Oracle(append(b[:len(b):len(b)], '\n'), "")
	Expect(after.PendingID).To(Equal(ended.LastEventID != ""), "the id of the block that ends %q", b)
	lines, typed := 0, false
	if len(ended.Events) > len(before.Events) {
		event := ended.Events[len(ended.Events)-1]
		lines = strings.Count(event.Data, "\n") + 1
		typed = event.Type != spec.DefaultType
	}
	Expect(after.Data).To(Equal(min(lines, 2)), "the data of the block that ends %q", b)
	if lines > 0 && !bytes.Contains(b, []byte("message")) {
		Expect(after.Typed).To(Equal(typed), "the type of the block that ends %q", b)
	}
}
