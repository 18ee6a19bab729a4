package server_test

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/server"
)

var _ = Describe("A case that may bring a server down", func() {
	text := "127.0.0.1:99999"
	odd := &cases.Case{Suite: "s", ID: "odd", Level: "should", Needs: []string{"loopback"},
		Probe: []cases.Step{{Connect: "odd", Header: map[string]cases.Item{"Host": {Text: &text}}}},
		Check: []cases.Check{{That: "odd", Status: []string{"2xx"}}}}

	DescribeTable("is played on this machine alone", func(url, socket string, played bool) {
		s := server.New(url, server.Options{UnixSocket: socket, Header: http.Header{}})
		Expect(s.Prepare()).To(Succeed())
		skip := s.Skip(odd)
		Expect(s.Outlook([]*cases.Case{odd}).Total()).To(Equal(map[bool]int{true: 2, false: 1}[played]), "the survey, and the case")
		if played {
			Expect(skip).To(Equal(runner.Skip{}))
			return
		}
		Expect(skip.Kind).To(Equal(reports.SkipUnused))
		Expect(skip.Reason).To(ContainSubstring("on the loopback interface"))
	},
		Entry("by its address", "http://127.0.0.1:8080/events", "", true),
		Entry("by another one", "http://127.9.9.9:8080/events", "", true),
		Entry("by that of IP version 6", "http://[::1]:8080/events", "", true),
		Entry("by its name", "https://LocalHost/events", "", true),
		Entry("by a socket", "http://app/events", "/run/app.sock", true),
		Entry("not at another address", "http://192.0.2.1/events", "", false),
		Entry("not at a name", "https://api.example/events", "", false),
		Entry("not at a name that begins like it", "http://localhost.example/events", "", false),
	)
})
