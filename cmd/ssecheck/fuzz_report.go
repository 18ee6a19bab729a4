package main

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/campaign"
	"github.com/ssecheck/ssecheck/reports/atomicfile"
)

// fuzzReports are the JSON reports of a campaign; a nil file is standard output.
type fuzzReports struct{ files []*atomicfile.File }

// openFuzzReports prepares the reports before the campaign, so that a file that cannot be
// written is known before anything is played.
func openFuzzReports(all []string) (*fuzzReports, error) {
	r := &fuzzReports{}
	for _, text := range all {
		format, name, named := strings.Cut(text, "=")
		switch {
		case format != "json":
			return nil, errors.Join(usageError("--report %s: a campaign is reported as json; write json, or json=FILE", text), r.discard())
		case named && name == "":
			return nil, errors.Join(usageError("--report %s names no file; write json=FILE, or json for standard output", text), r.discard())
		case name == "" || name == "-":
			if r.takesStdout() {
				return nil, errors.Join(usageError("--report %s: two reports go to standard output; give one a file", text), r.discard())
			}
			r.files = append(r.files, nil)
		default:
			file, err := atomicfile.Create(name)
			if err != nil {
				return nil, errors.Join(usageError("--report %s: %w; choose a file that can be written", text, err), r.discard())
			}
			r.files = append(r.files, file)
		}
	}
	return r, nil
}

// takesStdout says that a report goes to standard output, which is then no page's.
func (r *fuzzReports) takesStdout() bool {
	for _, f := range r.files {
		if f == nil {
			return true
		}
	}
	return false
}

// write writes every report; one that fails does not keep the others back.
func (r *fuzzReports) write(stdout io.Writer, report campaign.JSON) error {
	var text bytes.Buffer
	if err := report.Write(&text); err != nil {
		return err
	}
	var errs []error
	for _, f := range r.files {
		if f == nil {
			_, err := stdout.Write(text.Bytes())
			errs = append(errs, err)
			continue
		}
		errs = append(errs, f.Commit(text.Bytes()))
	}
	r.files = nil
	return errors.Join(errs...)
}

// discard takes back what was prepared and not written.
func (r *fuzzReports) discard() error {
	var errs []error
	for _, f := range r.files {
		if f != nil {
			errs = append(errs, f.Discard())
		}
	}
	r.files = nil
	return errors.Join(errs...)
}
