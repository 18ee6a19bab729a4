// Package reports is the model of one run's outcome, the JSON report
// "ssecheck.report/v1". The renderers, one package each below this folder, make
// every other format from it.
package reports

import (
	"time"

	"github.com/ssecheck/ssecheck/spec/requirements"
)

// Schema names the version of the JSON report.
const Schema = "ssecheck.report/v1"

// A Verdict is the outcome of one case.
type Verdict string

const (
	Pass Verdict = "pass"
	Fail Verdict = "fail"
	// Skip says that the case was not judged, and Result.SkipReason why.
	Skip Verdict = "skip"
	// Error says that the harness or the adapter broke: nothing is known of
	// the subject.
	Error Verdict = "error"
)

// Compliance is the verdict on a subject or a run.
type Compliance string

const (
	Compliant    Compliance = "compliant"
	NotCompliant Compliance = "not-compliant"
	Incomplete   Compliance = "incomplete"
)

// A SkipKind says why a case was not judged.
type SkipKind string

const (
	// SkipCapability: the subject's API does not offer what the case needs.
	SkipCapability SkipKind = "capability"
	// SkipUnused: the stream does not use the optional feature the case is about.
	SkipUnused SkipKind = "unused"
	// SkipNotObserved: what the case is about should have shown within the
	// time given, and did not.
	SkipNotObserved SkipKind = "not-observed"
)

// A Role is what a subject does.
type Role string

const (
	RoleParser  Role = "parser"
	RoleEncoder Role = "encoder"
	RoleClient  Role = "client"
	RoleServer  Role = "server"
)

// A Report is the outcome of one run.
type Report struct {
	Schema       string              `json:"schema"`
	Tool         Tool                `json:"tool"`
	Started      time.Time           `json:"started"`
	DurationMS   int64               `json:"duration_ms"`
	Verdict      Compliance          `json:"verdict"`
	Interrupted  bool                `json:"interrupted,omitempty"`
	Subjects     []Subject           `json:"subjects"`
	Requirements []RequirementStatus `json:"requirements"`
}

// Tool says which ssecheck made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Corpus is a digest of the cases that were loaded.
	Corpus string `json:"corpus"`
}

// A Subject is one implementation under test and what was found.
type Subject struct {
	Role    Role   `json:"role"`
	Name    string `json:"name"`
	Version string `json:"version"`
	Address string `json:"address"`
	// Profile is by which profile a client is judged: browser, by the standard's
	// letter, or library, where the standard leaves to the implementation what is a
	// failure for good. Empty for the other roles.
	Profile string     `json:"profile,omitempty"`
	Verdict Compliance `json:"verdict"`
	// Problem is what went wrong with the subject and can be held against no
	// case, such as an answer too many after its last one; the verdict is then
	// incomplete at best. Empty for most.
	Problem string `json:"problem,omitempty"`
	// DurationMS is how long its cases took, all together, side by side.
	DurationMS int64    `json:"duration_ms,omitempty"`
	Summary    Summary  `json:"summary"`
	Results    []Result `json:"results"`
}

// A Summary counts results.
type Summary struct {
	Cases    int   `json:"cases"`
	Variants int   `json:"variants"`
	Pass     int   `json:"pass"`
	Fail     int   `json:"fail"`
	Skip     int   `json:"skip"`
	Error    int   `json:"error"`
	Must     Count `json:"must"`
	Should   Count `json:"should"`
	May      Count `json:"may"`
}

// A Count is of one level's passes and failures.
type Count struct {
	Pass int `json:"pass"`
	Fail int `json:"fail"`
}

// A Result is the verdict on one case for one subject.
type Result struct {
	Case         string             `json:"case"`
	Title        string             `json:"title"`
	Level        requirements.Level `json:"level"`
	Labels       []string           `json:"labels"`
	Requirements []string           `json:"requirements"`
	Verdict      Verdict            `json:"verdict"`
	// ExpectedFailure: the known-failing list names the case, and it failed.
	ExpectedFailure bool `json:"expected_failure"`
	// UnexpectedPass: the known-failing list names the case, and it passed.
	UnexpectedPass bool `json:"unexpected_pass,omitempty"`
	// KnownReason is the reason that the known-failing list gives.
	KnownReason string `json:"known_reason,omitempty"`
	// Variants is how many variants were played.
	Variants int `json:"variants"`
	// FailedVariant names the smallest variant that failed.
	FailedVariant string  `json:"failed_variant"`
	DurationMS    float64 `json:"duration_ms"`
	// Message is one sentence: what was expected, what came.
	Message    string   `json:"message"`
	Diff       string   `json:"diff"`
	SkipKind   SkipKind `json:"skip_kind"`
	SkipReason string   `json:"skip_reason"`
	// Transcript is what was sent and seen, in order of time.
	Transcript []Entry `json:"transcript"`
	// Stderr is what an adapter wrote there while the case was played.
	Stderr string `json:"stderr,omitempty"`
	// Reproduce is the command that plays the case alone.
	Reproduce string `json:"reproduce"`
}

// An Entry is one line of a transcript.
type Entry struct {
	// AtMS is milliseconds since the case began.
	AtMS float64 `json:"at_ms"`
	// Conn numbers the connection from 1; 0 where there is none.
	Conn int `json:"conn"`
	// End is who did it: "runner" or "subject".
	End string `json:"end"`
	// Kind is what was done: connect, request, response, send, receive, event,
	// close, error and the like.
	Kind  string `json:"kind"`
	Bytes []byte `json:"bytes,omitempty"`
	Text  string `json:"text,omitempty"`
}

// Status of a requirement in a run.
type Status string

const (
	StatusPass     Status = "pass"
	StatusFail     Status = "fail"
	StatusUntested Status = "untested"
)

// RequirementStatus is what a run says of one requirement.
type RequirementStatus struct {
	ID     string             `json:"id"`
	Level  requirements.Level `json:"level"`
	Title  string             `json:"title,omitempty"`
	URL    string             `json:"url"`
	Status Status             `json:"status"`
	Cases  []string           `json:"cases"`
}
