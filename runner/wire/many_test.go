package wire_test

import (
	"fmt"
	"net/http"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/wire"
)

var _ = Describe("Two hundred plays at once", func() {
	It("each get their own requests, and write byte by byte", func() {
		const plays = 200
		s := start(wire.Options{})
		versions := []string{cases.HTTP1, cases.HTTPS1, cases.HTTP2, cases.HTTP1}
		shared := client(s) // many plays on a few connections
		var all sync.WaitGroup
		for i := range plays {
			all.Go(func() {
				defer GinkgoRecover()
				text := fmt.Sprintf("data: %d\n\n", i)
				var items []any
				for _, b := range []byte(text) {
					items = append(items, string(b))
				}
				p, err := s.Begin(wire.Script{HTTP: versions[i%len(versions)], Connections: []cases.Connection{
					connection(nil, items...), connection(&cases.Respond{Body: cases.BodyLength}, items...),
					connection(nil, append(items, drop("truncate"))...), connection(&cases.Respond{Status: http.StatusNoContent}),
				}}, nil)
				Expect(err).NotTo(HaveOccurred())
				defer p.Close()
				for n := range 4 {
					body, r, err := get(shared, p.URL())
					switch n {
					case 2:
						Expect(err).To(HaveOccurred())
						Expect(body).To(Equal(text))
					case 3:
						Expect(err).NotTo(HaveOccurred())
						Expect(r.StatusCode).To(Equal(http.StatusNoContent))
					default:
						Expect(err).NotTo(HaveOccurred())
						Expect(body).To(Equal(text))
					}
				}
				x := exchanges(p)
				Expect(x).To(HaveLen(4))
				for n, one := range x {
					Expect(one.Number).To(Equal(n + 1))
					Expect(one.Problem).To(BeEmpty())
					Expect(one.After).To(BeNumerically(">=", 0))
				}
				reaches(p, "the end", func(s wire.State) bool { return s.Ended == 4 && s.Done == 4 && s.Open == 0 })
			})
		}
		all.Wait()
	})
})
