package mutants

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

// certificateFaults: what is made of a server's certificate.
func certificateFaults() []clientFault {
	return []clientFault{
		{"takes-any-certificate", "secure.client.certificate", "does not look at the server's certificate", takesAnyCertificate},
		{"takes-other-names", "secure.client.certificate", "takes a certificate for any host",
			verifies(func(o *x509.VerifyOptions, _ *x509.Certificate) { o.DNSName = "" })},
		{"takes-expired-certificates", "secure.client.certificate", "takes a certificate that has expired",
			verifies(func(o *x509.VerifyOptions, leaf *x509.Certificate) { o.CurrentTime = leaf.NotAfter.Add(-time.Minute) })},
	}
}

func takesAnyCertificate(r *refclient.Rules) {
	r.TLS = func(c *tls.Config) { c.InsecureSkipVerify = true } //nolint:gosec // the fault
}

// verifies looks at a certificate with one of the questions left out.
func verifies(leaveOut func(o *x509.VerifyOptions, leaf *x509.Certificate)) func(r *refclient.Rules) {
	return func(r *refclient.Rules) {
		r.TLS = func(c *tls.Config) {
			c.InsecureSkipVerify = true //nolint:gosec // VerifyConnection does it
			roots := c.RootCAs
			c.VerifyConnection = func(s tls.ConnectionState) error {
				leaf := s.PeerCertificates[0]
				o := x509.VerifyOptions{Roots: roots, DNSName: s.ServerName}
				leaveOut(&o, leaf)
				_, err := leaf.Verify(o)
				return err
			}
		}
	}
}
