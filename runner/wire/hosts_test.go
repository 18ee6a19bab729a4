package wire_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/wire"
)

var _ = Describe("Several hosts", func() {
	// at is the play's URL at another of the hosts.
	at := func(s *wire.Server, p *wire.Play, host int) string {
		return strings.Replace(p.URL(), s.Hosts()[0], s.Hosts()[host], 1)
	}
	to := func(where string) cases.Connection {
		return connection(&cases.Respond{Status: 302, Header: cases.HeaderLines{{Name: "Location", Value: where}}})
	}

	It("serve the play each, which is recorded at the one that the client was sent to", func() {
		s := start(wire.Options{Hosts: 3})
		p := play(s, to("{{elsewhere}}"), to("{{elsewhere}}"), connection(nil, "data: a\n\n", drop("fin")))
		Expect(p.Record().Here).To(Equal(p.URL()))
		Expect(first(get(client(s), at(s, p, 2)))).To(Equal("data: a\n\n"))
		Expect(p.Record().Here).To(Equal(at(s, p, 2)))
		var hosts []string
		for _, x := range exchanges(p) {
			hosts = append(hosts, x.Values("Host")...)
		}
		back := s.Hosts()[2]
		Expect(hosts).To(HaveExactElements(back, Not(BeElementOf(s.Hosts())), back), "elsewhere is back at the first host")
	})

	It("have as many that are elsewhere, each of which is so for every play", func() {
		s := start(wire.Options{Hosts: 3})
		seen := map[string]int{}
		var last *wire.Play
		for range 6 {
			last = play(s, connection(nil, "data: a\n\n", drop("fin")))
			seen[strings.TrimSuffix(strings.TrimPrefix(last.Elsewhere(), "http://"), strings.TrimPrefix(last.URL(), "http://"+s.Hosts()[0]))]++
		}
		Expect(seen).To(HaveLen(3))
		for host, times := range seen {
			Expect(times).To(Equal(2))
			Expect(s.Hosts()).NotTo(ContainElement(host))
		}
		Expect(first(get(client(s), last.Elsewhere()))).To(Equal("data: a\n\n"))
		Expect(exchanges(last)[0].Elsewhere).To(BeTrue())
		Expect(last.Record().Here).To(Equal(last.URL()))
	})
})
