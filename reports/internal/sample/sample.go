// Package sample holds the report that the tests of the renderers share: two
// subjects with every verdict, every kind of skip, a known failure, a stale one,
// and a subject that does its best to break out of the report.
package sample

import (
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

const standard = "https://html.spec.whatwg.org/multipage/server-sent-events.html"

// Report returns a fresh copy each time.
func Report() *reports.Report {
	return &reports.Report{
		Schema:     reports.Schema,
		Tool:       reports.Tool{Name: "ssecheck", Version: "v0.1.0", Corpus: "3f9c2a1b7d20e4c5"},
		Started:    time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC),
		DurationMS: 812,
		Verdict:    reports.NotCompliant,
		Subjects:   []reports.Subject{parser(), server()},
		Requirements: []reports.RequirementStatus{
			{ID: "parse.data.append", Level: requirements.Must, URL: standard + "#processField",
				Title:  "A data field appends its value and one LF to the data buffer",
				Status: reports.StatusFail, Cases: []string{"fields/data/two-lines", "fields/data/one-line"}},
			{ID: "parse.retry.digits", Level: requirements.Must, URL: standard + "#processField",
				Title:  "A retry field of ASCII digits only sets the reconnection time",
				Status: reports.StatusUntested, Cases: []string{"fields/retry/digits"}},
			{ID: "serve.keep-alive", Level: requirements.Should, URL: standard + "#authoring-notes",
				Title:  "A quiet stream carries a comment every 15 seconds or so",
				Status: reports.StatusUntested, Cases: []string{"delivery/keep-alive/comment"}},
			{ID: "serve.content-type", Level: requirements.Must, URL: standard + "#text/event-stream",
				Title:  "The answer is labelled text/event-stream",
				Status: reports.StatusPass, Cases: []string{"http/headers/content-type"}},
		},
	}
}

func parser() reports.Subject {
	return reports.Subject{
		Role: reports.RoleParser, Name: "npm eventsource-parser", Version: "3.0.6", Address: "node adapter.mjs",
		Verdict: reports.NotCompliant,
		Summary: reports.Summary{Cases: 7, Variants: 88, Pass: 2, Fail: 3, Skip: 1, Error: 1,
			Must: reports.Count{Pass: 1, Fail: 2}, Should: reports.Count{Pass: 1, Fail: 1}},
		Results: []reports.Result{
			{Case: "fields/data/one-line", Title: "One data field is one event", Level: requirements.Must,
				Labels: []string{"core"}, Requirements: []string{"parse.data.append"}, Verdict: reports.Pass, Variants: 12, DurationMS: 2.25},
			twoLines(),
			{Case: "fields/data/long-line", Title: "A line of a megabyte arrives whole", Level: requirements.Must,
				Requirements: []string{"parse.data.append"}, Verdict: reports.Fail, Variants: 3, DurationMS: 31.5,
				FailedVariant: "whole",
				Message:       "expected 2 events, got 1: the parser lost the event with the long line",
				Transcript: []reports.Entry{
					{AtMS: 0.1, End: "runner", Kind: "send", Bytes: []byte("data: " + strings.Repeat("x", 1<<20) + "\n\ndata: END\n\n")},
					{AtMS: 30.2, End: "subject", Kind: "event", Text: `{event: message, data: "END", lastEventId: ""}`},
				},
				Reproduce: "ssecheck run --parser 'node adapter.mjs' --run fields/data/long-line"},
			{Case: "fields/event/case", Title: "Field names are compared literally", Level: requirements.Should,
				Requirements: []string{"parse.field.case"}, Verdict: reports.Fail, ExpectedFailure: true,
				KnownReason: "mended in the next release", Variants: 37, FailedVariant: "as written", DurationMS: 4,
				Message: "expected no event, got 1", Reproduce: "ssecheck run --parser 'node adapter.mjs' --run fields/event/case"},
			{Case: "fields/id/empty", Title: "An empty id resets the last event ID", Level: requirements.Should,
				Requirements: []string{"parse.id.set"}, Verdict: reports.Pass, UnexpectedPass: true,
				KnownReason: "issue 12", Variants: 24, DurationMS: 1},
			{Case: "fields/retry/digits", Title: "A retry of digits sets the reconnection time", Level: requirements.Must,
				Requirements: []string{"parse.retry.digits"}, Verdict: reports.Skip, SkipKind: reports.SkipCapability,
				SkipReason: "the adapter does not report retry"},
			{Case: "fields/data/crash", Title: "A stream of NULs is data like any other", Level: requirements.Must,
				Requirements: []string{"parse.data.append"}, Verdict: reports.Error, Variants: 5, DurationMS: 12,
				FailedVariant: "byte by byte", Message: "the adapter could not be started anew after 3 crashes",
				Stderr:    "TypeError: Cannot read properties of undefined\n    at parse (adapter.mjs:12:7)\n",
				Reproduce: "ssecheck run --parser 'node adapter.mjs' --run fields/data/crash"},
		},
	}
}

