package adapters_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec"
)

// regressions are the pairs of versions in the folder of that name: with a hole, and
// the first without. item is a hostile one, END the event after it.
var regressions = []struct{ before, after, item string }{
	{"h3-1.15.5", "h3-1.15.6", `{"data":"a\n\nevent: forged\ndata: b"}`},
	{"h3-1.15.5", "h3-1.15.6", `{"data":"a","event":"x\ndata: b\n\nevent: forged"}`},
	{"h3-1.15.5", "h3-1.15.6", `{"data":"a","id":"x\nevent: forged\ndata: b\n\n"}`},
	{"h3-1.15.8", "h3-1.15.9", `{"data":"a\r\revent: forged\rdata: b"}`},
	{"h3-2.0.1-rc.14", "h3-2.0.1-rc.15", `{"data":"a\n\nevent: forged\ndata: b"}`},
	{"h3-2.0.1-rc.14", "h3-2.0.1-rc.15", `{"comment":"a\nevent: forged\ndata: b"}`},
	{"h3-2.0.1-rc.16", "h3-2.0.1-rc.17", `{"data":"a\r\revent: forged\rdata: b"}`},
	{"h3-2.0.1-rc.16", "h3-2.0.1-rc.17", `{"comment":"a\revent: forged\rdata: b"}`},
	{"hono-4.12.3", "hono-4.12.4", `{"data":"a","event":"x\ndata: b\n\nevent: forged"}`},
	{"hono-4.12.3", "hono-4.12.4", `{"data":"a","id":"x\r\revent: forged\rdata: b"}`},
	{"hono-4.12.3", "hono-4.12.4", `{"data":"a","retry":"1\n\nevent: forged\ndata: b"}`},
	{"nestjs-core-11.1.17", "nestjs-core-11.1.18", `{"data":"a","event":"x\ndata: b\n\nevent: forged"}`},
	{"nestjs-core-11.1.17", "nestjs-core-11.1.18", `{"data":"a","id":"x\revent: forged\rdata: b\r\r"}`},
	{"sse-channel-4.0.0", "sse-channel-4.0.2", `{"data":"a","event":"x\ndata: b\n\nevent: forged"}`},
	{"sse-channel-4.0.0", "sse-channel-4.0.2", `{"data":"a","retry":"1\revent: forged\rdata: b\r\r"}`},
	{"eventsource-encoder-1.0.1", "eventsource-encoder-1.0.2", `{"data":"a","event":"x\ndata: b\n\nevent: forged"}`},
	{"eventsource-encoder-1.0.1", "eventsource-encoder-1.0.2", `{"data":"a","id":"x\revent: forged\rdata: b\r\r"}`},
}

var _ = Describe("a version with a published hole", Label("whole"), func() {
	for _, r := range regressions {
		It(fmt.Sprintf("%s forges an event of %s, and %s does not", r.before, r.item, r.after), func(ctx SpecContext) {
			Expect(types(ctx, r.before, r.item)).To(ContainElement("forged"))
			Expect(types(ctx, r.after, r.item)).NotTo(ContainElement("forged"))
		}, SpecTimeout(time.Minute))
	}
})

// types are the types of the events that a client sees when the version emits the
// item and then an event.
func types(ctx SpecContext, version, item string) (types []string) {
	GinkgoHelper()
	const end = `{"event":"end","data":"END"}`
	var events []spec.Event
	if strings.HasPrefix(version, "eventsource-encoder-") {
		// A refused item refuses all of them, so that each is encoded by itself.
		stream := append(encoded(ctx, version, item), encoded(ctx, version, end)...)
		events = spec.Oracle(stream, "").Events
	} else {
		server := npmServer{"regressions", version, version}
		events = emitted(ctx, server.start(ctx), `{"items":[`+item+`,`+end+`],"end":"close"}`)
	}
	Expect(events).NotTo(BeEmpty())
	Expect(events[len(events)-1].Data).To(Equal("END"))
	for _, e := range events {
		types = append(types, e.Type)
	}
	return types
}

// encoded is the stream of an item, empty if the encoder refuses it.
func encoded(ctx SpecContext, version, item string) []byte {
	GinkgoHelper()
	notInShort()
	npmAdapter{"regressions", version}.installed()
	program := exec.CommandContext(ctx, "node", "adapter.mjs", version)
	program.Dir, program.Stderr = "regressions", GinkgoWriter
	program.Stdin = strings.NewReader(`{"op":"encode","stream":"e","items":[` + item + `]}` + "\n")
	out, err := program.Output()
	Expect(err).NotTo(HaveOccurred())
	var answer struct{ On, Wire string }
	Expect(json.Unmarshal(out, &answer)).To(Succeed())
	Expect(answer.On).To(BeElementOf("encoded", "rejected"))
	stream, err := base64.StdEncoding.DecodeString(answer.Wire)
	Expect(err).NotTo(HaveOccurred())
	return stream
}
