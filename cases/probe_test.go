package cases_test

import (
	"reflect"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
)

var _ = Describe("A probe", func() {
	text := func(s string) cases.Item { return cases.Item{Text: &s} }
	two := 2
	sound := func() *cases.Case {
		return &cases.Case{
			Needs: []string{"ids"},
			Probe: []cases.Step{
				{Connect: "first"},
				{Await: &cases.Await{Conn: "first", Events: 3}},
				{Drop: &cases.Drop{Conn: "first", How: "reset"}},
				{Connect: "second", Header: map[string]cases.Item{"Last-Event-ID": text("{{first.events.2.lastEventId}}")}},
			},
			Check: []cases.Check{{That: "second", Continues: "first", From: &two}},
		}
	}

	It("without a fault is let through", func() {
		Expect(cases.ValidateProbe(sound())).To(BeEmpty())
	})

	It("may give a request as it goes on the wire", func() {
		c := sound()
		c.Needs = append(c.Needs, "http-1")
		c.Probe[3] = cases.Step{Connect: "second", Send: []cases.Item{
			text("GET {{target}} HTTP/1.1\r\nHost: {{host}}\r\n"), {Pause: "20ms"}, text("Last-Event-ID: {{first.events.last.lastEventId}}\r\n\r\n{{body}}"),
		}}
		Expect(cases.ValidateProbe(c)).To(BeEmpty())
	})

	DescribeTable("with one fault is refused at its place",
		func(spoil func(c *cases.Case), path, part string) {
			c := sound()
			spoil(c)
			errs := cases.ValidateProbe(c)
			Expect(errs).NotTo(BeEmpty())
			Expect(errs[0].Error()).To(HavePrefix(path))
			Expect(errs[0].Error()).To(ContainSubstring(part))
		},
		Entry("an empty step", func(c *cases.Case) { c.Probe[1] = cases.Step{} }, "probe[1]", "names nothing"),
		Entry("two things in one step", func(c *cases.Case) { c.Probe[0].Pause = "1s" }, "probe[0]", "connect and pause"),
		Entry("a header without a request", func(c *cases.Case) { c.Probe[1].Method = "GET" }, "probe[1]", "takes no method"),
		Entry("a name that is none", func(c *cases.Case) { c.Probe[0].Connect = "First One" }, "probe[0]", "lower case"),
		Entry("the survey opened", func(c *cases.Case) { c.Probe[0].Connect = "survey" }, "probe[0]", "all probes share"),
		Entry("the survey dropped", func(c *cases.Case) { c.Probe[2].Drop.Conn = "survey" }, "probe[2]", "can only await its end"),
		Entry("a connection opened twice", func(c *cases.Case) { c.Probe[3].Connect = "first" }, "probe[3]", "opened twice"),
		Entry("a connection that nobody opens", func(c *cases.Case) { c.Probe[1].Await.Conn = "frist" }, "probe[1]", `"frist"`),
		Entry("a wait for nothing", func(c *cases.Case) { c.Probe[1].Await.Events = 0 }, "probe[1]", "waits for one of"),
		Entry("a wait for two things", func(c *cases.Case) { c.Probe[1].Await.Head = true }, "probe[1]", "waits for one of"),
		Entry("a wait without a time", func(c *cases.Case) { c.Probe[1].Await.Within = "soon" }, "probe[1]", "no duration"),
		Entry("a drop of no kind", func(c *cases.Case) { c.Probe[2].Drop.How = "gently" }, "probe[2]", "fin, reset or mid-event"),
		Entry("a version that nobody speaks", func(c *cases.Case) { c.Probe[0].HTTP = "0.9" }, "probe[0]", "1.0 and 1.1"),
		Entry("a send without a write", func(c *cases.Case) { c.Probe[0].Send = []cases.Item{{Pause: "1s"}} }, "probe[0]", "send begins with a write"),
		Entry("a send without a method", func(c *cases.Case) { c.Probe[0].Send = []cases.Item{text("GET")} }, "probe[0]", "method and a blank"),
		Entry("a send with a header", func(c *cases.Case) {
			c.Probe[0].Send, c.Probe[0].Without = []cases.Item{text("GET / HTTP/1.1\r\n\r\n")}, []string{"Accept"}
		}, "probe[0]", "the whole request"),
		Entry("a send with a drop", func(c *cases.Case) { c.Probe[0].Send = []cases.Item{text("GET /"), {Drop: "reset"}} }, "probe[0]", "send[1]: a request is made of"),
		Entry("a send that never ends", func(c *cases.Case) { c.Probe[0].Send = []cases.Item{text("GET /"), {Pause: "59s"}, {Pause: "2s"}} }, "probe[0]", "1m0s at most"),
		Entry("a send that is too long", func(c *cases.Case) {
			c.Probe[0].Send = []cases.Item{text("GET /"), {Repeat: &cases.Repeat{Repeat: "a", Times: 1 << 20}}}
		}, "probe[0]", "1048576 at most"),
		Entry("a send over any HTTP", func(c *cases.Case) { c.Probe[0].Send = []cases.Item{text("GET / HTTP/1.1\r\n\r\n")} }, "probe[0]", "needs: [http-1]"),
		Entry("a send of nobody's field", func(c *cases.Case) { c.Probe[0].Send = []cases.Item{text("GET {{field.}} HTTP/1.1\r\n\r\n")} }, "probe[0]", "{{field.NAME}}"),
		Entry("a send of a step that sends nothing", func(c *cases.Case) { c.Probe[1].Send = []cases.Item{text("GET / HTTP/1.1\r\n\r\n")} }, "probe[1]", "takes no method"),
		Entry("a part of the run's request in a header", func(c *cases.Case) { c.Probe[3].Header["X"] = text("{{host}}") }, "probe[3]", "in send alone"),
		Entry("too many together", func(c *cases.Case) { c.Probe[0].Together = 1000 }, "probe[0]", "2 to 16"),
		Entry("a crowd without a name", func(c *cases.Case) { c.Probe[0] = cases.Step{Crowd: &cases.Crowd{}} }, "probe[0]", "conn: NAME"),
		Entry("a crowd of one in one", func(c *cases.Case) { c.Probe[0] = cases.Step{Crowd: &cases.Crowd{Conn: "first", OneIn: 1}} }, "probe[0]", "2 or more"),
		Entry("a crowd that comes back at no time", func(c *cases.Case) { c.Probe[0] = cases.Step{Crowd: &cases.Crowd{Conn: "first", ComeBack: 2}} }, "probe[0]", "go together"),
		Entry("a crowd that comes back too often", func(c *cases.Case) {
			c.Probe[0] = cases.Step{Crowd: &cases.Crowd{Conn: "first", ComeBack: 1000, After: "1s"}}
		}, "probe[0]", "1 to 20"),
		Entry("an idle crowd that comes back", func(c *cases.Case) {
			c.Probe[0] = cases.Step{Crowd: &cases.Crowd{Conn: "first", ComeBack: 2, After: "1s", Idle: true}}
		}, "probe[0]", "idle"),
		Entry("a crowd that is a connection", func(c *cases.Case) { c.Probe[0] = cases.Step{Crowd: &cases.Crowd{Conn: "first"}} }, "probe[3]", "of crowds no events are kept"),
		Entry("a wait for the head of a crowd", func(c *cases.Case) {
			c.Probe = []cases.Step{{Crowd: &cases.Crowd{Conn: "first"}}, {Await: &cases.Await{Conn: "first", Head: true}}}
		}, "probe[1]", "await its events"),
		Entry("a crowd dropped inside an event", func(c *cases.Case) {
			c.Probe = []cases.Step{{Crowd: &cases.Crowd{Conn: "first"}}, {Drop: &cases.Drop{Conn: "first", How: "mid-event"}}}
		}, "probe[1]", "fin or reset"),
		Entry("a crowd half closed", func(c *cases.Case) {
			c.Probe = []cases.Step{{Crowd: &cases.Crowd{Conn: "first"}}, {HalfClose: "first"}}
		}, "probe[1]", "half-close"),
		Entry("a check of crowds on a connection", func(c *cases.Case) { c.Check[0] = cases.Check{That: "first", CrowdServed: true} }, "check[0]", `"first" is a connection`),
		Entry("a check of connections on a crowd", func(c *cases.Case) {
			c.Probe = []cases.Step{{Crowd: &cases.Crowd{Conn: "first"}}}
			c.Check[0] = cases.Check{That: "first", UTF8: true}
		}, "check[0]", "looks at a connection"),
		Entry("a check of the survey elsewhere", func(c *cases.Case) { c.Check[0] = cases.Check{That: "first", Steady: true} }, "check[0]", "survey alone"),
		Entry("a template that is none", func(c *cases.Case) {
			c.Probe[3].Header["Last-Event-ID"] = text("{{first.events[2].id}}")
		}, "probe[3]", "is no template"),
		Entry("a template of nobody", func(c *cases.Case) {
			c.Probe[3].Header["Last-Event-ID"] = text("{{zeroth.events.0.data}}")
		}, "probe[3]", `"zeroth"`),
		Entry("a pause in a header", func(c *cases.Case) { c.Probe[3].Header["Accept"] = cases.Item{Pause: "1s"} }, "probe[3]", "Accept"),
		Entry("a header that is left out as well", func(c *cases.Case) { c.Probe[3].Without = []string{"last-event-id"} }, "probe[3]", "in header and in without"),
		Entry("a plain request through hops", func(c *cases.Case) { c.Probe[0] = cases.Step{Request: "first", Via: true} }, "probe[0]", "via goes with connect"),
		Entry("a lag beside nobody", func(c *cases.Case) {
			c.Check[0] = cases.Check{That: "first", EventLag: &cases.Lag{Most: "1s"}}
		}, "check[0]", "event-lag takes beside"),
		Entry("a lag without a bound", func(c *cases.Case) {
			c.Check[0] = cases.Check{That: "first", HeadLag: &cases.Lag{Beside: "second"}}
		}, "check[0]", "no duration"),
		Entry("a stream of nobody", func(c *cases.Case) {
			c.Check[0] = cases.Check{That: "first", SameStream: &cases.Shared{As: "second", Control: "third"}}
		}, "check[0]", `"third"`),
		Entry("a stream without a control", func(c *cases.Case) {
			c.Check[0] = cases.Check{That: "first", SameComments: &cases.Shared{As: "second"}}
		}, "check[0]", "same-comments takes as: CONN and control: CONN"),
		Entry("a field when there is no such status", func(c *cases.Case) {
			c.Check[0] = cases.Check{That: "first", Header: &cases.HeaderCheck{Name: "Date", When: []string{"soon"}}}
		}, "check[0]", "three digits"),
		Entry("no check", func(c *cases.Case) { c.Check = nil }, "check", "can only pass"),
		Entry("a check of nothing", func(c *cases.Case) { c.Check[0] = cases.Check{That: "first"} }, "check[0]", "names nothing"),
		Entry("two checks in one", func(c *cases.Case) { c.Check[0].UTF8 = true }, "check[0]", "utf-8 and continues"),
		Entry("a check of nobody", func(c *cases.Case) { c.Check[0].That = "" }, "check[0]", "that: NAME"),
		Entry("a check beside nobody", func(c *cases.Case) { c.Check[0].Continues = "nobody" }, "check[0]", `"nobody"`),
		Entry("a witness without continues", func(c *cases.Case) {
			c.Check[0] = cases.Check{That: "first", UTF8: true, Witness: "first"}
		}, "check[0]", "go with continues"),
		Entry("a status that is none", func(c *cases.Case) { c.Check[0] = cases.Check{That: "first", Status: []string{"20"}} }, "check[0]", "three digits"),
		Entry("a finding that is none", func(c *cases.Case) { c.Check[0] = cases.Check{That: "first", Framing: []string{"ugly"}} }, "check[0]", "no finding"),
		Entry("a need that is none", func(c *cases.Case) { c.Needs = []string{"luck"} }, "needs[0]", `"luck"`),
	)

	DescribeTable("has a crowd that is a part of the full one",
		func(c cases.Crowd, full, want int) { Expect(c.Size(full)).To(Equal(want)) },
		Entry("all", cases.Crowd{}, 10000, 10000),
		Entry("half", cases.Crowd{OneIn: 2}, 8, 4),
		Entry("one at least", cases.Crowd{OneIn: 8}, 4, 1),
		Entry("a hundred at most", cases.Crowd{OneIn: 2}, 10000, cases.MaxPart),
	)

	It("expands templates, and leaves the rest of a text alone", func() {
		out, err := cases.Expand("a {{first.events.last.data}} b {{second.events.3.event}}", func(r cases.TemplateRef) (string, error) {
			return strings.Join([]string{r.Conn, r.Member}, "/"), nil
		})
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(Equal("a first/data b second/event"))
	})
})

var _ = Describe("The vocabulary", func() {
	It("of checks documents each word with a sentence", func() {
		docs := cases.CheckVocabulary()
		Expect(len(docs)).To(BeNumerically(">", 20))
		for _, d := range docs {
			Expect(d.Doc).To(MatchRegexp(`^[A-Z].*\.$`), d.Name)
		}
	})

	It("of needs documents each word", func() {
		for _, n := range cases.NeedVocabulary() {
			Expect(n.Doc).NotTo(BeEmpty(), n.Name)
		}
	})

	It("of steps documents each word", func() {
		for _, t := range []reflect.Type{reflect.TypeFor[cases.Step]()} {
			for i := range t.NumField() {
				Expect(t.Field(i).Tag.Get("jsonschema_description")).NotTo(BeEmpty(), t.Field(i).Name)
			}
		}
	})
})
