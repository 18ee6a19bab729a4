package adapters_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec"
)

// An npmServer is the program around a server library: server.mjs in a folder, with
// an argument or none.
type npmServer struct{ folder, argument, pkg string }

// serverLibraries are the programs, what the library can do, and how it sends the data
// "a".
var serverLibraries = []struct {
	npmServer
	name, data   string
	capabilities []string
}{
	{npmServer{"better-sse", "", "better-sse"}, "npm better-sse", `"a"`, []string{"comments", "retry", "json-data", "own-ids"}},
	{npmServer{"better-sse", "--text", "better-sse"}, "npm better-sse (serializer: text)", `a`, []string{"comments", "retry", "own-ids"}},
	{npmServer{"express-sse", "", "express-sse"}, "npm express-sse", `"a"`, []string{"json-data", "own-ids"}},
	{npmServer{"fastify-sse", "", "@fastify/sse"}, "npm @fastify/sse", `"a"`, []string{"retry", "json-data"}},
	{npmServer{"fastify-sse", "--text", "@fastify/sse"}, "npm @fastify/sse (serializer: text)", `a`, []string{"retry"}},
	{npmServer{"fastify-sse-v2", "", "fastify-sse-v2"}, "npm fastify-sse-v2", `a`, []string{"comments", "retry"}},
	{npmServer{"h3", "", "h3"}, "npm h3", `a`, []string{"comments", "retry"}},
	{npmServer{"hono", "", "hono"}, "npm hono", `a`, []string{"retry"}},
	{npmServer{"nestjs", "", "@nestjs/core"}, "npm @nestjs/core", `a`, []string{"comments", "retry", "own-ids"}},
	{npmServer{"sse-channel", "", "sse-channel"}, "npm sse-channel", `a`, []string{"retry"}},
}

var _ = Describe("the program around the server library", Label("whole"), func() {
	for _, l := range serverLibraries {
		Describe(strings.TrimSpace(l.folder+" "+l.argument), Ordered, func() {
			var url string

			BeforeAll(func(ctx SpecContext) { url = l.start(ctx) }, NodeTimeout(time.Minute))

			It("says who it is, and what it can", func(ctx SpecContext) {
				hello := introduced(ctx, url)
				Expect(hello.Takes("encoder")).To(Succeed())
				Expect(hello.Name).To(Equal(l.name))
				Expect(l.manifest()).To(HaveKeyWithValue(l.pkg, hello.Version))
				Expect(hello.Capabilities).To(ConsistOf(l.capabilities))
			}, SpecTimeout(time.Minute))

			It("emits the items of a script in their order, and ends", func(ctx SpecContext) {
				events := emitted(ctx, url, `{"items":[
					{"event":"first","id":"7","data":"a"},{"sleep":20},{"event":"second","id":"8","data":"a"}],"end":"close"}`)
				Expect(events).To(Equal([]spec.Event{
					{Type: "first", Data: l.data, LastEventID: "7"},
					{Type: "second", Data: l.data, LastEventID: "8"},
				}))
			}, SpecTimeout(time.Minute))

			It("sends an item when it is emitted, and holds the stream", func(ctx SpecContext) {
				response := ask(ctx, url, `{"items":[{"id":"7","data":"a"}],"end":"hold"}`)
				lines := bufio.NewScanner(response.Body)
				for lines.Scan() && !strings.HasPrefix(lines.Text(), "data") {
				}
				Expect(lines.Text()).To(HaveSuffix(l.data), "a line of data before the stream ends")
			}, SpecTimeout(time.Minute))

			It("answers what is no script with 400", func(ctx SpecContext) {
				for _, body := range []string{`{`, `{"item":[]}`, `null`} {
					response := ask(ctx, url, body)
					Expect(response.StatusCode).To(Equal(http.StatusBadRequest), body)
				}
			}, SpecTimeout(time.Minute))

			It("streams events by itself", func(ctx SpecContext) {
				response := do(ctx, http.MethodGet, url+"/events", "")
				Expect(response.Header.Get("Content-Type")).To(HavePrefix("text/event-stream"))
				seen := 0
				for _, err := range spec.NewDecoder(response.Body).Events() {
					Expect(err).NotTo(HaveOccurred())
					if seen++; seen == 3 {
						break
					}
				}
				Expect(seen).To(Equal(3))
			}, SpecTimeout(time.Minute))
		})
	}
})

// start starts the program and gives its address; the end of the spec, or of the
// container, stops it.
func (s npmServer) start(ctx SpecContext) (url string) {
	GinkgoHelper()
	notInShort()
	npmAdapter{s.folder, s.pkg}.installed()
	return listening(ctx, strings.TrimSpace("node "+filepath.Join(s.folder, "server.mjs")+" "+s.argument))
}

// notInShort skips a test that starts a process of Node for each library or version.
func notInShort() {
	GinkgoHelper()
	if testing.Short() {
		Skip("starting each real server takes up to minutes")
	}
}

// manifest is the dependencies of package.json.
func (s npmServer) manifest() map[string]string {
	GinkgoHelper()
	text, err := os.ReadFile(filepath.Join(s.folder, "package.json"))
	Expect(err).NotTo(HaveOccurred())
	var manifest struct{ Dependencies map[string]string }
	Expect(json.Unmarshal(text, &manifest)).To(Succeed())
	return manifest.Dependencies
}

// emitted is what a client makes of the stream of a script.
func emitted(ctx context.Context, url, script string) []spec.Event {
	GinkgoHelper()
	response := ask(ctx, url, script)
	Expect(response.StatusCode).To(Equal(http.StatusOK))
	stream, err := io.ReadAll(response.Body)
	Expect(err).NotTo(HaveOccurred())
	return spec.Oracle(stream, "").Events
}
