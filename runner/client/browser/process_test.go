//go:build unix

package browser_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	. "github.com/onsi/gomega/gstruct"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/browser"
)

var _ = Describe("The browser's process", func() {
	var (
		w    *world
		d    *browser.Driver
		temp string
	)
	// launch starts the fake browser, which stands in a folder of its own.
	launch := func(ctx context.Context, behaviour string, o browser.Options) error {
		GinkgoHelper()
		bin := GinkgoT().TempDir()
		temp = GinkgoT().TempDir()
		GinkgoT().Setenv("TMPDIR", temp)
		GinkgoT().Setenv(fakeBrowserEnv, behaviour)
		self, err := os.Executable()
		Expect(err).NotTo(HaveOccurred())
		path := filepath.Join(bin, "chromium-fake")
		Expect(os.Symlink(self, path)).To(Succeed())
		o.Frames = 2
		d = browser.New(path, o)
		w = newWorld(d.Hosts())
		DeferCleanup(func() {
			Expect(d.Close()).To(Succeed())
			Expect(os.ReadDir(temp)).To(BeEmpty(), "no folder is left behind")
		})
		return d.Start(ctx, w.env)
	}
	hasty := func(start time.Duration) browser.Options {
		return browser.Options{}.Hasty(start, 50*time.Millisecond, 500*time.Millisecond, 50*time.Millisecond)
	}
	connect := func(ctx context.Context, name string) (client.Stream, *journal, error) {
		j := &journal{}
		s, err := d.Connect(ctx, client.Connect{Name: name, URL: w.url("/c/1")}, j.see)
		return s, j, err
	}

	It("is started on the page and ended, and its folder removed", func(ctx SpecContext) {
		Expect(launch(ctx, "obeys", hasty(generous))).To(Succeed())
		Expect(d.Hello().Name).To(Equal("Chromium"))
		Expect(d.Hello().Version).To(Equal("140.0.7339.80"))
		Expect(d.Hello().Address).To(HaveSuffix("/chromium-fake"))
		Expect(os.ReadDir(temp)).To(HaveLen(1))
		s, j, err := connect(ctx, "a")
		Expect(err).NotTo(HaveOccurred())
		Eventually(j.lines, generous).Should(Equal([]string{"open"}))
		Expect(s.Close(ctx)).To(Succeed())
		s.Release()
	})

	It("says so when the browser ends at once, with its last words", func(ctx SpecContext) {
		err := launch(ctx, "ends", hasty(generous))
		Expect(err).To(MatchError(ContainSubstring("ended before it opened the page: exit status 3")))
		Expect(stderrOf(err)).To(ContainSubstring("last words of ends"))
	})

	It("says so when the browser never opens the page", func(ctx SpecContext) {
		err := launch(ctx, "sleeps", hasty(300*time.Millisecond))
		Expect(err).To(MatchError(ContainSubstring("did not open the page within 300ms: it never asked for it")))
		Expect(stderrOf(err)).To(ContainSubstring("last words of sleeps"))
	})

	It("says so when the page's script does not run", func(ctx SpecContext) {
		err := launch(ctx, "loads", hasty(3*time.Second))
		Expect(err).To(MatchError(ContainSubstring("it asked for the page, whose script then did not say hello")))
	})

	It("loses the streams of a browser that crashes, and starts it anew for the next", func(ctx SpecContext) {
		Expect(launch(ctx, "obeys", hasty(generous))).To(Succeed())
		bystander, _, err := connect(ctx, "a")
		Expect(err).NotTo(HaveOccurred())
		s, _, err := connect(ctx, "crash")
		Expect(err).NotTo(HaveOccurred())
		for _, s := range []client.Stream{bystander, s} {
			Eventually(s.Lost(), generous).Should(BeClosed())
			Expect(s.Err()).To(PointTo(MatchFields(IgnoreExtras, Fields{
				"What": ContainSubstring("it ended: exit status 7"), "Stderr": ContainSubstring("last words of obeys"),
			})))
			Expect(s.Close(ctx)).To(Succeed())
			s.Release()
		}
		_, j, err := connect(ctx, "b")
		Expect(err).NotTo(HaveOccurred())
		Eventually(j.lines, generous).Should(Equal([]string{"open"}))
		Expect(os.ReadDir(temp)).To(HaveLen(1), "the crashed one's folder is gone")
	})

	It("ends a browser that hangs, and starts it anew", func(ctx SpecContext) {
		Expect(launch(ctx, "obeys", hasty(generous))).To(Succeed())
		s, _, err := connect(ctx, "hang")
		Expect(err).NotTo(HaveOccurred())
		Eventually(s.Lost(), generous).Should(BeClosed())
		Expect(s.Err()).To(MatchError(ContainSubstring("not been heard of")))
		_, j, err := connect(ctx, "b")
		Expect(err).NotTo(HaveOccurred())
		Eventually(j.lines, generous).Should(Equal([]string{"open"}))
	})

	It("starts it anew no more often than it may", func(ctx SpecContext) {
		o := hasty(generous)
		o.Restarts = 1
		Expect(launch(ctx, "obeys", o)).To(Succeed())
		for range 2 {
			s, _, err := connect(ctx, "crash")
			Expect(err).NotTo(HaveOccurred())
			Eventually(s.Lost(), generous).Should(BeClosed())
		}
		_, _, err := connect(ctx, "b")
		Expect(err).To(MatchError(ContainSubstring("started anew 1 times already")))
	})

	It("is not started by a driver that has nowhere to serve a page", func(ctx SpecContext) {
		Expect(browser.New(browser.Chromium, browser.Options{}).Start(ctx, client.Environment{})).
			To(MatchError(ContainSubstring("no host")))
	})
})

