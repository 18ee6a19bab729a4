package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/refserver"
)

// A pair is a certificate with its key, in memory and in files.
type pair struct {
	tls.Certificate
	cert, key string
}

// issue makes a certificate for name; by is who signs it, nil for itself.
func issue(name string, by *pair) *pair {
	GinkgoHelper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	Expect(err).NotTo(HaveOccurred())
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: by == nil, BasicConstraintsValid: true}
	parent, signer := template, any(key)
	if by != nil {
		parent, err = x509.ParseCertificate(by.Certificate.Certificate[0])
		Expect(err).NotTo(HaveOccurred())
		signer = by.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	Expect(err).NotTo(HaveOccurred())
	private, err := x509.MarshalPKCS8PrivateKey(key)
	Expect(err).NotTo(HaveOccurred())
	folder := GinkgoT().TempDir()
	p := &pair{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")}
	Expect(os.WriteFile(p.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)).To(Succeed())
	Expect(os.WriteFile(p.key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600)).To(Succeed())
	return p
}

// ticker is the handler of a reference server.
func ticker() http.Handler {
	s := refserver.New(refserver.Options{Period: embeddedPeriod})
	DeferCleanup(s.Close)
	return s
}

// secured serves a ticker over TLS.
func secured(config *tls.Config) string {
	GinkgoHelper()
	l, err := refserver.Serve(GinkgoT().Context(), "127.0.0.1:0", ticker(), config)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(l.Close)
	return l.URL + "/ticker"
}

// visit plays the cases of the response on a target.
func visit(target string, flags ...string) (*reports.Report, result) {
	GinkgoHelper()
	return report(append([]string{"run", "--target", target, "--observe", "2s", "-v",
		"--run", "server/http/status-200", "--run", "server/http/media-type", "--run", "server/http/http-2-fields"}, flags...)...)
}

// spoken are the versions of HTTP in which a run was answered.
func spoken(r *reports.Report) []string {
	versions := map[string]bool{}
	for _, result := range r.Subjects[0].Results {
		for _, entry := range result.Transcript {
			switch text := string(entry.Bytes); {
			case entry.Kind != "response":
			case strings.HasPrefix(text, ":status"):
				versions["HTTP/2"] = true
			default:
				versions[strings.Fields(text)[0]] = true
			}
		}
	}
	var list []string
	for v := range versions {
		list = append(list, v)
	}
	return list
}

var _ = Describe("A target over TLS", func() {
	It("is judged over the version that it offers, with a CA of one's own", func() {
		ca := issue("a CA", nil)
		target := secured(&tls.Config{Certificates: []tls.Certificate{issue("a server", ca).Certificate}})
		r, result := visit(target, "--cacert", ca.cert)
		Expect(result.status).To(BeZero(), result.out+result.errOut)
		Expect(spoken(r)).To(ConsistOf("HTTP/2"))
		Expect(r.Subjects[0].Results).To(HaveEach(HaveField("Verdict", reports.Pass)))

		r, result = visit(target, "--cacert", ca.cert, "--http", "1.1")
		Expect(result.status).To(BeZero(), result.out+result.errOut)
		Expect(spoken(r)).To(ConsistOf("HTTP/1.1"))

		r, result = visit(target, "--cacert", ca.cert, "--http", "2")
		Expect(result.status).To(BeZero(), result.out+result.errOut)
		Expect(spoken(r)).To(ConsistOf("HTTP/2"))
	})

	It("is not trusted without its CA, and --insecure trusts it all the same", func() {
		target := secured(&tls.Config{Certificates: []tls.Certificate{issue("a server", nil).Certificate}})
		result := ssecheck("run", "--target", target, "--run", "server/http/status-200")
		Expect(result.status).To(Equal(3))
		Expect(result.errOut).To(ContainSubstring("certificate signed by unknown authority"))
		Expect(result.errOut).To(ContainSubstring("--cacert"))
		Expect(result.errOut).To(ContainSubstring("--insecure"))

		_, result = visit(target, "--insecure")
		Expect(result.status).To(BeZero(), result.out+result.errOut)
	})

	DescribeTable("gets the certificate of the client that it asks for",
		func(version uint16) {
			ca := issue("a CA", nil)
			trusted := x509.NewCertPool()
			trusted.AppendCertsFromPEM(text(ca.cert))
			client := issue("a client", ca)
			target := secured(&tls.Config{Certificates: []tls.Certificate{issue("a server", ca).Certificate},
				ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: trusted, MaxVersion: version})
			_, result := visit(target, "--cacert", ca.cert, "--cert", client.cert, "--key", client.key)
			Expect(result.status).To(BeZero(), result.out+result.errOut)

			result = ssecheck("run", "--target", target, "--cacert", ca.cert, "--run", "server/http/status-200")
			Expect(result.status).To(Equal(3))
			Expect(result.errOut).To(ContainSubstring("certificate"))
			Expect(result.errOut).To(ContainSubstring("--cert and --key"))
		},
		Entry("in TLS 1.2", uint16(tls.VersionTLS12)),
		Entry("in TLS 1.3", uint16(tls.VersionTLS13)),
	)

	DescribeTable("is not visited with certificates that cannot be read", func(part string, flags ...string) {
		result := ssecheck(append([]string{"run", "--target", "https://127.0.0.1:1/", "--run", "server/http/status-200"}, flags...)...)
		Expect(result.status).To(Equal(2))
		Expect(result.errOut).To(ContainSubstring(part))
	},
		Entry("no such file", "no such file", "--cacert", "/not/there.pem"),
		Entry("no PEM", "no certificate in PEM", "--cacert", os.DevNull),
		Entry("no such key", "cannot be read", "--cert", "/not/there.pem", "--key", "/not/there.key"),
		Entry("half of a pair", "--cert and --key need each other", "--cert", "/not/there.pem"),
	)
})

func text(file string) []byte {
	GinkgoHelper()
	b, err := os.ReadFile(file)
	Expect(err).NotTo(HaveOccurred())
	return b
}

var _ = Describe("A target without TLS", func() {
	It("is judged over HTTP/2 by prior knowledge", func() {
		r, result := visit(stream(), "--http", "h2c")
		Expect(result.status).To(BeZero(), result.out+result.errOut)
		Expect(spoken(r)).To(ConsistOf("HTTP/2"))
	})

	It("is told from one that speaks no HTTP/2", func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		s := &http.Server{Handler: ticker(), ReadHeaderTimeout: time.Second}
		go func() { _ = s.Serve(l) }()
		DeferCleanup(s.Close)
		result := ssecheck("run", "--target", "http://"+l.Addr().String()+"/ticker", "--http", "h2c", "--run", "server/http/status-200")
		Expect(result.status).To(Equal(3))
		Expect(result.errOut).To(ContainSubstring("it speaks HTTP/1.1"))
		Expect(result.errOut).To(ContainSubstring("--http h2c"))
	})

	It("is judged behind a Unix socket, whatever the URL's host", func() {
		// The name of a socket has a bound of about 100 bytes.
		folder, err := os.MkdirTemp("", "sse")
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(os.RemoveAll, folder)
		socket := filepath.Join(folder, "s")
		l, err := net.Listen("unix", socket)
		Expect(err).NotTo(HaveOccurred())
		hosts := make(chan string, 1000)
		inner := ticker()
		s := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case hosts <- r.Host:
			default:
			}
			inner.ServeHTTP(w, r)
		})}
		go func() { _ = s.Serve(l) }()
		DeferCleanup(s.Close)
		r, result := visit("http://app.example/ticker", "--unix-socket", socket)
		Expect(result.status).To(BeZero(), result.out+result.errOut)
		Expect(spoken(r)).To(ConsistOf("HTTP/1.1"))
		Expect(<-hosts).To(Equal("app.example"))
		Expect(r.Subjects[0].Results[0].Reproduce).To(ContainSubstring("--unix-socket " + socket))
	})
})

var _ = Describe("A body", func() {
	It("from a file makes the request a POST, and JSON is called JSON", func() {
		asked := make(chan []string, 1000)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			select {
			case asked <- []string{r.Method, r.Header.Get("Content-Type"), string(body)}:
			default:
			}
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: {}\n\ndata: [DONE]\n\n")
		}))
		DeferCleanup(s.Close)
		file := write("body.json", `{"stream":true}`)
		for _, flags := range [][]string{{"--body", "@" + file}, {"-X", "POST", "--body", `{"stream":true}`}} {
			r, result := visit(s.URL, flags...)
			Expect(result.status).To(BeZero(), result.out+result.errOut)
			Expect(<-asked).To(Equal([]string{"POST", "application/json", `{"stream":true}`}))
			Expect(r.Subjects[0].Results[0].Reproduce).To(ContainSubstring("--body "))
		}
		_, result := visit(s.URL, "--body", "@"+file, "-H", "Content-Type: application/x-own+json")
		Expect(result.status).To(BeZero(), result.out+result.errOut)
		Eventually(asked).Should(Receive(ContainElement("application/x-own+json")))
	})
})
