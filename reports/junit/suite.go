package junit

import (
	"fmt"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2/reporters"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// config makes a testcase's name exactly the case's name.
var config = reporters.JunitReportConfig{
	OmitLeafNodeType: true,
	OmitSpecLabels:   true,
	// A failure is told once, in its own element.
	OmitTimelinesForSpecState: ^types.SpecState(0),
}

// suites makes one of Ginkgo's reports of each subject.
func suites(r *reports.Report) []types.Report {
	catalogue := map[string]reports.RequirementStatus{}
	for _, requirement := range r.Requirements {
		catalogue[requirement.ID] = requirement
	}
	names := map[string]int{}
	var all []types.Report
	for _, s := range r.Subjects {
		suite := types.Report{
			SuiteDescription: unique(names, name(s)),
			SuitePath:        line(s.Address),
			SuiteSucceeded:   s.Verdict == reports.Compliant,
			StartTime:        r.Started.UTC(),
		}
		if s.Verdict != reports.Compliant {
			suite.SpecialSuiteFailureReasons = []string{string(s.Verdict)}
		}
		for _, result := range s.Results {
			spec := specOf(result, catalogue)
			spec.Failure.TimelineLocation.Time = suite.StartTime
			suite.RunTime += spec.RunTime
			suite.SpecReports = append(suite.SpecReports, spec)
		}
		if s.Problem != "" {
			suite.SpecReports = append(suite.SpecReports, problem(s, suite.StartTime))
		}
		all = append(all, suite)
	}
	return all
}

// Problem is the testcase that tells of a subject's problem outside the cases,
// so that it is not lost; there is none otherwise.
const Problem = "the subject itself"

func problem(s reports.Subject, at time.Time) types.SpecReport {
	return types.SpecReport{
		LeafNodeType: types.NodeTypeIt, LeafNodeText: Problem, State: types.SpecStateInterrupted,
		Failure: types.Failure{
			Message: line(s.Problem), FailureNodeType: types.NodeTypeIt,
			Location:         types.CodeLocation{CustomMessage: Problem},
			TimelineLocation: types.TimelineLocation{Time: at},
		},
	}
}

// name is role, name and version, as in "parser npm eventsource-parser 3.0.6".
func name(s reports.Subject) string {
	return line(strings.Join(strings.Fields(string(s.Role)+" "+s.Name+" "+s.Version), " "))
}

// unique tells subjects of one name apart.
func unique(seen map[string]int, name string) string {
	seen[name]++
	if n := seen[name]; n > 1 {
		return fmt.Sprintf("%s (%d)", name, n)
	}
	return name
}

// specOf makes one of Ginkgo's specs of a result.
func specOf(r reports.Result, catalogue map[string]reports.RequirementStatus) types.SpecReport {
	spec := types.SpecReport{
		LeafNodeType: types.NodeTypeIt,
		LeafNodeText: line(r.Case),
		RunTime:      time.Duration(r.DurationMS * float64(time.Millisecond)),
	}
	message := ""
	spec.State, message = outcome(r, catalogue)
	if spec.State != types.SpecStatePassed {
		spec.Failure = types.Failure{
			Message:         message,
			Location:        types.CodeLocation{CustomMessage: where(r, catalogue)},
			FailureNodeType: types.NodeTypeIt,
		}
	}
	if spec.State.Is(types.SpecStateFailureStates) && r.Stderr != "" {
		spec.CapturedStdOutErr = text(r.Stderr)
	}
	return spec
}

// where is the text that the case is about, which Ginkgo gives as the place of
// the failure; the case itself if its requirements have no link.
func where(r reports.Result, catalogue map[string]reports.RequirementStatus) string {
	for _, id := range r.Requirements {
		if url := catalogue[id].URL; url != "" {
			return line(url)
		}
	}
	return line(r.Case)
}

// outcome is Ginkgo's word for a verdict, and what is to be said about it.
func outcome(r reports.Result, catalogue map[string]reports.RequirementStatus) (types.SpecState, string) {
	switch {
	case r.Verdict == reports.Pass && r.UnexpectedPass:
		return types.SpecStateFailed, "listed as known to fail, and passed: take the entry out of the list; it was listed because: " + line(r.KnownReason)
	case r.Verdict == reports.Pass:
		return types.SpecStatePassed, ""
	case r.Verdict == reports.Skip:
		return types.SpecStateSkipped, string(r.SkipKind) + ": " + line(r.SkipReason)
	case r.Verdict == reports.Error:
		return types.SpecStateInterrupted, account(r, catalogue)
	case r.ExpectedFailure:
		return types.SpecStateSkipped, "known failure: " + line(r.KnownReason) + ": " + line(r.Message)
	case r.Level == requirements.Info:
		return types.SpecStateSkipped, "for information: " + line(r.Message)
	}
	return types.SpecStateFailed, account(r, catalogue)
}

// account tells of a failure: what came, the rule, the variant, the difference
// and the command that plays the case alone.
func account(r reports.Result, catalogue map[string]reports.RequirementStatus) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n%s (%s)\n", line(r.Message), line(r.Title), r.Level)
	for _, id := range r.Requirements {
		requirement := catalogue[id]
		fmt.Fprintf(&out, "rule: %s\n", line(strings.TrimSpace(id+" "+requirement.URL)))
	}
	if r.FailedVariant != "" {
		fmt.Fprintf(&out, "variant: %s\n", line(r.FailedVariant))
	}
	if r.Diff != "" {
		fmt.Fprintf(&out, "difference (- expected, + got):\n%s\n", text(strings.TrimRight(r.Diff, "\n")))
	}
	if r.Reproduce != "" {
		fmt.Fprintf(&out, "again: %s\n", line(r.Reproduce))
	}
	return strings.TrimRight(out.String(), "\n")
}

// line and text make safe what a subject said, for XML, for a log that the XML
// is printed to, and for Ginkgo, which reads "{{red}}" as a colour.
func line(s string) string { return strings.ReplaceAll(reports.Line(s), "{{", `{\x7b`) }

func text(s string) string { return strings.ReplaceAll(reports.Text(s), "{{", `{\x7b`) }
