package casepages

import (
	_ "embed"
	"html/template"
	"net/http"
	"strconv"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
)

//go:embed index.html
var page string

var index = template.Must(template.New("index").Parse(page))

// A group is the cases of one suite.
type group struct {
	Suite string
	Cases []entry
}

// An entry is one case on the page.
type entry struct {
	Name, ID, Title, Level, Path string
	Offered                      bool
	Why                          string
	// Expect is what a right client reports, an event a line.
	Expect []string
	// Listen are the event types to listen for.
	Listen []string
}

// ServeHTTP serves the list of the cases.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != Root {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "this page answers GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	var groups []group
	for _, c := range p.list {
		if len(groups) == 0 || groups[len(groups)-1].Suite != c.Suite {
			groups = append(groups, group{Suite: c.Suite})
		}
		last := &groups[len(groups)-1]
		last.Cases = append(last.Cases, entryOf(c))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_ = index.Execute(w, map[string]any{"Groups": groups, "Count": len(p.byName)})
}

// Bounds of what the page shows of one case.
const (
	eventsShown = 8
	textShown   = 120
)

func entryOf(c *cases.Case) entry {
	e := entry{Name: c.Name(), ID: c.ID, Title: c.Title, Level: string(c.Level), Path: Path(c), Offered: Offered(c), Listen: c.EventTypes()}
	if !e.Offered {
		e.Why = "speaks another version of HTTP: ssecheck run plays it"
	}
	if c.Expect == nil {
		return e
	}
	for i, want := range c.Expect.Answers()[0].Events {
		if i == eventsShown {
			e.Expect = append(e.Expect, "… "+strconv.Itoa(len(c.Expect.Answers()[0].Events)-i)+" more")
			break
		}
		event := want.Spec()
		e.Expect = append(e.Expect, event.Type+"  "+clipped(event.LastEventID)+"  "+clipped(event.Data))
	}
	return e
}

func clipped(text string) string {
	if len(text) > textShown {
		return reports.Visible([]byte(text[:textShown])) + "… (" + strconv.Itoa(len(text)) + " bytes)"
	}
	return `"` + reports.Visible([]byte(text)) + `"`
}
