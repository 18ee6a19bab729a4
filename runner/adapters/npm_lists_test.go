package adapters_test

import (
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/server"
)

// patient is the time of a play: what a server answers at once takes its time where
// several are judged on one machine.
const patient = 20 * time.Second

// observe bounds the waits of a probe; events of the live streams come every 100 ms.
const observe = 5 * time.Second

// The libraries of servers on the emit cases, each with how many pass at least.
var emitting = []struct {
	npmServer
	passes int
}{
	{npmServer{"better-sse", "", "better-sse"}, 230},
	{npmServer{"better-sse", "--text", "better-sse"}, 170},
	{npmServer{"express-sse", "", "express-sse"}, 190},
	{npmServer{"fastify-sse", "", "@fastify/sse"}, 210},
	{npmServer{"fastify-sse", "--text", "@fastify/sse"}, 190},
	{npmServer{"fastify-sse-v2", "", "fastify-sse-v2"}, 200},
	{npmServer{"h3", "", "h3"}, 340},
	{npmServer{"hono", "", "hono"}, 270},
	{npmServer{"nestjs", "", "@nestjs/core"}, 330},
	{npmServer{"sse-channel", "", "sse-channel"}, 290},
}

// The same libraries and their live streams on the probes, where data is of no account.
var streaming = []struct {
	npmServer
	passes int
}{
	{npmServer{"better-sse", "", "better-sse"}, 55},
	{npmServer{"express-sse", "", "express-sse"}, 55},
	{npmServer{"fastify-sse", "", "@fastify/sse"}, 60},
	{npmServer{"fastify-sse-v2", "", "fastify-sse-v2"}, 50},
	{npmServer{"h3", "", "h3"}, 55},
	{npmServer{"hono", "", "hono"}, 50},
	{npmServer{"nestjs", "", "@nestjs/core"}, 55},
	{npmServer{"sse-channel", "", "sse-channel"}, 60},
}

var _ = Describe("the server library", Label("whole"), func() {
	for _, l := range emitting {
		Describe(strings.TrimSpace(l.folder+" "+l.argument)+" on what it is told to emit", Ordered, func() {
			againstItsList(l.passes, func(ctx SpecContext) reports.Subject {
				s := server.NewScripted(l.start(ctx)+"/script", false, server.Options{})
				return judged(ctx, s, whole{limit: patient, known: l.known()})
			})
		})
	}

	for _, l := range streaming {
		Describe(l.folder+" as it streams by itself", Ordered, func() {
			againstItsList(l.passes, func(ctx SpecContext) reports.Subject {
				s := server.New(l.start(ctx)+"/events", server.Options{Observe: observe})
				return judged(ctx, s, whole{limit: patient, known: l.known()})
			})
		})
	}
})

var _ = Describe("the encoder library", Label("whole"), func() {
	Describe("eventsource-encoder", Ordered, func() {
		told := againstItsList(320, func(ctx SpecContext) reports.Subject {
			line := npmAdapter{"eventsource-encoder", "eventsource-encoder"}.command(ctx)
			return judged(ctx, encoder.Command(line, encoder.Options{}),
				whole{limit: patient, known: filepath.Join("eventsource-encoder", "known-failing.yaml")})
		})

		It("says who it is", func() {
			Expect(told().Name).To(Equal("npm eventsource-encoder"))
			manifest := npmServer{folder: "eventsource-encoder"}.manifest()
			Expect(manifest).To(HaveKeyWithValue("eventsource-encoder", told().Version))
		})
	})
})

// known is the list of a program: data as text fails in ways of its own, so that it has
// a list of its own.
func (s npmServer) known() string {
	return filepath.Join(s.folder, "known-failing"+strings.Replace(s.argument, "--", "-", 1)+".yaml")
}
