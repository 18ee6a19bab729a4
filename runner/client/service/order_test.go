package service_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/client/service"
)

var _ = Describe("the order of callbacks", func() {
	DescribeTable("is that of their counters, as far as they are of use",
		func(first int, counters []uint64, want ...string) {
			out, err := service.Reorder(uint64(first), counters...)
			Expect(err).NotTo(HaveOccurred())
			Expect(out).To(HaveExactElements(want))
		},
		Entry("in order", 1, []uint64{1, 2, 3}, "b", "c", "d"),
		Entry("reversed", 1, []uint64{3, 2, 1}, "b", "c", "d"),
		Entry("one too late", 1, []uint64{2, 3, 5, 1, 4}, "b", "c", "d", "e", "f"),
		Entry("from 0, in order, and not known to be so", 1, []uint64{0, 1, 2}, "a", "b", "c"),
		Entry("from 0, reversed, and known to be so", 0, []uint64{2, 1, 0}, "a", "b", "c"),
		Entry("always 1", 1, []uint64{1, 1, 1}, "b", "b", "b"),
		Entry("always 0", 0, []uint64{0, 0, 0}, "a", "a", "a"),
		Entry("one twice, which takes nothing back", 1, []uint64{1, 2, 1, 3}, "b", "c", "b", "d"),
		Entry("one twice before its turn", 1, []uint64{2, 2, 1}, "b", "c", "c"),
		Entry("a gap", 1, []uint64{1, 3, 4}, "b"),
	)

	It("keeps a bounded number that came too early", func() {
		early := make([]uint64, service.MaxHeld+1)
		for i := range early {
			early[i] = uint64(i + 2)
		}
		_, err := service.Reorder(1, early[:service.MaxHeld]...)
		Expect(err).NotTo(HaveOccurred())
		_, err = service.Reorder(1, early...)
		Expect(err).To(MatchError(ContainSubstring("no callback with the counter 1 (or 0) came first")))
	})
})

var _ = DescribeTable("a Location names the resource",
	func(base, location, want string) {
		Expect(service.Resource(base, location)).To(Equal(want))
	},
	Entry("a path", "http://h:1", "/streams/1", "http://h:1/streams/1"),
	Entry("a path, after a slash", "http://h:1/", "/streams/1", "http://h:1/streams/1"),
	Entry("a relative one", "http://h:1", "streams/1", "http://h:1/streams/1"),
	Entry("an absolute one", "http://h:1", "http://127.0.0.1:2/1", "http://127.0.0.1:2/1"),
	Entry("another scheme", "http://h:1", "https://h:1/1", "https://h:1/1"),
	Entry("another host", "http://h:1", "//i:2/1", "http://i:2/1"),
	Entry("the service's path left out", "http://h:1/sse", "/streams/1", "http://h:1/sse/streams/1"),
	Entry("the service's path said", "http://h:1/sse", "/sse/streams/1", "http://h:1/sse/streams/1"),
	Entry("relative to the service's path", "http://h:1/sse/", "streams/1", "http://h:1/sse/streams/1"),
	Entry("a path that only begins like it", "http://h:1/sse", "/sse-streams/1", "http://h:1/sse/sse-streams/1"),
	Entry("a query", "http://h:1/?x=1", "/streams?id=1", "http://h:1/streams?id=1"),
)

var _ = DescribeTable("a Location that names none",
	func(location string) {
		_, err := service.Resource("http://h:1", location)
		Expect(err).To(MatchError(ContainSubstring("no")))
	},
	Entry("no URL", "http://[::1/"), Entry("another scheme", "ftp://h/1"), Entry("an opaque one", "urn:x"),
)
