package wire_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/process/leaktest"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/runner/wire"
)

// generous is longer than anything here takes on a busy machine.
const generous = 30 * time.Second

// start starts a server that is closed, and has left nothing behind, when the
// spec is over.
func start(o wire.Options) *wire.Server {
	GinkgoHelper()
	leaktest.Check()
	s, err := wire.Start(context.Background(), o)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() { Expect(s.Close()).To(Succeed()) })
	return s
}

// play begins a play of these connections.
func play(s *wire.Server, connections ...cases.Connection) *wire.Play {
	GinkgoHelper()
	return begin(s, wire.Script{Connections: connections})
}

func begin(s *wire.Server, script wire.Script) *wire.Play {
	GinkgoHelper()
	p, err := s.Begin(script, nil)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(p.Close)
	return p
}

// stream makes items: a string is a text, the rest stands for itself.
func stream(items ...any) []cases.Item {
	var all []cases.Item
	for _, it := range items {
		switch it := it.(type) {
		case string:
			all = append(all, cases.Item{Text: &it})
		case cases.Item:
			all = append(all, it)
		default:
			panic(fmt.Sprintf("%T is no item", it))
		}
	}
	return all
}

func drop(how string) cases.Item     { return cases.Item{Drop: how} }
func frame(kind string) cases.Item   { return cases.Item{Frame: kind} }
func pause(d string) cases.Item      { return cases.Item{Pause: d} }
func stall(d string) cases.Item      { return cases.Item{Stall: d} }
func await(u cases.Until) cases.Item { return cases.Item{Await: &u} }

// connection is a connection whose stream has these items.
func connection(r *cases.Respond, items ...any) cases.Connection {
	return cases.Connection{Respond: r, Stream: stream(items...)}
}

// A raw is a connection of a client that shows every byte.
type raw struct {
	net.Conn
	reads [][]byte
}

// dial connects to where a URL points.
func dial(address string) *raw {
	GinkgoHelper()
	u, err := url.Parse(address)
	Expect(err).NotTo(HaveOccurred())
	conn, err := net.Dial("tcp", u.Host)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() { _ = conn.Close() })
	Expect(conn.SetDeadline(time.Now().Add(generous))).To(Succeed())
	return &raw{Conn: conn}
}

// request connects to a URL and asks for it in HTTP/1.1.
func request(address string, fields ...string) *raw {
	GinkgoHelper()
	c := dial(address)
	c.ask("GET", address, fields...)
	return c
}

// ask sends a request.
func (c *raw) ask(method, address string, fields ...string) {
	GinkgoHelper()
	u, err := url.Parse(address)
	Expect(err).NotTo(HaveOccurred())
	head := method + " " + u.Path + " HTTP/1.1\r\nHost: " + u.Host + "\r\n"
	for _, f := range fields {
		head += f + "\r\n"
	}
	_, err = io.WriteString(c, head+"\r\n")
	Expect(err).NotTo(HaveOccurred())
}

// next makes one read.
func (c *raw) next() (string, error) {
	buffer := make([]byte, 1<<20)
	n, err := c.Read(buffer)
	if n > 0 {
		c.reads = append(c.reads, buffer[:n])
	}
	return string(buffer[:n]), err
}

// until reads until what was read in all ends in a text.
func (c *raw) until(end string) string {
	GinkgoHelper()
	for !strings.HasSuffix(c.text(), end) {
		_, err := c.next()
		Expect(err).NotTo(HaveOccurred(), "after %q", c.text())
	}
	return c.text()
}

// rest reads to the end, and returns all that was read since the connection
// began, with the error that ended it; nil at FIN.
func (c *raw) rest() (string, error) {
	for {
		if _, err := c.next(); err == io.EOF {
			return c.text(), nil
		} else if err != nil {
			return c.text(), err
		}
	}
}

func (c *raw) text() string {
	var all strings.Builder
	for _, r := range c.reads {
		all.Write(r)
	}
	return all.String()
}

// each is what each read brought.
func (c *raw) each() []string {
	var all []string
	for _, r := range c.reads {
		all = append(all, string(r))
	}
	return all
}

// head is the response head of a stream.
func head(fields ...string) string {
	return "HTTP/1.1 200 OK\r\n" + strings.Join(append(fields, "", ""), "\r\n")
}

// client is the standard library's, trusting the server, with connections of
// its own.
func client(s *wire.Server) *http.Client {
	GinkgoHelper()
	transport := &http.Transport{TLSClientConfig: trusting(s), ForceAttemptHTTP2: true}
	DeferCleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: generous}
}

func trusting(s *wire.Server) *tls.Config {
	GinkgoHelper()
	cert, err := os.ReadFile(s.CACert())
	Expect(err).NotTo(HaveOccurred())
	roots := x509.NewCertPool()
	Expect(roots.AppendCertsFromPEM(cert)).To(BeTrue())
	return &tls.Config{RootCAs: roots}
}

// get asks for a URL and reads the whole body.
func get(c *http.Client, address string) (body string, r *http.Response, err error) {
	GinkgoHelper()
	r, err = c.Get(address)
	if err != nil {
		return "", nil, err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	return string(b), r, err
}

// reaches waits until the play's state is as wished.
func reaches(p *wire.Play, what string, as func(wire.State) bool) {
	GinkgoHelper()
	over := time.After(generous)
	for {
		changed := p.Changed()
		if as(p.State()) {
			return
		}
		select {
		case <-changed:
		case <-over:
			Fail(fmt.Sprintf("waited in vain for %s; the state is %+v", what, p.State()), 1)
		}
	}
}

func done(n int) func(wire.State) bool { return func(s wire.State) bool { return s.Done >= n } }

// exchanges are the requests that the play has recorded.
func exchanges(p *wire.Play) []*transcript.Exchange { return p.Record().Exchanges }

// read reads exactly n bytes.
func read(from io.Reader, n int) string {
	GinkgoHelper()
	b := make([]byte, n)
	_, err := io.ReadFull(from, b)
	Expect(err).NotTo(HaveOccurred())
	return string(b)
}

// secure is TLS over a connection to the server.
func secure(s *wire.Server, conn net.Conn) net.Conn {
	GinkgoHelper()
	config := trusting(s)
	config.ServerName = "localhost"
	return tls.Client(conn, config)
}
