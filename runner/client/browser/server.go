package browser

import (
	"bytes"
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

//go:embed page
var files embed.FS

var pages = template.Must(template.ParseFS(files, "page/*.html"))

// maxPost bounds one post of the page: the longest event that a case may have,
// and what JSON makes of it.
const maxPost = 128 << 20

// A server serves the page and what the page asks for.
type server struct {
	driver *Driver
	mux    *http.ServeMux
}

// serve mounts the page.
func (d *Driver) serve() error {
	d.token = rand.Text()
	prefix := "/browser/" + d.token + "/"
	d.home = &url.URL{Scheme: "http", Host: d.env.Hosts[0], Path: prefix}
	var frames []string
	for _, f := range d.seats.frames {
		frames = append(frames, (&url.URL{Scheme: "http", Host: f.host, Path: prefix + "frame"}).String())
	}
	list, err := json.Marshal(frames)
	if err != nil {
		return err
	}
	s := &server{driver: d, mux: http.NewServeMux()}
	page, err := render("page.html", string(list))
	if err != nil {
		return err
	}
	frame, err := render("frame.html", "http://"+d.env.Hosts[0])
	if err != nil {
		return err
	}
	s.mux.HandleFunc("GET "+prefix+"{$}", func(w http.ResponseWriter, _ *http.Request) {
		d.mu.Lock()
		d.loaded++
		d.mu.Unlock()
		static(w, "text/html; charset=utf-8", page)
	})
	s.mux.HandleFunc("GET "+prefix+"frame", func(w http.ResponseWriter, _ *http.Request) {
		static(w, "text/html; charset=utf-8", frame)
	})
	for name, kind := range map[string]string{"page.js": "text/javascript", "frame.js": "text/javascript", "page.css": "text/css"} {
		content, err := files.ReadFile("page/" + name)
		if err != nil {
			return err
		}
		s.mux.HandleFunc("GET "+prefix+name, func(w http.ResponseWriter, _ *http.Request) {
			static(w, kind+"; charset=utf-8", content)
		})
	}
	s.mux.HandleFunc("POST "+prefix+"hello", s.hello)
	s.mux.HandleFunc("POST "+prefix+"poll", s.poll)
	s.mux.HandleFunc("POST "+prefix+"seen", s.seen)
	d.env.Mount(prefix, s)
	return nil
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func render(name, data string) ([]byte, error) {
	var b bytes.Buffer
	err := pages.ExecuteTemplate(&b, name, data)
	return b.Bytes(), err
}

func static(w http.ResponseWriter, kind string, content []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(content)
}

// hello begins a session. A page that was there before is out of it.
func (s *server) hello(w http.ResponseWriter, r *http.Request) {
	var hello struct {
		UserAgent string `json:"userAgent"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&hello); err != nil {
		http.Error(w, "no hello: "+err.Error(), http.StatusBadRequest)
		return
	}
	page, name := s.driver.welcome(hello.UserAgent)
	if page == nil {
		http.Error(w, "ssecheck has ended.", http.StatusGone)
		return
	}
	answer(w, map[string]string{"session": page.id, "browser": name})
}

// poll answers with the commands from a number on, once there are some.
func (s *server) poll(w http.ResponseWriter, r *http.Request) {
	page, from, ok := s.session(w, r)
	if !ok {
		return
	}
	defer page.serving()()
	timer := time.NewTimer(s.driver.options.times.poll)
	defer timer.Stop()
	for waiting := true; ; {
		commands, more, err := page.pending(from)
		if err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		if len(commands) > 0 || !waiting {
			answer(w, map[string]any{"commands": append([]json.RawMessage{}, commands...)})
			return
		}
		select {
		case <-more:
		case <-timer.C:
			waiting = false
		case <-page.done:
			http.Error(w, "ssecheck has ended.", http.StatusGone)
			return
		case <-r.Context().Done():
			return
		}
	}
}

// seen takes reports, the first of which has the number from. Those that were
// taken before are left out: the page posts again what it saw no answer to.
func (s *server) seen(w http.ResponseWriter, r *http.Request) {
	page, from, ok := s.session(w, r)
	if !ok {
		return
	}
	defer page.serving()()
	err := page.take(from, http.MaxBytesReader(w, r.Body, maxPost))
	if err, broken := errors.AsType[*brokenError](err); broken {
		page.lose(err.Error())
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err != nil { // the post was cut off, and will come again
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// session is the page's own and the number that it gave.
func (s *server) session(w http.ResponseWriter, r *http.Request) (page *session, from int, ok bool) {
	query := r.URL.Query()
	from, err := strconv.Atoi(query.Get("from"))
	if err != nil || from < 0 {
		http.Error(w, "from is no number", http.StatusBadRequest)
		return nil, 0, false
	}
	if page = s.driver.session(query.Get("session")); page == nil {
		http.Error(w, "ssecheck has ended, or the page was opened a second time.", http.StatusGone)
		return nil, 0, false
	}
	return page, from, true
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(v) // who does not get it asks again
}

// A brokenError says that the page does not keep to what it must send.
type brokenError struct{ what string }

func (e *brokenError) Error() string { return e.what }

// take takes a list of reports, the first of which has the number from.
func (s *session) take(from int, body io.Reader) error {
	s.posting.Lock()
	defer s.posting.Unlock()
	if from > s.seen {
		return &brokenError{fmt.Sprintf("the page posted reports from %d on, and %d had come", from, s.seen)}
	}
	decoder := json.NewDecoder(body)
	if _, err := decoder.Token(); err != nil {
		return broken(err)
	}
	for n := from; decoder.More(); n++ {
		var r report
		if err := decoder.Decode(&r); err != nil {
			return broken(err)
		}
		if n < s.seen {
			continue
		}
		s.seen++
		if st := s.find(r.Stream); st != nil {
			if err := st.take(&r); err != nil {
				return &brokenError{err.Error()}
			}
		}
	}
	_, err := decoder.Token()
	return broken(err)
}

// broken tells JSON that is none from a post that was cut off.
func broken(err error) error {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, kind := errors.AsType[*json.UnmarshalTypeError](err)
	_, large := errors.AsType[*http.MaxBytesError](err)
	if syntax || kind || large {
		return &brokenError{"the page posted what is no list of reports: " + err.Error()}
	}
	return err
}
