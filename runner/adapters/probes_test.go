package adapters_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/spec"
)

// probed are server libraries, by the folders of their programs. Each program
// listens at the port in PORT, prints one line when it does, and has a live stream
// at path, and the scripted endpoint at /script, which says who it is. One of npm has
// npm(PACKAGE) for its adapter.
var probed = []struct {
	folder        string
	adapter       func(folder string) adapter
	path          string
	name, version string
	passes        passes
	hostile       string // the bytes that the library makes of hostile; "" where it refuses
}{
	{"go-sse-server", module, "/events", "go tmaxmax/go-sse", "v0.12.0", passes{80, 320, 310}, ""},
	{"r3labs-sse-server", module, "/events?stream=messages", "go r3labs/sse", "v2.10.0", passes{68, 135, 0}, "id: 0\ndata: x\x00\nevent: a\rb\n\n"},
	{"gin-sse", module, "/events", "go gin-contrib/sse", "v1.1.0", passes{78, 255, 245}, "event:a\\rb\ndata:x\x00\n\n"},
	{"donovanhide-server", module, "/events", "go donovanhide/eventsource", "v0.0.0-20210830082556-c59027999da0", passes{75, 175, 165}, "event: a\rb\ndata: x\x00\n\n"},
	{"launchdarkly-go-server", module, "/events", "go launchdarkly/eventsource", "v1.11.0", passes{78, 205, 175}, "event: a\rb\ndata: x\x00\n\n"},
}

// passes are how many cases a library passes at least.
type passes struct {
	probes  int
	scripts int // the emit cases with --scripted
	encoder int // the same with the flag -encoder; 0 where the program has none
}

// hostile is an item with a line break in a type, and a NUL in data.
const hostile = `{"event":"a\rb","data":"x\u0000"}`

// ofHalfAMinute are the cases for which a stream is watched that long.
var ofHalfAMinute = []string{"server/delivery/keep-alive", "server/delivery/quiet-stream-stays-open"}

