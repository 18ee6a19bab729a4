// Package junit writes a report as JUnit XML, through Ginkgo's reporter: a
// testsuite a subject, a testcase a case.
//
//   - A failure is a <failure>. So is the pass of a case that the
//     known-failing list names: the list is stale, and the run fails.
//   - The verdict error is an <error>; so is a problem of a subject that can be
//     held against no case, in a testcase of its own.
//   - A skip is a <skipped>, with its kind and reason.
//   - A known failure is a <skipped> that says "known failure" and why: it must
//     not turn a pipeline red, and it is no pass.
//   - What the standard leaves open (level info) cannot fail: it is a
//     <skipped> that shows what came.
package junit

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/onsi/ginkgo/v2/reporters"

	"github.com/ssecheck/ssecheck/reports"
)

// Write writes the report. Ginkgo's reporter writes one suite to a file and
// merges files, so this works in a temporary folder.
func Write(w io.Writer, r *reports.Report) error {
	text, err := render(r)
	if err != nil {
		return fmt.Errorf("write the JUnit report: %w", err)
	}
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("write the JUnit report: %w", err)
	}
	return nil
}

func render(r *reports.Report) (text []byte, err error) {
	folder, err := os.MkdirTemp("", "ssecheck-junit-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	var files []string
	for i, suite := range suites(r) {
		file := filepath.Join(folder, fmt.Sprintf("%d.xml", i))
		if err := reporters.GenerateJUnitReportWithConfig(suite, file, config); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	merged := filepath.Join(folder, "merged.xml")
	complaints, err := reporters.MergeAndCleanupJUnitReports(files, merged)
	if err != nil {
		return nil, err
	}
	if len(complaints) > 0 {
		return nil, fmt.Errorf("merge the suites: %s", strings.Join(complaints, "; "))
	}
	text, err = os.ReadFile(merged)
	if err != nil {
		return nil, err
	}
	return append(bytes.TrimSpace(text), '\n'), whole(text, r)
}

// whole says whether every case has arrived: the reporter does not tell when
// the disk is full.
func whole(text []byte, r *reports.Report) error {
	var doc reporters.JUnitTestSuites
	if err := xml.Unmarshal(text, &doc); err != nil {
		return fmt.Errorf("what Ginkgo wrote is no XML (is the temporary folder full?): %w", err)
	}
	want := 0
	for _, s := range r.Subjects {
		want += len(s.Results)
		if s.Problem != "" {
			want++
		}
	}
	if doc.Tests != want {
		return fmt.Errorf("%d of %d cases were written (is the temporary folder full?)", doc.Tests, want)
	}
	return nil
}