func twoLines() reports.Result {
	return reports.Result{
		Case: "fields/data/two-lines", Title: "Consecutive data fields are joined by one newline", Level: requirements.Must,
		Labels: []string{"multi-line"}, Requirements: []string{"parse.data.append"}, Verdict: reports.Fail,
		Variants: 37, FailedVariant: "cut at byte 12, CRLF", DurationMS: 3,
		Message: `event 1: expected data "first line\nsecond line", got "first line second line"`,
		Diff: `  {event: message, lastEventId: ""}` + "\n" +
			`- data: "first line\nsecond line"` + "\n" +
			`+ data: "first line second line"` + "\n",
		Transcript: []reports.Entry{
			{AtMS: 0.1, End: "runner", Kind: "send", Bytes: []byte("data: first ")},
			{AtMS: 0.2, End: "runner", Kind: "send", Bytes: []byte("line\r\ndata: second line\r\n\r\n")},
			{AtMS: 1.4, End: "subject", Kind: "event", Text: `{event: message, data: "first line second line", lastEventId: ""}`},
		},
		Reproduce: "ssecheck run --parser 'node adapter.mjs' --run fields/data/two-lines",
	}
}

func server() reports.Subject {
	return reports.Subject{
		Role: reports.RoleServer, Name: "nginx", Version: "1.26.3", Address: "http://127.0.0.1:8080/events",
		Verdict: reports.Incomplete,
		Summary: reports.Summary{Cases: 3, Variants: 1, Pass: 1, Skip: 2, Must: reports.Count{Pass: 1}},
		Results: []reports.Result{
			{Case: "http/headers/content-type", Title: "The answer is an event stream", Level: requirements.Must,
				Requirements: []string{"serve.content-type"}, Verdict: reports.Pass, Variants: 1, DurationMS: 6},
			{Case: "delivery/keep-alive/comment", Title: "A quiet stream is kept alive", Level: requirements.Should,
				Requirements: []string{"serve.keep-alive"}, Verdict: reports.Skip, SkipKind: reports.SkipUnused,
				SkipReason: "the stream was never quiet for 15 s"},
			{Case: "resume/ids/no-gap", Title: "A client that comes back misses nothing", Level: requirements.Must,
				Requirements: []string{"serve.resume.no-gap"}, Verdict: reports.Skip, SkipKind: reports.SkipNotObserved,
				SkipReason: "no event arrived within 10s"},
		},
	}
}

// Attack is what a hostile subject puts wherever it may say something: it
// clears the screen, writes a title, moves up, turns the text around, begins a
// line of its own and gives orders to CI systems.
const Attack = "\x1b[2J\x1b]0;pwned\a\x1b[1A\u009b31m\u202eevil\u2066\r\n::error::pwned\n##vso[task.complete]\u2028\x00\xff<![CDATA[]]>&\ufeff\u200b\ufe0f"

// Hostile returns a report in which every text that can come from a subject is
// [Attack].
func Hostile() *reports.Report {
	r := Report()
	result := twoLines()
	result.Message, result.Diff, result.Stderr, result.FailedVariant = Attack, "- "+Attack+"\n+ "+Attack, Attack, Attack
	result.Transcript = []reports.Entry{
		{AtMS: 0.1, End: "runner", Kind: "send", Bytes: []byte(Attack)},
		{AtMS: 1.4, Conn: 1, End: Attack, Kind: Attack, Text: Attack},
	}
	broken := result
	broken.Case, broken.Verdict = "fields/data/broken", reports.Error
	skipped := reports.Result{Case: "fields/data/skipped", Title: "Skipped", Level: requirements.Must,
		Verdict: reports.Skip, SkipKind: reports.SkipNotObserved, SkipReason: Attack}
	known := result
	known.Case, known.ExpectedFailure, known.KnownReason = "fields/data/known", true, Attack
	r.Subjects = []reports.Subject{{
		Role: reports.RoleParser, Name: Attack, Version: Attack, Address: Attack, Problem: Attack, Verdict: reports.NotCompliant,
		Summary: reports.Summary{Cases: 4, Variants: 4, Fail: 2, Skip: 1, Error: 1, Must: reports.Count{Fail: 2}},
		Results: []reports.Result{result, broken, skipped, known},
	}}
	return r
}