// stderrOf is the standard error that an error carries.
func stderrOf(err error) string {
	GinkgoHelper()
	found, ok := errors.AsType[*client.SubjectError](err)
	Expect(ok).To(BeTrue(), "%v", err)
	return found.Stderr
}

var _ = Describe("Finding a browser", func() {
	program := func(dir, name, script string) string {
		GinkgoHelper()
		path := filepath.Join(dir, name)
		Expect(os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700)).To(Succeed())
		return path
	}

	DescribeTable("by its name, in PATH",
		func(name, file string) {
			dir := GinkgoT().TempDir()
			path := program(dir, file, "")
			GinkgoT().Setenv("PATH", dir)
			kind, found, err := browser.Identify(name)
			Expect(err).NotTo(HaveOccurred())
			Expect(kind).To(Equal(name))
			Expect(found).To(Equal(path))
		},
		Entry(nil, "chromium", "chromium"), Entry(nil, "chromium", "google-chrome"), Entry(nil, "chromium", "microsoft-edge"),
		Entry(nil, "firefox", "firefox"), Entry(nil, "firefox", "firefox-esr"), Entry(nil, "webkit", "MiniBrowser"),
	)

	DescribeTable("at a path, by its name or what it says of itself",
		func(file, says, kind string) {
			path := program(GinkgoT().TempDir(), file, "echo '"+says+"'")
			found, at, err := browser.Identify(path)
			Expect(err).NotTo(HaveOccurred())
			Expect(found).To(Equal(kind))
			Expect(at).To(Equal(path))
		},
		Entry(nil, "brave-browser", "", "chromium"), Entry(nil, "firefox-nightly", "", "firefox"),
		Entry(nil, "mine", "Mozilla Firefox 144.0a1", "firefox"), Entry(nil, "mine", "Google Chrome 140.0.1.2 ", "chromium"),
	)

	It("says what was tried and what to install", func() {
		GinkgoT().Setenv("PATH", "/nowhere")
		_, _, err := browser.Identify("firefox")
		Expect(err).To(MatchError(And(ContainSubstring("firefox-esr, firefox in PATH (/nowhere)"),
			ContainSubstring("apt-get install firefox-esr"), ContainSubstring("give the path"))))
		_, _, err = browser.Identify("netscape")
		Expect(err).To(MatchError(And(ContainSubstring(`"netscape" is none of chromium, firefox, webkit, manual`), ContainSubstring("not found"))))
	})

	It("does not guess of what kind a program is", func() {
		path := program(GinkgoT().TempDir(), "mine", "echo lynx 2.9")
		_, _, err := browser.Identify(path)
		Expect(err).To(MatchError(And(ContainSubstring(`"lynx 2.9"`), ContainSubstring("--browser manual"))))
	})

	DescribeTable("reads versions",
		func(line, name, version string) {
			n, v := browser.VersionOf(line)
			Expect([]string{n, v}).To(Equal([]string{name, version}))
		},
		Entry(nil, "Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)", "Chromium", "156.0.8078.79"),
		Entry(nil, "Google Chrome 140.0.7339.80 ", "Google Chrome", "140.0.7339.80"),
		Entry(nil, "Mozilla Firefox 153.7.0esr", "Firefox", "153.7.0esr"),
		Entry(nil, "WebKitGTK 2.50.6", "WebKitGTK", "2.50.6"),
		Entry(nil, "no version", "", ""),
	)

	DescribeTable("reads User-Agents",
		func(text, name, version string) {
			n, v := browser.NameOf(text)
			Expect([]string{n, v}).To(Equal([]string{name, version}))
		},
		Entry(nil, firefoxAgent, "Firefox", "140.0"),
		Entry(nil, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome", "140.0.0.0"),
		Entry(nil, "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.3485.54", "Edge", "140.0.3485.54"),
		Entry(nil, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1", "Safari", "18.6"),
		Entry(nil, strings.Repeat("x", 100), "a browser", ""),
	)
})
