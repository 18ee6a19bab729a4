package adapters_test

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/server"
)

// A hole is what an advisory says: in which field, and by which line breaks.
type hole struct {
	field  string
	breaks []lineBreak
	// left are the breaks that the next version still lets through: a value with one
	// of them fails on both.
	left []lineBreak
	// harmless are cases whose break does no harm where this library writes the field.
	harmless []string
}

type lineBreak string

const (
	lf   lineBreak = "LF"
	cr   lineBreak = "CR"
	crlf lineBreak = "CRLF"
)

var (
	anyBreak = []lineBreak{lf, cr, crlf}
	// A lone CR at the end makes CRLF of the LF that ends the line.
	behindOthers = []string{"cr-last"}
	// A block that a break ends behind its first field has that field alone, which
	// says to a reader what the two blocks would say as one.
	firstField = []string{"cr-last", "lf-last", "crlf-last", "cr-twice-last", "lf-alone"}
)

// regressions are the pairs of versions in the folder of that name: with holes, and
// the first without.
var regressions = []struct {
	before, after string
	holes         []hole
}{
	{"h3-1.15.5", "h3-1.15.6", []hole{
		{field: "data", breaks: []lineBreak{lf, crlf}, left: []lineBreak{cr}},
		{field: "event", breaks: anyBreak, harmless: behindOthers},
		{field: "id", breaks: anyBreak, harmless: firstField},
	}},
	{"h3-2.0.1-rc.14", "h3-2.0.1-rc.15", []hole{
		{field: "data", breaks: []lineBreak{lf, crlf}, left: []lineBreak{cr}},
		{field: "comment", breaks: []lineBreak{lf, crlf}, left: []lineBreak{cr}},
		{field: "event", breaks: anyBreak, harmless: behindOthers},
		{field: "id", breaks: anyBreak, harmless: firstField},
	}},
	{"h3-1.15.8", "h3-1.15.9", []hole{{field: "data", breaks: []lineBreak{cr}}}},
	{"h3-2.0.1-rc.16", "h3-2.0.1-rc.17", []hole{
		{field: "data", breaks: []lineBreak{cr}},
		{field: "comment", breaks: []lineBreak{cr}},
	}},
	{"hono-4.12.3", "hono-4.12.4", []hole{
		{field: "event", breaks: anyBreak, harmless: behindOthers},
		{field: "id", breaks: anyBreak, harmless: firstField},
		{field: "retry", breaks: anyBreak},
	}},
	{"nestjs-core-11.1.17", "nestjs-core-11.1.18", []hole{
		{field: "event", breaks: anyBreak, harmless: behindOthers},
		{field: "id", breaks: anyBreak, harmless: behindOthers},
		{field: "retry", breaks: anyBreak},
	}},
	{"sse-channel-4.0.0", "sse-channel-4.0.2", []hole{
		{field: "event", breaks: anyBreak, harmless: behindOthers},
		{field: "id", breaks: anyBreak, harmless: behindOthers},
		{field: "retry", breaks: anyBreak},
	}},
	{"eventsource-encoder-1.0.1", "eventsource-encoder-1.0.2", []hole{
		{field: "event", breaks: anyBreak, harmless: behindOthers},
		{field: "id", breaks: anyBreak, harmless: behindOthers},
	}},
}

// forging are the cases of values that would forge something.
var forging = []string{"emit/injection-*/**", "emit/retry/*-and-*"}

var _ = Describe("a version with a published hole", Label("whole"), func() {
	for _, r := range regressions {
		It(r.before+" fails the cases of it, "+r.after+" passes them, and the others are as before", func(ctx SpecContext) {
			corpus, err := cases.Default()
			Expect(err).NotTo(HaveOccurred())
			for _, h := range r.holes {
				Expect(slices.ContainsFunc(corpus.Cases(), h.concerns)).To(BeTrue(), "no case is about breaks in "+h.field)
			}
			before, after := verdicts(ctx, r.before), verdicts(ctx, r.after)
			for _, c := range corpus.Cases() {
				old, played := before[c.Name()]
				switch {
				case slices.ContainsFunc(r.holes, func(h hole) bool { return h.concerns(c) }):
					Expect(old).To(Equal(reports.Fail), "%s on %s", c.Name(), r.before)
					Expect(after).To(HaveKeyWithValue(c.Name(), reports.Pass), r.after)
				case played:
					Expect(after).To(HaveKeyWithValue(c.Name(), old), "%s has nothing to do with the hole", c.Name())
				}
			}
		}, SpecTimeout(2*time.Minute))
	}
})

// concerns says that a case hands over a value of the field with a break that the
// hole is about.
func (h hole) concerns(c *cases.Case) bool {
	suite := "emit/injection-" + h.field
	if h.field == "retry" {
		suite = "emit/retry"
	}
	if c.Suite != suite || slices.Contains(h.harmless, c.ID) {
		return false
	}
	found := breaksIn(h.value(c))
	among := func(all []lineBreak) bool {
		return slices.ContainsFunc(found, func(b lineBreak) bool { return slices.Contains(all, b) })
	}
	return among(h.breaks) && !among(h.left)
}

// value is the field's, in the first item that has one with a break.
func (h hole) value(c *cases.Case) string {
	for i := range c.Emit {
		item := &c.Emit[i]
		text := map[string]*string{"data": item.Data, "event": item.Event, "id": item.ID, "comment": item.Comment}[h.field]
		if h.field == "retry" {
			text = new(string)
			_ = json.Unmarshal(item.Retry, text) // a number holds no break
		}
		if text != nil && strings.ContainsAny(*text, "\r\n") {
			return *text
		}
	}
	return ""
}

// breaksIn are the kinds of line breaks in a text.
func breaksIn(text string) (kinds []lineBreak) {
	if strings.Contains(text, "\r\n") {
		kinds = append(kinds, crlf)
	}
	text = strings.ReplaceAll(text, "\r\n", "")
	if strings.Contains(text, "\r") {
		kinds = append(kinds, cr)
	}
	if strings.Contains(text, "\n") {
		kinds = append(kinds, lf)
	}
	return kinds
}

// verdicts are those of a version on hostile values.
func verdicts(ctx SpecContext, version string) map[string]reports.Verdict {
	GinkgoHelper()
	var s runner.Subject
	if strings.HasPrefix(version, "eventsource-encoder-") {
		notInShort()
		s = encoder.Command(npmAdapter{"regressions", version}.command(ctx)+" "+version, encoder.Options{})
	} else {
		s = server.NewScripted(npmServer{"regressions", version, version}.start(ctx)+"/script", false, server.Options{})
	}
	of := map[string]reports.Verdict{}
	for _, r := range judged(ctx, s, whole{limit: patient, run: forging}).Results {
		of[r.Case] = r.Verdict
	}
	return of
}
