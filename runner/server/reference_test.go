package server_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/refserver"
	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// allPass plays every probe case and demands that none fails, and that none of
// a MUST is skipped without cause.
func allPass(ctx context.Context, url string, opts server.Options) {
	GinkgoHelper()
	opts.Observe = 6 * time.Second
	report, err := runner.Run(ctx, runner.Options{Cases: probes(), Subjects: []runner.Subject{server.New(url, opts)}})
	Expect(err).NotTo(HaveOccurred())
	passed := 0
	for _, r := range report.Subjects[0].Results {
		Expect(r.Verdict).To(BeElementOf(reports.Pass, reports.Skip), "%s: %s", r.Case, r.Message)
		if r.Verdict == reports.Pass {
			passed++
		} else if r.Level == requirements.Must {
			Expect(r.SkipKind).To(Equal(reports.SkipUnused), "%s: %s", r.Case, r.SkipReason)
		}
	}
	Expect(passed).To(BeNumerically(">", 70))
	Expect(report.Verdict).To(Equal(reports.Compliant))
}

var _ = Describe("The reference server", func() {
	handler := func() *refserver.Server {
		s := refserver.New(refserver.Options{Period: 30 * time.Millisecond})
		DeferCleanup(s.Close)
		return s
	}

	It("passes every case over HTTP/1.1", func(ctx SpecContext) {
		l, err := refserver.Serve(ctx, "127.0.0.1:0", handler(), nil)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		allPass(ctx, l.URL+"/ticker", server.Options{Via: behind(ctx, l.URL, nil)})
	}, NodeTimeout(time.Minute))

	It("passes every case over HTTP/2 without TLS", func(ctx SpecContext) {
		l, err := refserver.Serve(ctx, "127.0.0.1:0", handler(), nil)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		allPass(ctx, l.URL+"/ticker", server.Options{HTTP: "h2c", Via: behind(ctx, l.URL, nil)})
	}, NodeTimeout(time.Minute))

	It("passes every case over TLS, where HTTP/1.1 and HTTP/2 are both spoken", func(ctx SpecContext) {
		certificate, file := selfSigned()
		config := &tls.Config{Certificates: []tls.Certificate{certificate}}
		l, err := refserver.Serve(ctx, "127.0.0.1:0", handler(), config)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		allPass(ctx, l.URL+"/ticker", server.Options{CACert: file, Via: behind(ctx, l.URL, config)})
	}, NodeTimeout(time.Minute))
})

// behind puts a sound proxy in front of a server, with TLS and HTTP/2 where a
// config is given. What it says to the server is HTTP/1.1.
func behind(ctx context.Context, target string, config *tls.Config) []server.Hop {
	GinkgoHelper()
	u, err := url.Parse(target)
	Expect(err).NotTo(HaveOccurred())
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	proxy := &httputil.ReverseProxy{FlushInterval: -1, Transport: transport,
		ErrorLog: log.New(io.Discard, "", 0), // clients that leave are no news
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(u) }}
	l, err := refserver.Serve(ctx, "127.0.0.1:0", proxy, config)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() {
		_ = l.Close()
		transport.CloseIdleConnections()
	})
	return []server.Hop{{Name: "sound", URL: l.URL + "/ticker"}}
}

// selfSigned makes a certificate for 127.0.0.1, and a file that trusts it.
func selfSigned() (tls.Certificate, string) {
	GinkgoHelper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	Expect(err).NotTo(HaveOccurred())
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	Expect(err).NotTo(HaveOccurred())
	file := filepath.Join(GinkgoT().TempDir(), "ca.pem")
	Expect(os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)).To(Succeed())
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