var _ = Describe("the server library", Label("whole"), func() {
	for _, s := range probed {
		Describe(s.folder, Ordered, func() {
			var command, url string

			BeforeAll(func(ctx SpecContext) {
				notInShort()
				command = s.adapter(s.folder).command(ctx)
				url = listening(ctx, command)
			}, NodeTimeout(3*time.Minute))

			list := filepath.Join(s.folder, "known-failing.yaml")

			againstItsList(s.passes.probes, func(ctx SpecContext) reports.Subject {
				return playSubject(ctx, server.New(url+s.path, server.Options{Observe: observe}), cases.KindProbe,
					whole{known: list, skip: ofHalfAMinute})
			})

			Describe("emitting what scripts ask for", func() {
				againstItsList(s.passes.scripts, func(ctx SpecContext) reports.Subject {
					return playSubject(ctx, server.NewScripted(url+"/script", false, server.Options{}), cases.KindEmit, whole{limit: patient, known: list})
				})
			})

			if s.passes.encoder > 0 {
				Describe("as an encoder", func() {
					againstItsList(s.passes.encoder, func(ctx SpecContext) reports.Subject {
						return playSubject(ctx, encoder.Command(command+" -encoder", encoder.Options{}), cases.KindEmit, whole{limit: patient, known: list})
					})
				})
			}

			It("says who it is", func(ctx SpecContext) {
				hello := introduced(ctx, url)
				Expect(hello.Name).To(Equal(s.name))
				Expect(hello.Version).To(Equal(s.version))
			}, SpecTimeout(time.Minute))

			It("emits what a script asks for, and ends there", func(ctx SpecContext) {
				response := ask(ctx, url, `{"items":[{"event":"login","data":"a"},{"sleep":20},{"data":"END"}],"end":"close"}`)
				Expect(response.Header.Get("Content-Type")).To(HavePrefix("text/event-stream"))
				got := [][2]string{}
				for e, err := range spec.NewDecoder(response.Body).Events() {
					Expect(err).NotTo(HaveOccurred())
					got = append(got, [2]string{e.Type, e.Data})
				}
				Expect(got).To(Equal([][2]string{{"login", "a"}, {"message", "END"}}))
			}, SpecTimeout(time.Minute))

			It("holds a stream that is to be held until the client leaves", func(ctx SpecContext) {
				response := ask(ctx, url, `{"items":[{"data":"a"}],"end":"hold"}`)
				events := make(chan string, 1) // closed at the end of the stream
				go func() {
					defer close(events)
					for e, err := range spec.NewDecoder(response.Body).Events() {
						if err != nil {
							return
						}
						events <- e.Data
					}
				}()
				Eventually(ctx, events).WithTimeout(10 * time.Second).Should(Receive(Equal("a")))
				Consistently(ctx, events).WithTimeout(300 * time.Millisecond).ShouldNot(BeClosed())
				Expect(response.Body.Close()).To(Succeed())
				Eventually(ctx, events).WithTimeout(10 * time.Second).Should(BeClosed())
			}, SpecTimeout(time.Minute))

			It("says of a kind of item that its API lacks that it cannot emit it", func(ctx SpecContext) {
				has := introduced(ctx, url).Capabilities
				for _, kind := range []struct{ capability, item string }{
					{"comments", `{"comment":"a"}`}, {"retry", `{"data":"a","retry":1500}`},
					{"no-data", `{"id":"7"}`}, {"no-data", `{}`},
				} {
					response := ask(ctx, url, `{"items":[`+kind.item+`]}`)
					status := http.StatusBadRequest
					if slices.Contains(has, kind.capability) {
						status = http.StatusOK
					}
					Expect(response.StatusCode).To(Equal(status), kind.item)
				}
			}, SpecTimeout(time.Minute))

			It("hands to the library what came", func(ctx SpecContext) {
				response := ask(ctx, url, `{"items":[`+hostile+`]}`)
				if s.hostile == "" {
					Expect(response.StatusCode).To(Equal(http.StatusBadRequest))
					return
				}
				Expect(io.ReadAll(response.Body)).To(BeEquivalentTo(s.hostile))
			}, SpecTimeout(time.Minute))

			It("leaves out what the library refuses once the stream has started", func(ctx SpecContext) {
				response := ask(ctx, url, `{"items":[{"data":"a"},{"data":"b","retry":"never"},{"data":"END"}]}`)
				body, err := io.ReadAll(response.Body)
				Expect(err).NotTo(HaveOccurred())
				events := spec.Oracle(body, "").Events
				Expect(events[0].Data).To(Equal("a"))
				Expect(events[len(events)-1].Data).To(Equal("END"))
				Expect(len(events)).To(Equal(2 + bytes.Count(body, []byte("never"))))
			}, SpecTimeout(time.Minute))

			if s.passes.encoder > 0 {
				It("is an encoder too", func(ctx SpecContext) {
					answers := dialog(command+" -encoder",
						`{"op":"hello","protocol":1}`,
						`{"op":"encode","stream":"e1","items":[{"event":"login","data":"a\nb"},{"data":"END"}]}`,
						`{"op":"encode","stream":"e2","items":[{"retry":"soon","data":"a"}]}`)
					Expect(answers).To(HaveLen(3))
					Expect(answers[0]).To(HaveKeyWithValue("name", s.name))
					Expect(answers[0]).To(HaveKeyWithValue("roles", ConsistOf("encoder")))
					Expect(answers[1]).To(HaveKeyWithValue("on", "encoded"))
					var wire []byte
					Expect(json.Unmarshal([]byte(`"`+answers[1]["wire"].(string)+`"`), &wire)).To(Succeed())
					Expect(spec.Oracle(wire, "").Events).To(Equal([]spec.Event{
						{Type: "login", Data: "a\nb"}, {Type: "message", Data: "END"},
					}))
					Expect(answers[2]).To(HaveKeyWithValue("on", "rejected"))
				}, SpecTimeout(time.Minute))
			}
		})
	}
})
