package refclient_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	driver "github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

var nothing = log.New(io.Discard, "", 0)

// A witness is told what a driver's stream reports.
type witness struct {
	mu   sync.Mutex
	seen []string
}

func (w *witness) see(o transcript.Observation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := string(o.Kind)
	switch o.Kind {
	case transcript.SawEvent:
		text += " " + o.Event.Data
	case transcript.SawComment:
		text += " " + o.Comment
	case transcript.SawError:
		text += fmt.Sprintf(" %t", *o.Reconnecting)
	}
	w.seen = append(w.seen, text)
}

func (w *witness) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.seen)
}

var _ = Describe("The driver", func() {
	start := func(d driver.Driver, env driver.Environment) driver.Driver {
		GinkgoHelper()
		Expect(d.Start(context.Background(), env)).To(Succeed())
		DeferCleanup(func() { Expect(d.Close()).To(Succeed()) })
		return d
	}
	open := func(d driver.Driver, c driver.Connect) (driver.Stream, *witness) {
		GinkgoHelper()
		w := &witness{}
		s, err := d.Connect(context.Background(), c, w.see)
		Expect(err).NotTo(HaveOccurred())
		return s, w
	}
	ctx := context.Background()

	It("says who the client is and that it keeps to the letter", func() {
		h := start(refclient.Driver(), driver.Environment{}).Hello()
		Expect(h.Name).To(Equal(refclient.Name))
		Expect(h.Browser).To(BeTrue())
		for _, c := range []string{driver.Comments, driver.Opens, driver.Errors, driver.Headers, driver.Method,
			driver.LastEventID, driver.Retry, driver.HTTPS, driver.HTTP2, driver.H2C, driver.CloseInHandler} {
			Expect(h.Claims(c)).To(BeTrue(), c)
		}
	})

	It("tells what is reported, in order, and that it was closed", func() {
		s := serve(says(toTheEnd+": c\n\ndata: a\n\n"), says("HTTP/1.1 404 Not Found\r\n\r\n"))
		stream, w := open(start(refclient.Driver(), driver.Environment{}), driver.Connect{URL: s.url, Retry: 1})
		want := []string{"open", "comment c", "event a", "error true", "error false"}
		Eventually(w.all, generous).Should(Equal(want))
		Expect(stream.Close(ctx)).To(Succeed())
		Expect(stream.Close(ctx)).To(Succeed())
		Expect(w.all()).To(Equal(append(want, "closed")))
		Expect(stream.Lost()).NotTo(BeClosed())
	})

	It("asks for all that it is asked for", func() {
		s := serve(holds(toTheEnd))
		_, w := open(start(refclient.Driver(), driver.Environment{}), driver.Connect{URL: s.url, Headers: map[string]string{"x-a": "b"},
			Method: "POST", Body: "text", LastEventID: "7"})
		Eventually(w.all, generous).Should(Equal([]string{"open"}))
		r := s.got()[0]
		Expect([]string{r.Method, r.body, r.Header.Get("X-A"), r.Header.Get("Last-Event-ID")}).
			To(Equal([]string{"POST", "text", "b", "7"}))
	})

	It("closes inside the handler of an event", func() {
		s := serve(holds(toTheEnd + "data: a\n\ndata: b\n\ndata: c\n\n"))
		stream, w := open(start(refclient.Driver(), driver.Environment{}), driver.Connect{URL: s.url, CloseAfter: 2})
		want := []string{"open", "event a", "event b", "closed"}
		Eventually(w.all, generous).Should(Equal(want))
		Eventually(s.left, generous).Should(Equal(1))
		Expect(stream.Close(ctx)).To(Succeed())
		Expect(w.all()).To(Equal(want))
	})

	DescribeTable("speaks the version that is asked for, and trusts the run's certificate",
		func(version, proto string) {
			h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				_, _ = io.WriteString(w, "data: "+r.Proto+"\n\n")
				w.(http.Flusher).Flush()
				<-r.Context().Done()
			})
			server := httptest.NewUnstartedServer(h)
			server.EnableHTTP2 = true
			server.Config.ErrorLog = nothing
			server.StartTLS()
			DeferCleanup(server.Close)
			file := filepath.Join(GinkgoT().TempDir(), "ca.pem")
			Expect(os.WriteFile(file, certificate(server), 0o600)).To(Succeed())
			d := start(refclient.Driver(), driver.Environment{CACert: file})
			stream, w := open(d, driver.Connect{URL: server.URL, HTTP: version})
			Eventually(w.all, generous).Should(Equal([]string{"open", "event " + proto}))
			Expect(stream.Close(ctx)).To(Succeed())
		},
		Entry(nil, "", "HTTP/1.1"),
		Entry(nil, "https", "HTTP/1.1"),
		Entry(nil, "2", "HTTP/2.0"),
	)

	It("does not start without the certificate that it is told of", func() {
		Expect(refclient.Driver().Start(ctx, driver.Environment{CACert: "/nowhere"})).To(MatchError(ContainSubstring("/nowhere")))
		file := filepath.Join(GinkgoT().TempDir(), "ca.pem")
		Expect(os.WriteFile(file, []byte("nothing"), 0o600)).To(Succeed())
		Expect(refclient.Driver().Start(ctx, driver.Environment{CACert: file})).To(MatchError(ContainSubstring("no certificate in PEM")))
	})

	It("ends what is open when it is closed", func() {
		s := serve(holds(toTheEnd), holds(toTheEnd))
		d := refclient.Driver()
		Expect(d.Start(ctx, driver.Environment{})).To(Succeed())
		open(d, driver.Connect{URL: s.url})
		open(d, driver.Connect{URL: s.url})
		Eventually(s.got, generous).Should(HaveLen(2))
		Expect(d.Close()).To(Succeed())
		Eventually(s.left, generous).Should(Equal(2))
	})

	It("tells what one reports that goes on although it is closed, and ends it when it is released", func() {
		gone := make(chan struct{})
		d := start(refclient.DriverOf("goes on", func() refclient.Rules {
			rules := refclient.Sound()
			rules.Interpret = func(m *refclient.Machine, _ io.Reader) error {
				defer close(gone)
				<-m.Open.Done()
				for m.Life.Err() == nil {
					m.Handlers.Open()
					time.Sleep(time.Millisecond)
				}
				return nil
			}
			return rules
		}), driver.Environment{})
		s := serve(holds(toTheEnd))
		stream, w := open(d, driver.Connect{URL: s.url})
		Eventually(w.all, generous).Should(Equal([]string{"open"}))
		Expect(stream.Close(ctx)).To(Succeed())
		closed := len(w.all())
		Expect(w.all()).To(ContainElement("closed"))
		Eventually(func() int { return len(w.all()) }, generous).Should(BeNumerically(">", closed))
		stream.Release()
		seen := w.all()
		Eventually(gone, generous).Should(BeClosed())
		Expect(w.all()).To(Equal(seen))
	})
})
