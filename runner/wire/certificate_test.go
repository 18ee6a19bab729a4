package wire_test

import (
	"crypto/x509"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/wire"
)

// is tells whether an error is of a type.
func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

var _ = Describe("The certificate that is shown", func() {
	const unknown, name, expired = cases.CertificateOtherAuthority, cases.CertificateOtherName, cases.CertificateExpired

	DescribeTable("has the fault that the script asks for, and no other",
		func(fault string, refused func(error) bool) {
			s := start(wire.Options{})
			for _, http := range []string{cases.HTTPS1, cases.HTTP2} {
				p := begin(s, wire.Script{HTTP: http, Certificate: fault, Connections: []cases.Connection{connection(nil, "a", drop("fin"))}})
				_, _, err := get(client(s), p.URL())
				Expect(err).To(MatchError(refused, "the fault that was asked for"), http)
				Expect(exchanges(p)).To(BeEmpty(), http)
			}
		},
		Entry(nil, unknown, is[x509.UnknownAuthorityError]),
		Entry(nil, name, is[x509.HostnameError]),
		Entry(nil, expired, is[x509.CertificateInvalidError]),
	)

	It("is a good one beside these", func() {
		s := start(wire.Options{})
		begin(s, wire.Script{HTTP: cases.HTTPS1, Certificate: expired, Connections: []cases.Connection{connection(nil)}})
		good := begin(s, wire.Script{HTTP: cases.HTTPS1, Connections: []cases.Connection{connection(nil, "a", drop("fin"))}})
		body, _, err := get(client(s), good.URL())
		Expect(err).NotTo(HaveOccurred())
		Expect(body).To(Equal("a"))
	})

	It("has no fault that nobody knows", func() {
		_, err := start(wire.Options{}).Begin(wire.Script{HTTP: cases.HTTPS1, Certificate: "torn"}, nil)
		Expect(err).To(MatchError(ContainSubstring(`"torn" is no fault of a certificate; there are other-authority, other-name and expired`)))
	})
})
