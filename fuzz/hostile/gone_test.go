package hostile_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// A fragile server answers after a moment. What a client that resets the connection
// before that does to it is for the spec to say.
type fragile struct {
	reset func(*fragile)
	addr  string

	mu    sync.Mutex
	l     net.Listener
	conns map[net.Conn]bool
	wait  sync.WaitGroup
}

func newFragile(ctx context.Context, reset func(*fragile)) *fragile {
	GinkgoHelper()
	f := &fragile{reset: reset, addr: "127.0.0.1:0", conns: map[net.Conn]bool{}}
	Expect(f.listen(ctx)).To(Succeed())
	DeferCleanup(func() {
		f.close()
		f.wait.Wait()
	})
	return f
}

// listen serves, on the same port each time.
func (f *fragile) listen(ctx context.Context) error {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", f.addr)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.l, f.addr = l, l.Addr().String()
	f.wait.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			f.wait.Go(func() { f.serve(conn) })
		}
	})
	return nil
}

// close stops listening, and cuts all.
func (f *fragile) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	_ = f.l.Close()
	f.cutLocked()
}

func (f *fragile) cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cutLocked()
}

func (f *fragile) cutLocked() {
	for conn := range f.conns {
		_ = conn.Close()
	}
}

func (f *fragile) serve(conn net.Conn) {
	f.mu.Lock()
	f.conns[conn] = true
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.conns, conn)
		_ = conn.Close()
	}()
	_ = conn.SetReadDeadline(time.Now().Add(2 * time.Second))
	in := bufio.NewReader(conn)
	request, err := http.ReadRequest(in)
	if errors.Is(err, syscall.ECONNRESET) {
		f.reset(f)
	}
	if err != nil {
		return
	}
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	if _, err := in.ReadByte(); errors.Is(err, syscall.ECONNRESET) {
		f.reset(f)
		return
	}
	_, _ = fmt.Fprint(conn, streamHead+"\r\n")
	if request.Method != http.MethodHead {
		ticks(conn)
	}
}

var _ = Describe("A server that a reset brings down", func() {
	It("is found out when it can be started again", func(ctx SpecContext) {
		f := newFragile(ctx, (*fragile).close)
		o := quick(120)
		o.Revive = f.listen
		s := run(ctx, "http://"+f.addr+"/", o)
		Expect(s.Findings).To(HaveLen(1), "%s", said(s))
		Expect(s.Findings[0].Requirement.ID).To(Equal("serve.robust.survives"))
		Expect(s.Findings[0].Requests).To(HaveLen(1))
		Expect(s.Findings[0].Requests[0].String()).To(Equal("leave=request"), "%s", said(s))
		Expect(s.Findings[0].Verified).To(BeTrue())
		Expect(s.Findings[0].Reproduce).To(Equal("ssecheck fuzz --target URL --request 'leave=request'"))
		Expect(s.Stopped).To(BeEmpty())
		Expect(s.Requests).To(Equal(120))
	}, NodeTimeout(time.Minute))

	It("ends the run when it stays down, with those that may have done it", func(ctx SpecContext) {
		f := newFragile(ctx, (*fragile).close)
		s := run(ctx, "http://"+f.addr+"/", quick(120))
		Expect(s.Findings).To(HaveLen(1), "%s", said(s))
		Expect(s.Findings[0].Requirement.ID).To(Equal("serve.robust.survives"))
		Expect(s.Findings[0].Verified).To(BeFalse())
		Expect(s.Findings[0].Reproduce).To(ContainSubstring("leave=request"))
		Expect(s.Stopped).To(ContainSubstring("the server is gone: an ordinary request gets no answer: no connection"))
	}, NodeTimeout(time.Minute))

	It("is said to cut off the others where it does that", func(ctx SpecContext) {
		f := newFragile(ctx, (*fragile).cut)
		s := run(ctx, "http://"+f.addr+"/", quick(120))
		Expect(s.Findings).To(HaveLen(1), "%s", said(s))
		Expect(s.Findings[0].Requirement.ID).To(Equal("serve.emit.others"))
		Expect(s.Findings[0].Requests[0].String()).To(Equal("leave=request"), "%s", said(s))
		Expect(s.Findings[0].What).To(HavePrefix("By the request leave=request the stream of another subscriber is cut off"))
	}, NodeTimeout(time.Minute))
})
