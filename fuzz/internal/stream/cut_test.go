package stream_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

var _ = DescribeTable("A stream is cut by sizes that come again",
	func(length int, sizes uint64, cuts ...int) {
		got := stream.Cut(length, sizes)
		Expect(got).To(HaveExactElements(cuts))
		Expect(stream.Input{Bytes: make([]byte, length), Cuts: got}.Valid()).To(BeTrue())
	},
	Entry("not at all", 9, uint64(0)),
	Entry("byte by byte", 4, uint64(1), 1, 2, 3),
	Entry("in twos and threes", 12, uint64(0x0302), 2, 5, 7, 10),
	Entry("with an empty chunk", 5, uint64(0x020001), 1, 1, 3, 4, 4),
	Entry("with empty chunks at the start", 3, uint64(0x020000), 0, 0, 2, 2, 2),
	Entry("into pieces that are longer than it", 3, uint64(0xFF)),
	Entry("into one piece that fits", 3, uint64(3)),
	Entry("with nothing in it", 0, uint64(0x0100)),
	Entry("by the highest byte too", 260, uint64(0xFF<<56|1), 1, 1, 1, 1, 1, 1, 1, 256, 257, 257, 257, 257, 257, 257, 257),
)
