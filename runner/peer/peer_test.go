package peer_test

import (
	"errors"
	"net"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/peer"
)

func TestPeer(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "peer")
}

const generous = 30 * time.Second

var _ = Describe("A table", func() {
	var table *peer.Table
	var ours, theirs *net.TCPConn
	BeforeEach(func() {
		table = peer.Open()
		DeferCleanup(func() { table.Close() })
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { _ = listener.Close() }) // it stays, as that of a server does
		conn, err := net.Dial("tcp", listener.Addr().String())
		Expect(err).NotTo(HaveOccurred())
		other, err := listener.Accept()
		Expect(err).NotTo(HaveOccurred())
		ours, theirs = conn.(*net.TCPConn), other.(*net.TCPConn)
		DeferCleanup(func() { _, _ = ours.Close(), theirs.Close() })
	})

	// known is the state, on a system that tells it.
	known := func(of peer.Socket) peer.State {
		GinkgoHelper()
		state, err := table.Ask(of)
		if errors.Is(err, peer.ErrUnknown) {
			Skip("this system tells nothing of peers")
		}
		Expect(err).NotTo(HaveOccurred())
		return state
	}

	It("knows what the program at the other end has read", func() {
		of := table.Of(ours)
		Expect(known(of).Taken).To(BeZero())
		_, err := ours.Write([]byte("hello"))
		Expect(err).NotTo(HaveOccurred())
		_, err = theirs.Read(make([]byte, 3))
		Expect(err).NotTo(HaveOccurred())
		Eventually(func() int64 { return known(of).Taken }, generous).Should(BeEquivalentTo(3))
	})

	It("knows whether that program still has its socket, though we have closed ours", func() {
		of := table.Of(ours)
		Expect(known(of).Gone).To(BeFalse())
		Expect(ours.Close()).To(Succeed())
		Consistently(func() bool { return known(of).Gone }, "50ms").Should(BeFalse())
		Expect(theirs.Close()).To(Succeed())
		Eventually(func() bool { return known(of).Gone }, generous).Should(BeTrue())
	})

	It("knows nothing of no socket, nor when it is closed", func() {
		_, err := table.Ask(peer.Socket{})
		Expect(err).To(MatchError(peer.ErrUnknown))
		of := table.Of(ours)
		table.Close()
		_, err = table.Ask(of)
		Expect(err).To(MatchError(peer.ErrUnknown))
	})
})
