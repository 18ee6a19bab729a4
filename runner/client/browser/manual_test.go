package browser_test

import (
	"context"
	"io"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/browser"
)

const firefoxAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

// A manual driver, the page that a user would have opened for it, and what it said to
// that user.
type manual struct {
	w    *world
	d    *browser.Driver
	page *fakePage
	said chan string
}

// start starts the driver, and the page as the user would.
func (m *manual) start(ctx context.Context, o browser.Options) {
	GinkgoHelper()
	m.said = make(chan string, 10)
	o.Say = func(text string) { m.said <- text }
	o.Frames = 2
	m.d = browser.New(browser.Manual, o)
	m.w = newWorld(m.d.Hosts())
	started := make(chan error, 1)
	go func() { started <- m.d.Start(ctx, m.w.env) }()
	m.page = newFakePage(addressIn(ctx, m.said))
	Expect(m.page.load(ctx, firefoxAgent)).To(Succeed())
	Eventually(started, generous).Should(Receive(Succeed()))
	DeferCleanup(func() { Expect(m.d.Close()).To(Succeed()) })
}

var hasty = browser.Options{}.Hasty(generous, 50*time.Millisecond, generous, 50*time.Millisecond)

// connect connects, and has the page say that it made the event source.
func (m *manual) connect(ctx context.Context, c client.Connect) (client.Stream, *journal) {
	GinkgoHelper()
	if c.URL == "" {
		c.URL = m.w.url("/c/1")
	}
	making, enough := context.WithCancel(ctx)
	var maker sync.WaitGroup
	maker.Go(func() { m.page.makes(making) })
	j := &journal{}
	s, err := m.d.Connect(ctx, c, j.see)
	enough()
	maker.Wait()
	Expect(err).NotTo(HaveOccurred())
	return s, j
}

// next is the next command, as the page gets it.
func (m *manual) next(ctx context.Context) fakeCommand {
	GinkgoHelper()
	c, err := m.page.command(ctx)
	Expect(err).NotTo(HaveOccurred())
	return c
}

// lost is why the stream was lost.
func (m *manual) lost(s client.Stream) *client.SubjectError {
	GinkgoHelper()
	Eventually(s.Lost(), generous).Should(BeClosed())
	var err *client.SubjectError
	Expect(s.Err()).To(BeAssignableToTypeOf(err))
	err, _ = s.Err().(*client.SubjectError)
	return err
}

// failingReader breaks a request off.
type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// addressIn is the address that the user was told.
func addressIn(ctx context.Context, said <-chan string) string {
	GinkgoHelper()
	var text string
	Eventually(ctx, said, generous).Should(Receive(&text))
	_, address, found := strings.Cut(text, "http://")
	Expect(found).To(BeTrue(), text)
	return "http://" + address
}
