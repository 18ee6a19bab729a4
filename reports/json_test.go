package reports_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing/iotest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/reports/internal/sample"
)

func written(r *reports.Report) string {
	GinkgoHelper()
	var out bytes.Buffer
	Expect(reports.WriteJSON(&out, r)).To(Succeed())
	return out.String()
}

// compiled is the published schema, or one that also forbids unknown members.
func compiled(strict bool) *jsonschema.Schema {
	GinkgoHelper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(reports.JSONSchema))
	Expect(err).NotTo(HaveOccurred())
	if strict {
		forbidUnknown(doc)
	}
	compiler := jsonschema.NewCompiler()
	Expect(compiler.AddResource("report.schema.json", doc)).To(Succeed())
	schema, err := compiler.Compile("report.schema.json")
	Expect(err).NotTo(HaveOccurred())
	return schema
}

func forbidUnknown(node any) {
	switch node := node.(type) {
	case map[string]any:
		if _, ok := node["properties"].(map[string]any); ok {
			node["additionalProperties"] = false
		}
		for _, child := range node {
			forbidUnknown(child)
		}
	case []any:
		for _, child := range node {
			forbidUnknown(child)
		}
	}
}

func validate(schema *jsonschema.Schema, text string) error {
	GinkgoHelper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	Expect(err).NotTo(HaveOccurred())
	return schema.Validate(doc)
}

var _ = Describe("The JSON report", func() {
	It("comes back as it was written", func() {
		text := written(sample.Report())
		back, err := reports.ReadJSON(strings.NewReader(text))
		Expect(err).NotTo(HaveOccurred())
		Expect(written(back)).To(Equal(text))
	})

	It("keeps the bytes of a transcript, whatever they are", func() {
		back, err := reports.ReadJSON(strings.NewReader(written(sample.Hostile())))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(back.Subjects[0].Results[0].Transcript[0].Bytes)).To(Equal(sample.Attack))
	})

	DescribeTable("keeps to its schema",
		func(r *reports.Report) {
			Expect(validate(compiled(false), written(r))).To(Succeed())
			Expect(validate(compiled(true), written(r))).To(Succeed())
		},
		Entry("a full report", sample.Report()),
		Entry("a hostile subject", sample.Hostile()),
		Entry("a run that had just begun", &reports.Report{Verdict: reports.Incomplete, Interrupted: true}),
	)

	DescribeTable("the schema finds what is wrong",
		func(old, new string) {
			text := written(sample.Report())
			Expect(text).To(ContainSubstring(old))
			Expect(validate(compiled(true), strings.Replace(text, old, new, 1))).NotTo(Succeed())
		},
		Entry("another version", reports.Schema, "ssecheck.report/v2"),
		Entry("an unknown verdict", `"verdict": "fail"`, `"verdict": "broken"`),
		Entry("an unknown level", `"level": "must"`, `"level": "ought"`),
		Entry("null for an array", `"labels": []`, `"labels": null`),
		Entry("a missing member", `"diff": "",`, ``),
		Entry("an unknown member", `"diff": "",`, `"diff": "", "dif": "",`),
		Entry("text for a number", `"variants": 12`, `"variants": "12"`),
	)

	It("never holds null", func() {
		r := sample.Report()
		r.Subjects = append(r.Subjects, reports.Subject{Role: reports.RoleParser, Verdict: reports.Incomplete})
		r.Requirements = append(r.Requirements, reports.RequirementStatus{})
		Expect(written(r)).NotTo(ContainSubstring("null"))
		Expect(written(&reports.Report{})).NotTo(ContainSubstring("null"))
	})

	It("leaves the report that it writes alone", func() {
		r := &reports.Report{Subjects: []reports.Subject{{Results: []reports.Result{{}}}}}
		written(r)
		Expect(r).To(Equal(&reports.Report{Subjects: []reports.Subject{{Results: []reports.Result{{}}}}}))
	})

	It("is harmless on a terminal", func() {
		harmless(written(sample.Hostile()), "\n")
	})

	It("says when it cannot be written", func() {
		err := reports.WriteJSON(failingWriter{}, sample.Report())
		Expect(err).To(MatchError(ContainSubstring("write the JSON report: write x: disk full")))
	})
})

