package adapters_test

import (
	"net"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/client/service"
	"github.com/ssecheck/ssecheck/runner/process"
)

// quadratic are the cases on which npm launchdarkly-eventsource spends two minutes
// of its one thread, and passes or not: make matrix plays them too.
var quadratic = []string{"size/**", "client/size/**", "client/secure/block-without-an-end", "client/secure/comments-without-an-end"}

// services are clients behind the protocol of LaunchDarkly's contract tests: the
// service that an npm package carries, and our own over the Go client, which is
// judged by the list that it has over stdio.
var services = []struct {
	folder  string
	command func(ctx SpecContext, folder, addr string) string
	passes  int // at least
	without []string
}{
	{"launchdarkly-eventsource", func(_ SpecContext, folder, addr string) string {
		GinkgoHelper()
		npmAdapter{folder, folder}.installed()
		_, port, err := net.SplitHostPort(addr)
		Expect(err).NotTo(HaveOccurred())
		return "cd " + folder + " && PORT=" + port + " npm start --silent"
	}, 730, quadratic},
	{"launchdarkly-go", func(ctx SpecContext, folder, addr string) string {
		GinkgoHelper()
		return module(folder).command(ctx) + " -service " + addr
	}, 720, nil},
}

var _ = Describe("the client service", Label("whole"), func() {
	for _, s := range services {
		Describe(s.folder, Ordered, func() {
			told := againstItsList(s.passes, func(ctx SpecContext) reports.Subject {
				addr := freeAddr()
				// What it prints goes to standard error, whose end is kept and the rest dropped.
				program, err := process.Start("{ " + s.command(ctx, s.folder, addr) + "; } >&2")
				Expect(err).NotTo(HaveOccurred())
				defer program.Close(process.Grace)
				return playOn(ctx, service.New("http://"+addr, service.Options{}), whole{
					limit: 10 * time.Second, known: filepath.Join(s.folder, "known-failing.yaml"), skip: s.without,
				})
			})

			It("has nothing to complain of at its end", func() { Expect(told().Problem).To(BeEmpty()) })
		})
	}
})

// freeAddr is an address that nobody listens at just now.
func freeAddr() string {
	GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	defer l.Close()
	return l.Addr().String()
}
