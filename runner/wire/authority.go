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
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"time"

	"github.com/ssecheck/ssecheck/cases"
)

// An authority is the certificate authority of one server, which signs its
// certificates. All are made when they are needed, and forgotten at the end.
type authority struct {
	file string // its certificate in PEM
	root signer
	leaf tls.Certificate
}

// A signer is an authority's certificate and key.
type signer struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	signed      []byte
}

func newAuthority() (*authority, error) {
	root, err := newSigner("ssecheck wire server's authority")
	if err != nil {
		return nil, err
	}
	a := &authority{root: root}
	if a.leaf, err = root.sign(ownNames()); err != nil {
		return nil, err
	}
	return a, a.save(root.signed)
}

func newSigner(name string) (signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return signer{}, err
	}
	root := certificate(name)
	root.NotBefore = root.NotBefore.AddDate(0, 0, -7) // earlier than what it has signed
	root.IsCA, root.BasicConstraintsValid, root.KeyUsage = true, true, x509.KeyUsageCertSign
	signed, err := x509.CreateCertificate(rand.Reader, root, root, &key.PublicKey, key)
	return signer{root, key, signed}, err
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

// ownNames is the certificate of this machine's own names, before it is signed.
func ownNames() *x509.Certificate {
	leaf := certificate("localhost")
	leaf.DNSNames = []string{"localhost"}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	return leaf
}

// sign makes a key for a server's certificate, and signs that.
func (s signer) sign(leaf *x509.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	signed, err := x509.CreateCertificate(rand.Reader, leaf, s.certificate, &key.PublicKey, s.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: key}, nil
}

// shown is the certificate that an origin shows: the one of this machine, or
// one with the fault that a case asks for and no other.
func (a *authority) shown(fault string) (tls.Certificate, error) {
	leaf := ownNames()
	switch fault {
	case "":
		return a.leaf, nil
	case cases.CertificateOtherAuthority:
		stranger, err := newSigner("an authority that nobody knows")
		if err != nil {
			return tls.Certificate{}, err
		}
		return stranger.sign(leaf)
	case cases.CertificateOtherName:
		leaf.Subject.CommonName, leaf.DNSNames, leaf.IPAddresses = "other.invalid", []string{"other.invalid"}, nil
	case cases.CertificateExpired:
		leaf.NotBefore, leaf.NotAfter = leaf.NotBefore.AddDate(0, 0, -3), leaf.NotBefore.AddDate(0, 0, -1)
	default:
		return tls.Certificate{}, fmt.Errorf("%q is no fault of a certificate; there are %s, %s and %s", fault,
			cases.CertificateOtherAuthority, cases.CertificateOtherName, cases.CertificateExpired)
	}
	return a.root.sign(leaf)
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
func (a *authority) config(kind originKind) (*tls.Config, error) {
	config := &tls.Config{
		MinVersion: tls.VersionTLS12,
		// A write is one record, however young the connection.
		DynamicRecordSizingDisabled: true,
	}
	switch kind.http {
	case cases.HTTPS1:
		config.NextProtos = []string{"http/1.1"}
	case cases.HTTP2:
		config.NextProtos = []string{"h2"}
	default:
		return nil, nil //nolint:nilnil // what speaks in cleartext has no TLS
	}
	shown, err := a.shown(kind.certificate)
	config.Certificates = []tls.Certificate{shown}
	return config, err
}
