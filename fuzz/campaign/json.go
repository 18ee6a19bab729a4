package campaign

import (
	"encoding/json"
	"io"
	"strconv"
	"time"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// Schema names the version of the JSON report.
const Schema = "ssecheck.fuzz/v1"

// A JSON is a summary as it is reported.
type JSON struct {
	Schema     string       `json:"schema"`
	Tool       reports.Tool `json:"tool"`
	Started    time.Time    `json:"started"`
	DurationMS int64        `json:"duration_ms"`
	Subject    JSONSubject  `json:"subject"`
	// Seed is a text, since not every reader of JSON has whole numbers of 64 bits.
	Seed       string `json:"seed"`
	Runs       int    `json:"runs"`
	Deviations int    `json:"deviations"`
	// Ended says why: runs, time, interrupted.
	Ended       string        `json:"ended"`
	Kept        int           `json:"kept"`
	States      int           `json:"states,omitempty"`
	AllStates   int           `json:"all_states,omitempty"`
	Transitions int           `json:"transitions"`
	Findings    []JSONFinding `json:"findings"`
	// Notes are sentences about what is no finding and is to be known all the same.
	Notes []string `json:"notes,omitempty"`
}

// A JSONSubject is who was fuzzed.
type JSONSubject struct {
	Role    reports.Role `json:"role"`
	Name    string       `json:"name"`
	Version string       `json:"version"`
	Address string       `json:"address"`
}

// A JSONFinding is one finding.
type JSONFinding struct {
	Requirement string             `json:"requirement"`
	Level       requirements.Level `json:"level"`
	URL         string             `json:"url"`
	// Fault is the known fault that explains it; empty without one.
	Fault    string `json:"fault"`
	Sentence string `json:"sentence"`
	Exact    bool   `json:"exact"`
	Kind     string `json:"kind"`
	Message  string `json:"message"`
	Case     string `json:"case"`
	File     string `json:"file"`
	YAML     string `json:"yaml"`
	// Known: the folder had it before.
	Known     bool   `json:"known"`
	Run       int    `json:"run"`
	AfterMS   int64  `json:"after_ms"`
	Hits      int    `json:"hits"`
	Reproduce string `json:"reproduce"`
}

// JSON is the summary as a report of this tool.
func (s *Summary) JSON(tool reports.Tool) JSON {
	r := JSON{
		Schema: Schema, Tool: tool, Started: s.Started, DurationMS: s.Elapsed.Milliseconds(),
		Subject: JSONSubject{s.Subject.Role, s.Subject.Name, s.Subject.Version, s.Subject.Address},
		Seed:    strconv.FormatUint(s.Seed, 10), Runs: s.Runs, Deviations: s.Deviations, Ended: s.Ended, Kept: s.Kept,
		States: s.States, AllStates: s.AllStates, Transitions: s.Transitions, Findings: []JSONFinding{}, Notes: s.Notes,
	}
	for _, f := range s.Findings {
		r.Findings = append(r.Findings, JSONFinding{
			Requirement: f.Requirement.ID, Level: f.Requirement.Level, URL: f.Requirement.URL,
			Fault: f.Fault, Sentence: f.Sentence, Exact: f.Exact, Kind: f.Kind, Message: f.Message,
			Case: f.Case, File: f.File, YAML: string(f.YAML), Known: f.Known,
			Run: f.Run, AfterMS: f.After.Milliseconds(), Hits: f.Hits, Reproduce: f.Reproduce,
		})
	}
	return r
}

// Write writes the report.
func (r JSON) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
