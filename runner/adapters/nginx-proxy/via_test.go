package nginxproxy_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ssecheck/ssecheck/runner/adapters/nginx"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/process"
	"github.com/ssecheck/ssecheck/runner/selection"
	"github.com/ssecheck/ssecheck/runner/server"
)

var _ = Describe("nginx in front of a real server, as a run with --via sees it", func() {
	// visited plays the cases of server/via with nginx's port of that name as the hop.
	visited := func(ctx SpecContext, port string) reports.Subject {
		GinkgoHelper()
		path := nginxOrSkip()
		upstream := goSSE(ctx)
		n, err := nginx.Start(ctx, path, GinkgoT().TempDir(), ports, map[string]any{"Upstream": upstream})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(n.Stop)
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		selected, err := selection.Select(corpus.Cases(), selection.Options{Run: []string{"server/via/*"}})
		Expect(err).NotTo(HaveOccurred())
		hops := []server.Hop{{Name: "nginx", URL: n.URL(port) + "/events"}}
		report, err := runner.Run(ctx, runner.Options{
			Subjects: []runner.Subject{server.New(upstream+"/events", server.Options{Observe: 4 * time.Second, Via: hops})},
			Cases:    selected,
		})
		Expect(err).NotTo(HaveOccurred())
		return report.Subjects[0]
	}

	It("as it comes, it holds back head and events, and the hop is named", func(ctx SpecContext) {
		var failed []string
		for _, r := range visited(ctx, "Buffered").Results {
			Expect(r.Verdict).NotTo(Equal(reports.Error), "%s: %s", r.Case, r.Message)
			if r.Verdict == reports.Fail {
				failed = append(failed, r.Case)
				Expect(r.Message).To(ContainSubstring("(hop nginx)"), r.Case)
			}
		}
		Expect(failed).To(ConsistOf("server/via/is-a-stream", "server/via/head-at-once", "server/via/events-on-time",
			"server/via/no-content-length", "server/via/compression-is-flushed"))
	}, SpecTimeout(2*time.Minute))

	DescribeTable("as it should be, nothing is held against it", func(ctx SpecContext, port string) {
		subject := visited(ctx, port)
		for _, r := range subject.Results {
			Expect(r.Verdict).NotTo(BeElementOf(reports.Fail, reports.Error), "%s: %s", r.Case, r.Message)
		}
		// The stream has no comments and no reconnection time, and may be compressed.
		Expect(subject.Summary.Pass).To(Equal(10))
	},
		Entry("unbuffered", "Unbuffered", SpecTimeout(2*time.Minute)),
		Entry("compressed", "Gzipped", SpecTimeout(2*time.Minute)),
	)
})

// nginxOrSkip is where nginx is.
func nginxOrSkip() (path string) {
	GinkgoHelper()
	path, missing := nginx.Installed()
	if missing != "" {
		lack(missing)
	}
	return path
}

// lack skips a test for what the machine does not have; in CI it is a failure.
func lack(what string) {
	GinkgoHelper()
	if os.Getenv("CI") == "true" {
		Fail(what)
	}
	Skip(what)
}

// goSSE starts the server of the folder go-sse-server, whose live stream is at
// /events, and ends it with the spec.
func goSSE(ctx SpecContext) (url string) {
	GinkgoHelper()
	if testing.Short() {
		Skip("the cases about proxies take up to half a minute")
	}
	program := filepath.Join(GinkgoT().TempDir(), "server")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "go-sse-server")
	if out, err := build.CombinedOutput(); err != nil {
		lack("runner/adapters/go-sse-server does not build, for which its Go modules must be there: " + string(out))
	}
	p, err := process.Start("exec '"+program+"'", "PORT=0")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() {
		p.Stop(5 * time.Second)
		_ = p.Close(0)
	})
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(p.Stdout()).ReadString('\n')
		line <- text
	}()
	var said string
	Eventually(ctx, line).WithTimeout(time.Minute).Should(Receive(&said))
	url, found := strings.CutPrefix(strings.TrimSpace(said), "listening at ")
	Expect(found).To(BeTrue(), "%q, %s", said, p.Stderr())
	return url
}
