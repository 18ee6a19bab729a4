package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// WriteJSON writes the report as "ssecheck.report/v1": indented, every array
// there even when it is empty, and no character that a terminal could take for
// an order.
func WriteJSON(w io.Writer, r *Report) error {
	text, err := json.MarshalIndent(complete(r), "", " ")
	if err != nil {
		return fmt.Errorf("write the JSON report: %w", err)
	}
	if _, err := w.Write(append(escapeUnseen(text), '\n')); err != nil {
		return fmt.Errorf("write the JSON report: %w", err)
	}
	return nil
}

// complete returns a copy of the report whose arrays are never nil, so that
// none becomes null.
func complete(r *Report) *Report {
	out := *r
	out.Schema = Schema
	out.Subjects = append([]Subject{}, r.Subjects...)
	for i := range out.Subjects {
		subject := &out.Subjects[i]
		subject.Results = append([]Result{}, subject.Results...)
		for j := range subject.Results {
			result := &subject.Results[j]
			result.Labels = orEmpty(result.Labels)
			result.Requirements = orEmpty(result.Requirements)
			result.Transcript = orEmpty(result.Transcript)
		}
	}
	out.Requirements = append([]RequirementStatus{}, r.Requirements...)
	for i := range out.Requirements {
		out.Requirements[i].Cases = orEmpty(out.Requirements[i].Cases)
	}
	return &out
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// escapeUnseen writes as \uHHHH what encoding/json leaves in strings although a
// terminal may obey it or a reader cannot see it: DEL, C1 controls, direction
// marks and the like. The JSON means the same.
func escapeUnseen(text []byte) []byte {
	isPlain := func(r rune) bool { return r == '\n' || isSeen(r) }
	if bytes.IndexFunc(text, func(r rune) bool { return !isPlain(r) }) < 0 {
		return text
	}
	out := make([]byte, 0, len(text)+len(text)/8)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case isPlain(r):
			out = append(out, text[i:i+size]...)
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		i += size
	}
	return out
}

// MaxJSON is how long a report ReadJSON takes, in bytes.
const MaxJSON = 256 << 20

// ReadJSON reads a report that [WriteJSON] wrote. Members that it does not know
// are ignored, so that a later minor version can add some; another schema, a
// missing or impossible value, and anything after the report are errors, which
// name the place.
func ReadJSON(r io.Reader) (*Report, error) {
	report, err := readJSON(r, MaxJSON)
	if err != nil {
		return nil, fmt.Errorf("read the JSON report: %w", err)
	}
	return complete(report), nil
}

func readJSON(r io.Reader, limit int64) (*Report, error) {
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("it is longer than %d bytes; is it one report?", limit)
	}
	if err := checkSchema(text); err != nil {
		return nil, err
	}
	var report Report
	if err := json.Unmarshal(text, &report); err != nil {
		return nil, located(text, err)
	}
	return &report, check(&report)
}

// checkSchema comes first, so that another version is named as such instead of
// by the first member that differs.
func checkSchema(text []byte) error {
	var head struct {
		Schema *string `json:"schema"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return located(text, err)
	}
	if head.Schema == nil {
		return fmt.Errorf(`there is no member "schema"; a report starts with {"schema": %q`, Schema)
	}
	if *head.Schema != Schema {
		return fmt.Errorf("its schema is %q; this ssecheck reads %q", *head.Schema, Schema)
	}
	return nil
}

// located puts line and column in front of an error of encoding/json.
func located(text []byte, err error) error {
	offset := int64(-1)
	switch err := err.(type) {
	case *json.SyntaxError:
		offset = err.Offset
	case *json.UnmarshalTypeError:
		offset = err.Offset
	}
	if offset < 0 || offset > int64(len(text)) {
		return err
	}
	before := text[:offset]
	line := 1 + bytes.Count(before, []byte{'\n'})
	column := offset - int64(bytes.LastIndexByte(before, '\n')) - 1
	return fmt.Errorf("line %d, column %d: %w", line, max(column, 1), err)
}

var (
	verdicts    = []Verdict{Pass, Fail, Skip, Error}
	compliances = []Compliance{Compliant, NotCompliant, Incomplete}
	skipKinds   = []SkipKind{"", SkipCapability, SkipUnused, SkipNotObserved}
	roles       = []Role{RoleParser, RoleEncoder, RoleClient, RoleServer}
	statuses    = []Status{StatusPass, StatusFail, StatusUntested}
)

// check says which value of the report no run can have written.
func check(r *Report) error {
	if err := oneOf("verdict", r.Verdict, compliances); err != nil {
		return err
	}
	for i, subject := range r.Subjects {
		at := fmt.Sprintf("subjects[%d].", i)
		if err := oneOf(at+"role", subject.Role, roles); err != nil {
			return err
		}
		if err := oneOf(at+"verdict", subject.Verdict, compliances); err != nil {
			return err
		}
		for j, result := range subject.Results {
			if err := checkResult(fmt.Sprintf("%sresults[%d].", at, j), result); err != nil {
				return err
			}
		}
	}
	for i, requirement := range r.Requirements {
		at := fmt.Sprintf("requirements[%d].", i)
		if err := oneOf(at+"status", requirement.Status, statuses); err != nil {
			return err
		}
		if requirement.Level.Rank() == 0 {
			return fmt.Errorf("%slevel is %q; it must be must, should, may or info", at, requirement.Level)
		}
	}
	return nil
}

func checkResult(at string, r Result) error {
	if r.Case == "" {
		return fmt.Errorf("%scase is empty; it must name the case", at)
	}
	if r.Level.Rank() == 0 {
		return fmt.Errorf("%slevel is %q; it must be must, should, may or info", at, r.Level)
	}
	if err := oneOf(at+"verdict", r.Verdict, verdicts); err != nil {
		return err
	}
	return oneOf(at+"skip_kind", r.SkipKind, skipKinds)
}

func oneOf[T ~string](at string, value T, allowed []T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	words := make([]string, len(allowed))
	for i, word := range allowed {
		words[i] = fmt.Sprintf("%q", string(word))
	}
	return fmt.Errorf("%s is %q; it must be one of %s", at, string(value), strings.Join(words, ", "))
}
