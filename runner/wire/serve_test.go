package wire_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/runner/wire"
)

var _ = Describe("Beside plays", func() {
	It("finds the script of a path at its first request", func() {
		var asked sync.Map
		s := start(wire.Options{Find: func(path string) (wire.Script, bool) {
			asked.Store(path, true)
			name, ok := strings.CutPrefix(path, "/cases/")
			if !ok || name != "fields/data" && name != "fields/data/two" {
				return wire.Script{}, false
			}
			return wire.Script{Repeat: true, Connections: []cases.Connection{
				connection(nil, "data: "+name+"\n\n"), connection(nil, "data: again\n\n", drop("fin"))}}, true
		}})
		c := client(s)
		base := "http://" + s.Hosts()[0] + "/cases/fields/data"
		for range 2 {
			Expect(first(get(c, base))).To(Equal("data: fields/data\n\n"))
			Expect(first(get(c, base+"/below"))).To(Equal("data: again\n\n"))
			Expect(first(get(c, base+"/two"))).To(Equal("data: fields/data/two\n\n"))
			Expect(first(get(c, base+"/two"))).To(Equal("data: again\n\n"))
		}
		_, r, err := get(c, "http://"+s.Hosts()[0]+"/cases/none")
		Expect(err).NotTo(HaveOccurred())
		Expect(r.StatusCode).To(Equal(http.StatusNotFound))
		_, ok := asked.Load("/cases/none")
		Expect(ok).To(BeTrue())
	})

	It("finds a script for paths below its own", func() {
		s := start(wire.Options{Find: func(path string) (wire.Script, bool) {
			return wire.Script{Path: "/cases/a", Connections: []cases.Connection{connection(nil, "1"), connection(nil, "2", drop("fin"))}},
				strings.HasPrefix(path, "/cases/a")
		}})
		c := client(s)
		Expect(first(get(c, "http://"+s.Hosts()[0]+"/cases/a/below"))).To(Equal("1"))
		Expect(first(get(c, "http://"+s.Hosts()[0]+"/cases/a"))).To(Equal("2"))
	})

	It("begins one play for many first requests", func() {
		s := start(wire.Options{Find: func(string) (wire.Script, bool) {
			return wire.Script{Connections: []cases.Connection{connection(nil, "x", drop("fin"))}}, true
		}})
		var answers sync.Map
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				r, err := http.Get("http://" + s.Hosts()[0] + "/cases")
				if err == nil {
					answers.Store(i, r.StatusCode)
					_ = r.Body.Close()
				}
			})
		}
		all.Wait()
		http.DefaultClient.CloseIdleConnections()
		ok := 0
		answers.Range(func(_, status any) bool {
			if status == http.StatusOK {
				ok++
			}
			return true
		})
		Expect(ok).To(Equal(1), "the script has one connection")
	})

	It("says where a case is played that asks for another version of HTTP", func() {
		s := start(wire.Options{Find: func(string) (wire.Script, bool) {
			return wire.Script{HTTP: cases.HTTP2, Connections: []cases.Connection{connection(nil)}}, true
		}})
		body, r, err := get(client(s), "http://"+s.Hosts()[0]+"/x")
		Expect(err).NotTo(HaveOccurred())
		Expect(r.StatusCode).To(Equal(http.StatusHTTPVersionNotSupported))
		Expect(body).To(MatchRegexp(`HTTP/2 with TLS at https://127\.0\.0\.1:\d+/x, and the request came over HTTP/1\.1`))
	})

	It("serves mounted handlers on every host, streaming and with their bodies", func() {
		s := start(wire.Options{Hosts: 3})
		Expect(s.Hosts()).To(HaveLen(3))
		goOn := make(chan struct{})
		s.Mount("/pages/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			line, _ := bufio.NewReader(r.Body).ReadString('\n')
			fmt.Fprintf(w, "%s %s %s", r.Method, r.URL, line)
			w.(http.Flusher).Flush()
			<-goOn
			fmt.Fprint(w, "more")
		}))
		var bodies []io.ReadCloser
		for _, host := range s.Hosts() {
			r, err := client(s).Post("http://"+host+"/pages/a?b=c", "text/plain", strings.NewReader("posted\n"))
			Expect(err).NotTo(HaveOccurred())
			Expect(r.Close).To(BeTrue(), "no request of a play may follow on the connection")
			Expect(read(r.Body, len("POST /pages/a?b=c posted\n"))).To(Equal("POST /pages/a?b=c posted\n"))
			bodies = append(bodies, r.Body)
		}
		close(goOn)
		for _, b := range bodies {
			Expect(io.ReadAll(b)).To(BeEquivalentTo("more"))
			Expect(b.Close()).To(Succeed())
		}
	})

	It("serves a mounted handler after a play on the same connection", func() {
		s := start(wire.Options{Fallback: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "fallback "+r.URL.Path) })})
		p := play(s, connection(nil, "a"), connection(nil))
		c := dial(p.URL())
		// Both at once: what is read ahead belongs to the second.
		_, err := io.WriteString(c, "GET /c/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /index HTTP/1.1\r\nHost: x\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(c.rest()).To(HaveSuffix("fallback /index"))
		Expect(c.text()).To(ContainSubstring("1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"))
	})

	It("ends a handler that streams when the server is closed, and waits for it", func() {
		s := start(wire.Options{})
		ended := false
		s.Mount("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			ended = true
		}))
		r, err := client(s).Get("http://" + s.Hosts()[0] + "/x")
		Expect(err).NotTo(HaveOccurred())
		Expect(s.Close()).To(Succeed())
		Expect(ended).To(BeTrue())
		_, _ = io.ReadAll(r.Body) // it ends, cleanly if there was time
		Expect(r.Body.Close()).To(Succeed())
	})

	It("answers 404 to everything else, on every origin", func() {
		s := start(wire.Options{})
		p := play(s, connection(nil))
		h2 := begin(s, wire.Script{HTTP: cases.HTTP2})
		c := client(s)
		for _, at := range []string{p.URL() + "7", "http://" + s.Hosts()[0] + "/", h2.URL() + "7", h2.Elsewhere() + "7"} {
			_, r, err := get(c, at)
			Expect(err).NotTo(HaveOccurred())
			Expect(r.StatusCode).To(Equal(http.StatusNotFound))
		}
	})

	It("ends its plays when the server is closed", func() {
		s := start(wire.Options{})
		p := play(s, connection(nil, "a"))
		r, err := client(s).Get(p.URL())
		Expect(err).NotTo(HaveOccurred())
		Expect(read(r.Body, 1)).To(Equal("a"))
		Expect(s.Close()).To(Succeed())
		Expect(io.ReadAll(r.Body)).To(BeEmpty(), "cleanly")
		Expect(r.Body.Close()).To(Succeed())
		_, err = s.Begin(wire.Script{}, transcript.NewLog())
		Expect(err).To(MatchError(ContainSubstring("the server is closed")))
		Expect(s.CACert()).NotTo(BeAnExistingFile())
	})
})
