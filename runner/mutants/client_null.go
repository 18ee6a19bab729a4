package mutants

import (
	"net/http"

	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/spec"
)

// NullClients are subjects that are no clients. None of them is compliant, and
// the first, which does nothing at all, passes no case.
func NullClients() []ClientMutant {
	faults := []clientFault{
		{name: "does-nothing", sentence: "does nothing", inject: func(r *refclient.Rules) {
			r.MayConnect = func(*refclient.Machine) bool { return false }
		}},
		{name: "connects-and-says-nothing", sentence: "connects, comes back, and says nothing",
			inject: atTheStart(func(m *refclient.Machine) { m.Handlers = refclient.Handlers{} })},
		{name: "connects-once", sentence: "makes one request, leaves and says nothing", inject: func(r *refclient.Rules) {
			r.MayConnect = func(m *refclient.Machine) bool { m.Handlers = refclient.Handlers{}; return m.Attempt == 0 }
			r.Check = func(*refclient.Machine, *http.Response) error { return errRefused }
		}},
		{name: "says-what-is-wanted", sentence: "connects to nothing and says that it was open, had the sentinel and has failed",
			inject: says(func(m *refclient.Machine) {
				m.ReportOpen()
				m.ReportEvent(spec.Event{Type: spec.DefaultType, Data: "END"})
				m.ReportError(errRefused, false)
			})},
		{name: "says-anything", sentence: "connects to nothing and says whatever comes to mind", inject: says(func(m *refclient.Machine) {
			m.ReportError(errRefused, true)
			for range 3 {
				m.ReportEvent(spec.Event{})
				m.ReportOpen()
				m.ReportComment("\x00")
				m.ReportEvent(spec.Event{Type: "\n", Data: "\xFF", LastEventID: "\r\n"})
			}
		})},
	}
	var all []ClientMutant
	for _, f := range faults {
		all = append(all, ClientMutant{Name: f.name, Sentence: f.sentence, Driver: f.driver})
	}
	return all
}

// says reports things and makes no request.
func says(things func(m *refclient.Machine)) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		r.MayConnect = func(m *refclient.Machine) bool { things(m); return false }
	}
}
