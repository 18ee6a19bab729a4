package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/campaign"
	"github.com/ssecheck/ssecheck/runner/refserver"
)

var _ = Describe("fuzz --target", func() {
	// served is the reference server behind a handler that may answer first.
	served := func(ctx context.Context, first func(http.ResponseWriter, *http.Request) bool) (url string) {
		GinkgoHelper()
		s := refserver.New(refserver.Options{Period: 5 * time.Millisecond})
		DeferCleanup(s.Close)
		l, err := refserver.Serve(ctx, "127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if first == nil || !first(w, r) {
				s.ServeHTTP(w, r)
			}
		}), nil)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		return l.URL + "/ticker"
	}
	// choosy fails where the last event ID is no number.
	choosy := func(w http.ResponseWriter, r *http.Request) bool {
		id := r.Header.Get("Last-Event-ID")
		if strings.Trim(id, "0123456789") == "" {
			return false
		}
		http.Error(w, "oops", http.StatusInternalServerError)
		return true
	}
	var folder string
	BeforeEach(func() { folder = GinkgoT().TempDir() })
	fuzz := func(ctx context.Context, args ...string) result {
		return ssecheckWith(ctx, []string{"TOKEN=hush"}, append([]string{"fuzz", "--findings", filepath.Join(folder, "findings"),
			"--rate", "5000", "--connections", "16"}, args...)...)
	}

	It("finds what a server does to odd requests, and says how to see it again", func(ctx SpecContext) {
		file := filepath.Join(folder, "r.json")
		r := fuzz(ctx, "--target", served(ctx, choosy), "--runs", "100", "--seed", "7", "--report", "json="+file)
		Expect(r.status).To(Equal(1), r.out+r.errOut)
		Expect(r.out).To(HavePrefix("seed 7\n"))
		Expect(r.out).To(ContainSubstring("FOUND  serve.resume.unknown-id"))
		Expect(r.out).To(ContainSubstring("answered 500 Internal Server Error"))
		Expect(r.out).To(ContainSubstring("Seen again at once by: "))
		Expect(r.out).To(ContainSubstring("  again  ssecheck run --target "))
		Expect(r.out).To(ContainSubstring("100 requests"))
		Expect(r.out).NotTo(ContainSubstring("kept"))
		text, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		var report campaign.JSON
		Expect(json.Unmarshal(text, &report)).To(Succeed())
		Expect(report.Subject.Role).To(BeEquivalentTo("server"))
		Expect(report.Runs).To(Equal(100))
		Expect(report.Seed).To(Equal("7"))
		Expect(report.Findings).NotTo(BeEmpty())
		Expect(report.Findings[0].Requirement).To(HavePrefix("serve.resume."))
		Expect(report.Findings[0].Reproduce).To(HavePrefix("ssecheck run --target "))
		Expect(report.Findings[0].File).To(BeARegularFile())
		Expect(report.Deviations).To(BeNumerically(">=", len(report.Findings)))
	}, NodeTimeout(2*time.Minute))

	It("writes each finding as a case that run plays, and does not find it again", func(ctx SpecContext) {
		broken, token := served(ctx, choosy), []string{"-H", "X-Token: ${TOKEN}"}
		r := fuzz(ctx, append(token, "--target", broken, "--runs", "100", "--seed", "7")...)
		Expect(r.status).To(Equal(1), r.out+r.errOut)
		files, err := filepath.Glob(filepath.Join(folder, "findings", "serve.*.yaml"))
		Expect(err).NotTo(HaveOccurred())
		Expect(files).NotTo(BeEmpty())
		for _, file := range files {
			text, err := os.ReadFile(file)
			Expect(err).NotTo(HaveOccurred())
			Expect(string(text)).NotTo(ContainSubstring("hush"))
			Expect(string(text)).To(ContainSubstring("X-Token: {{field.X-Token}}"))
		}

		By("playing it")
		play := func(url string) int {
			return ssecheckWith(ctx, []string{"TOKEN=hush"}, append(token, "run", "--target", url,
				"--cases", filepath.Join(folder, "findings"), "--run", "*/found", "--strict")...).status
		}
		Expect(play(broken)).To(Equal(1))
		Expect(play(served(ctx, nil))).To(BeZero())

		By("another campaign, at another address")
		file := filepath.Join(folder, "r.json")
		r = fuzz(ctx, append(token, "--target", served(ctx, choosy), "--runs", "100", "--seed", "7", "--report", "json="+file)...)
		Expect(r.status).To(BeZero(), r.out+r.errOut)
		Expect(r.out).To(ContainSubstring("NOTHING NEW FOUND"))
		text, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		var report campaign.JSON
		Expect(json.Unmarshal(text, &report)).To(Succeed())
		Expect(report.Findings).To(HaveLen(len(files)))
		Expect(report.Findings).To(HaveEach(HaveField("Known", true)))
	}, NodeTimeout(2*time.Minute))

	It("does not begin where a finding could not be written", func(ctx SpecContext) {
		Expect(os.WriteFile(filepath.Join(folder, "findings"), nil, 0o600)).To(Succeed())
		r := fuzz(ctx, "--target", served(ctx, nil), "--runs", "5")
		Expect(r.status).To(Equal(3))
		Expect(r.errOut).To(ContainSubstring("folder for findings"))
	}, NodeTimeout(time.Minute))

	It("finds nothing wrong with a server that is right", func(ctx SpecContext) {
		r := fuzz(ctx, "--target", served(ctx, nil), "--runs", "150", "--seed", "1")
		Expect(r.status).To(BeZero(), r.out+r.errOut)
		Expect(r.out).To(ContainSubstring("NOTHING FOUND"))
	}, NodeTimeout(2*time.Minute))

	It("plays the requests that it is given", func(ctx SpecContext) {
		url := served(ctx, choosy)
		r := fuzz(ctx, "--target", url, "--request", "last-event-id=7", "--request", "order=reverse")
		Expect(r.status).To(BeZero(), r.out+r.errOut)
		Expect(r.out).To(ContainSubstring("2 requests"))
		Expect(fuzz(ctx, "--target", url, "--request", "last-event-id=x").status).To(Equal(1))
	}, NodeTimeout(2*time.Minute))

	It("sends what an ordinary request to the server needs, and shows no secret", func(ctx SpecContext) {
		var without atomic.Int32
		locked := func(w http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Authorization") == "Bearer hush" && r.Header.Get("X-Team") == "a" {
				return choosy(w, r)
			}
			without.Add(1)
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}
		r := fuzz(ctx, "--target", served(ctx, locked), "-H", "Authorization: Bearer ${TOKEN}", "-H", "X-Team: a",
			"--request", "last-event-id=x", "--report", "json="+filepath.Join(folder, "r.json"))
		Expect(r.status).To(Equal(1), r.out+r.errOut)
		Expect(without.Load()).To(BeZero())
		text, err := os.ReadFile(filepath.Join(folder, "r.json"))
		Expect(err).NotTo(HaveOccurred())
		Expect(r.out + r.errOut + string(text)).NotTo(ContainSubstring("hush"))
		Expect(string(text)).To(ContainSubstring("X-Team: a"))
	}, NodeTimeout(2*time.Minute))

	It("ends with a summary when it is interrupted", func(ctx SpecContext) {
		bounded, cancel := context.WithCancel(ctx)
		var requests atomic.Int32
		r := fuzz(bounded, "--target", served(ctx, func(http.ResponseWriter, *http.Request) bool {
			if requests.Add(1) == 100 {
				cancel()
			}
			return false
		}))
		Expect(r.status).To(Equal(130), r.out+r.errOut)
		Expect(r.out).To(ContainSubstring("NOTHING FOUND, interrupted"))
	}, NodeTimeout(2*time.Minute))

	DescribeTable("does not begin, and says why", func(ctx SpecContext, status int, words string, args ...string) {
		url := served(ctx, nil)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "URL", url)
		}
		r := fuzz(ctx, args...)
		Expect(r.status).To(Equal(status), r.out+r.errOut)
		Expect(r.errOut).To(ContainSubstring(words))
	},
		Entry("no URL", 2, "is no URL of a server", "--target", "x"),
		Entry("another path", 3, "check the path", "--target", "URL/none"),
		Entry("another host than this one", 2, "--i-own-this-host", "--target", "http://192.0.2.1/events"),
		Entry("a request that is none", 2, "is expected, as in", "--target", "URL", "--request", "hst=a"),
		Entry("a flag of a server without one", 2, "need a --target", "--parser", "x", "-H", "A: b"),
		Entry("no second connection", 2, "2 are the least", "--target", "URL", "--connections", "1"),
		Entry("no rate", 2, "--rate 0", "--target", "URL", "--rate", "0"),
		Entry("with a parser", 2, "one subject, and got 2", "--target", "URL", "--parser", "x"),
		Entry("a token that is not there", 2, "MISSING", "--target", "URL", "-H", "A: ${MISSING}"),
	)
})