var _ = Describe("ReadJSON", func() {
	DescribeTable("says what is wrong and where",
		func(text, want string) {
			_, err := reports.ReadJSON(strings.NewReader(text))
			Expect(err).To(MatchError(ContainSubstring(want)))
		},
		Entry("nothing", "", "line 1, column 1: unexpected end of JSON input"),
		Entry("no JSON", "<html>", "line 1, column 1: invalid character '<'"),
		Entry("a broken line", "{\"schema\": \"ssecheck.report/v1\",\n \"tool\": ?}", "line 2, column 10: invalid character '?'"),
		Entry("a list", "[]", "cannot unmarshal array"),
		Entry("no schema", "{}", `there is no member "schema"`),
		Entry("another version", `{"schema": "ssecheck.report/v2"}`, `its schema is "ssecheck.report/v2"; this ssecheck reads "ssecheck.report/v1"`),
		Entry("two reports", `{"schema": "ssecheck.report/v1"}{}`, "after top-level value"),
		Entry("no verdict", `{"schema": "ssecheck.report/v1"}`, `verdict is ""; it must be one of "compliant", "not-compliant", "incomplete"`),
		Entry("text for a number", "{\"schema\": \"ssecheck.report/v1\",\n\"duration_ms\": \"x\"}", "line 2, column 18"),
		Entry("an unknown role", `{"schema": "ssecheck.report/v1", "verdict": "compliant", "subjects": [{"role": "proxy"}]}`,
			`subjects[0].role is "proxy"`),
		Entry("a result without a name", `{"schema": "ssecheck.report/v1", "verdict": "compliant",
			"subjects": [{"role": "parser", "verdict": "compliant", "results": [{}]}]}`, `subjects[0].results[0].case is empty`),
		Entry("an unknown verdict of a case", `{"schema": "ssecheck.report/v1", "verdict": "compliant",
			"subjects": [{"role": "parser", "verdict": "compliant", "results": [{"case": "a/b", "level": "must", "verdict": "flaky"}]}]}`,
			`subjects[0].results[0].verdict is "flaky"`),
		Entry("an unknown status", `{"schema": "ssecheck.report/v1", "verdict": "compliant", "requirements": [{"status": "maybe"}]}`,
			`requirements[0].status is "maybe"`),
	)

	It("takes members that it does not know", func() {
		text := strings.Replace(written(sample.Report()), `"tool":`, `"later": {"x": [1]}, "tool":`, 1)
		_, err := reports.ReadJSON(strings.NewReader(text))
		Expect(err).NotTo(HaveOccurred())
	})

	It("reads no further than its bound", func() {
		endless := &endlessReader{}
		Expect(reports.ReadJSONUpTo(endless, 1000)).Error().To(MatchError(ContainSubstring("longer than 1000 bytes")))
		Expect(endless.read).To(BeNumerically("<=", 1001))
	})

	It("passes on what the reader says", func() {
		_, err := reports.ReadJSON(iotest.ErrReader(os.ErrClosed))
		Expect(err).To(MatchError(os.ErrClosed))
	})
})

var _ = It("report.schema.json is what go generate makes", func() {
	out := filepath.Join(GinkgoT().TempDir(), "schema.json")
	text, err := exec.Command("go", "run", "./internal/schema", "-out", out).CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), "%s", text)
	Expect(os.ReadFile(out)).To(Equal(reports.JSONSchema), "run go generate ./reports")
})

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "x", Err: errFull}
}

var errFull = errorString("disk full")

type errorString string

func (e errorString) Error() string { return string(e) }

// endlessReader is a report that never ends.
type endlessReader struct{ read int }

func (r *endlessReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	r.read += len(p)
	return len(p), nil
}
