package wire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"os"
	"time"

	"github.com/ssecheck/ssecheck/cases"
)

// An authority is the certificate authority of one server, which signs its one
// certificate. Both are made at start and forgotten at the end.
type authority struct {
	file string // its certificate in PEM
	leaf tls.Certificate
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	root := certificate("ssecheck wire server's authority")
	root.IsCA, root.BasicConstraintsValid, root.KeyUsage = true, true, x509.KeyUsageCertSign
	signed, err := x509.CreateCertificate(rand.Reader, root, root, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	a := &authority{}
	if a.leaf, err = newLeaf(root, key); err != nil {
		return nil, err
	}
	return a, a.save(signed)
}

func certificate(name string) *x509.Certificate {
	now := time.Now()
	number, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // its reader does not fail
	return &x509.Certificate{
		SerialNumber: number,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(0, 1, 0),
	}
}

// newLeaf makes the certificate of this machine's own names.
func newLeaf(root *x509.Certificate, rootKey *ecdsa.PrivateKey) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf := certificate("localhost")
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf.DNSNames = []string{"localhost"}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	signed, err := x509.CreateCertificate(rand.Reader, leaf, root, &key.PublicKey, rootKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: key}, nil
}

func (a *authority) save(signed []byte) error {
	f, err := os.CreateTemp("", "ssecheck-ca-*.pem")
	if err != nil {
		return err
	}
	a.file = f.Name()
	err = pem.Encode(f, &pem.Block{Type: "CERTIFICATE", Bytes: signed})
	return errors.Join(err, f.Close())
}

// remove removes the file.
func (a *authority) remove() error {
	if err := os.Remove(a.file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// config is the side of TLS of an origin; nil where there is none.
func (a *authority) config(http string) *tls.Config {
	config := &tls.Config{
		Certificates: []tls.Certificate{a.leaf},
		MinVersion:   tls.VersionTLS12,
		// A write is one record, however young the connection.
		DynamicRecordSizingDisabled: true,
	}
	switch http {
	case cases.HTTPS1:
		config.NextProtos = []string{"http/1.1"}
	case cases.HTTP2:
		config.NextProtos = []string{"h2"}
	default:
		return nil
	}
	return config
}
