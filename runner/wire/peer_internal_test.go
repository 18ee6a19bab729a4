package wire

import (
	"context"
	"io"
	"net"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("The watch over what was read", func() {
	const generous = 30 * time.Second
	var w *readWatch
	var server *counted
	var client net.Conn
	BeforeEach(func() {
		ctx, cancel := context.WithCancel(context.Background())
		w = newReadWatch()
		done := make(chan struct{})
		go func() { defer close(done); w.run(ctx) }()
		DeferCleanup(func() { cancel(); <-done })

		listener, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		defer listener.Close()
		client, err = net.Dial("tcp", listener.Addr().String())
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { _ = client.Close() })
		conn, err := listener.Accept()
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { _ = conn.Close() })
		server = &counted{TCPConn: conn.(*net.TCPConn)}
		_, err = server.Write([]byte("hello"))
		Expect(err).NotTo(HaveOccurred())
	})
	waits := func(atMost time.Duration) chan error {
		over := make(chan error, 1)
		go func() { over <- w.await(context.Background(), server, server.written.Load(), atMost) }()
		return over
	}
	reads := func(n int) {
		GinkgoHelper()
		_, err := io.ReadFull(client, make([]byte, n))
		Expect(err).NotTo(HaveOccurred())
	}

	It("waits for a client that the kernel knows until it has read the last byte", func() {
		server.peer = w.peers.Of(server.TCPConn)
		if _, err := w.peers.Ask(server.peer); err != nil {
			Skip("this system tells nothing of peers: " + err.Error())
		}
		over := waits(forever)
		Consistently(over, "20ms").ShouldNot(Receive())
		reads(4)
		Consistently(over, "20ms").ShouldNot(Receive())
		reads(1)
		Eventually(over, generous).Should(Receive(BeNil()))
	})

	It("sees that such a client is gone", func() {
		server.peer = w.peers.Of(server.TCPConn)
		state, err := w.peers.Ask(server.peer)
		if err != nil {
			Skip("this system tells nothing of peers: " + err.Error())
		}
		Expect(state.Gone).To(BeFalse())
		Expect(client.(*net.TCPConn).CloseWrite()).To(Succeed())
		state, err = w.peers.Ask(server.peer)
		Expect(err).NotTo(HaveOccurred())
		Expect(state.Gone).To(BeFalse(), "half of it is open")
		Expect(client.Close()).To(Succeed())
		Eventually(func() (bool, error) { s, err := w.peers.Ask(server.peer); return s.Gone, err }, generous).Should(BeTrue())
		Eventually(waits(forever), generous).Should(Receive(MatchError(errLeft)))
	})

	It("does not wait for a client that does not read for long", func() {
		server.peer = w.peers.Of(server.TCPConn)
		Eventually(waits(10*time.Millisecond), generous).Should(Receive(BeNil()))
	})

	It("waits a moment for a client of which nothing is known", func() {
		begun := time.Now()
		Eventually(waits(forever), generous).Should(Receive(BeNil()))
		Expect(time.Since(begun)).To(BeNumerically(">=", blindWait))
	})

	It("ends with its context", func() {
		server.peer = w.peers.Of(server.TCPConn)
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(errLeft)
		Expect(w.await(ctx, server, 99, forever)).To(MatchError(errLeft))
	})
})
