package refclient_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

// h2c serves one connection after another: script is told of each request, in
// order, and writes frames.
func h2c(script func(f *http2.Framer, stream uint32, n int)) (url string, connections *atomic.Int64) {
	GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	connections = new(atomic.Int64)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ; {
			c, err := l.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			n = serveH2C(c, n, script)
		}
	}()
	DeferCleanup(func() {
		_ = l.Close()
		Eventually(done, generous).Should(BeClosed())
	})
	return "http://" + l.Addr().String() + "/", connections
}

func serveH2C(c net.Conn, n int, script func(f *http2.Framer, stream uint32, n int)) int {
	defer c.Close()
	preface := make([]byte, len(http2.ClientPreface))
	f := http2.NewFramer(c, c)
	if _, err := io.ReadFull(c, preface); err != nil || f.WriteSettings() != nil {
		return n
	}
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			return n
		}
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				_ = f.WriteSettingsAck()
			}
		case *http2.HeadersFrame:
			n++
			script(f, frame.StreamID, n)
		}
	}
}

// head writes a response's head: the names and values.
func head(f *http2.Framer, stream uint32, fields ...string) {
	var block bytes.Buffer
	e := hpack.NewEncoder(&block)
	fields = append([]string{":status", "200", "content-type", "text/event-stream"}, fields...)
	for i := 0; i < len(fields); i += 2 {
		_ = e.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true})
}

var _ = Describe("HTTP/2 in cleartext", func() {
	It("ends with END_STREAM, with a reset, and with the connection", func() {
		url, connections := h2c(func(f *http2.Framer, stream uint32, n int) {
			head(f, stream)
			switch n {
			case 1:
				_ = f.WriteData(stream, true, []byte("id: \u20AC\ndata: a\n\ndata: lost\n"))
			case 2:
				_ = f.WriteData(stream, false, []byte("data: b\n\n"))
				_ = f.WritePing(false, [8]byte{1})
			case 3:
				_ = f.WriteData(stream, false, []byte("data: c\n\n"))
			}
			if n == 2 {
				_ = f.WriteRSTStream(stream, http2.ErrCodeInternal)
			}
		})
		c := connect(refclient.Options{URL: url, HTTP: "h2c"})
		c.expect("open", "message a \u20AC", "error", "open", "message b \u20AC", "error", "open", "message c \u20AC")
		Expect(connections.Load()).To(Equal(int64(1)), "one connection serves them all")
	})

	DescribeTable("takes no malformed response",
		func(name, value string) {
			url, _ := h2c(func(f *http2.Framer, stream uint32, n int) {
				if n == 1 {
					head(f, stream, name, value)
					_ = f.WriteData(stream, false, []byte("data: a\n\n"))
					return
				}
				head(f, stream)
				_ = f.WriteData(stream, false, []byte("data: END\n\n"))
			})
			connect(refclient.Options{URL: url, HTTP: "h2c"}).expect("error", "open", "message END")
		},
		Entry(nil, "connection", "keep-alive"),
		Entry(nil, "keep-alive", "timeout=5"),
		Entry(nil, "transfer-encoding", "chunked"),
		Entry(nil, "upgrade", "x"),
		Entry(nil, "proxy-connection", "keep-alive"),
		Entry(nil, "X-Upper", "a"),
		Entry(nil, "x-note", " a"),
		Entry(nil, "x-note", "a\t"),
		Entry(nil, "x-note", "a\nb"),
	)

	It("lets the stream finish after GOAWAY", func() {
		url, connections := h2c(func(f *http2.Framer, stream uint32, n int) {
			head(f, stream)
			if n == 1 {
				_ = f.WriteGoAway(stream, http2.ErrCodeNo, nil)
				_ = f.WriteData(stream, true, []byte("data: a\n\n"))
				return
			}
			_ = f.WriteData(stream, false, []byte("data: END\n\n"))
		})
		connect(refclient.Options{URL: url, HTTP: "h2c"}).expect("open", "message a", "error", "open", "message END")
		Expect(connections.Load()).To(Equal(int64(2)))
	})

	It("leaves the connection when it is closed", func() {
		left := make(chan struct{})
		url, _ := h2c(func(f *http2.Framer, stream uint32, _ int) {
			head(f, stream)
			_ = f.WriteData(stream, false, []byte("data: a\n\n"))
			for {
				if _, err := f.ReadFrame(); err != nil {
					close(left)
					return
				}
			}
		})
		c := connect(refclient.Options{URL: url, HTTP: "h2c"})
		c.expect("open", "message a")
		c.Close()
		Eventually(left, generous).Should(BeClosed())
	})
})

var _ = Describe("TLS", func() {
	var server *httptest.Server

	BeforeEach(func() {
		server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: "+r.Proto+"\n\n")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}))
		server.EnableHTTP2 = true
		server.Config.ErrorLog = nothing
		server.StartTLS()
		DeferCleanup(server.Close)
	})

	roots := func() *x509.CertPool {
		pool := x509.NewCertPool()
		pool.AddCert(server.Certificate())
		return pool
	}

	It("is spoken on HTTP/1.1", func() {
		connect(refclient.Options{URL: server.URL, RootCAs: roots()}).expect("open", "message HTTP/1.1")
	})

	It("is spoken on HTTP/2", func() {
		connect(refclient.Options{URL: server.URL, RootCAs: roots(), HTTP: "2"}).expect("open", "message HTTP/2.0")
	})

	It("is a network error with a certificate that nobody knows", func() {
		c := connect(refclient.Options{URL: server.URL, RootCAs: x509.NewCertPool()})
		Eventually(func() int { return len(c.reports()) }, generous).Should(BeNumerically(">", 0))
		Expect(c.reports()[0]).To(Equal("error"))
	})

	It("is a network error where HTTP/2 is wanted and not spoken", func() {
		server := httptest.NewUnstartedServer(server.Config.Handler)
		server.Config.ErrorLog = nothing
		server.StartTLS()
		DeferCleanup(server.Close)
		pool := x509.NewCertPool()
		pool.AddCert(server.Certificate())
		c := connect(refclient.Options{URL: server.URL, RootCAs: pool, HTTP: "2"})
		Eventually(func() int { return len(c.reports()) }, generous).Should(BeNumerically(">", 0))
		Expect(c.reports()[0]).To(Equal("error"))
	})

	It("trusts the file of SSL_CERT_FILE", func() {
		file := filepath.Join(GinkgoT().TempDir(), "ca.pem")
		Expect(os.WriteFile(file, certificate(server), 0o600)).To(Succeed())
		GinkgoT().Setenv("SSL_CERT_FILE", file)
		connect(refclient.Options{URL: server.URL, RootCAs: refclient.ReadRoots()}).expect("open", "message HTTP/1.1")
	})
})

func certificate(s *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}
