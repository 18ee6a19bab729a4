package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/colorprofile"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/reports/atomicfile"
	"github.com/ssecheck/ssecheck/reports/junit"
	"github.com/ssecheck/ssecheck/reports/pretty"
)

// formats are the reports that --report can write.
var formats = []string{"pretty", "json", "junit"}

// A target is one report to write.
type target struct {
	format string
	file   *atomicfile.File // nil is standard output
}

// outputs are all reports of a run.
type outputs struct {
	app     *app
	targets []target
	page    pretty.Options
}

// openOutputs prepares the reports before the run, so that a file that cannot
// be written is known before anything is played.
//
// Standard output gets the pretty report unless another report takes it.
func (a *app) openOutputs(f *runFlags) (*outputs, error) {
	o := &outputs{app: a, page: a.page(f)}
	taken, files := "", map[string]string{}
	for _, text := range f.reports {
		format, name, err := parseReport(text)
		if err != nil {
			return nil, errors.Join(err, o.discard())
		}
		t := target{format: format}
		switch {
		case name == "" && taken != "":
			return nil, errors.Join(usageError("--report %s and --report %s both go to standard output; give one a file: %s=FILE", taken, format, format), o.discard())
		case name == "":
			taken = format
		case files[name] != "":
			return nil, errors.Join(usageError("--report %s and --report %s go to the same file %s", files[name], format, name), o.discard())
		default:
			files[name] = format
			if t.file, err = atomicfile.Create(name); err != nil {
				return nil, errors.Join(usageError("--report %s: %w; choose a file that can be written", text, err), o.discard())
			}
		}
		o.targets = append(o.targets, t)
	}
	if taken == "" {
		o.targets = append(o.targets, target{format: "pretty"})
	}
	return o, nil
}

// parseReport reads FORMAT[=FILE].
func parseReport(text string) (format, file string, err error) {
	format, file, named := strings.Cut(text, "=")
	if !slices.Contains(formats, format) {
		return "", "", usageError("--report %s: there is no format %q; the formats are %s", text, format, strings.Join(formats, ", "))
	}
	if named && file == "" {
		return "", "", usageError("--report %s names no file; write %s=FILE, or %s for standard output", text, format, format)
	}
	if file == "-" {
		file = ""
	}
	return format, file, nil
}

// page is how the pretty report looks on standard output.
func (a *app) page(f *runFlags) pretty.Options {
	o := pretty.Options{Verbose: f.verbose, Quiet: f.quiet}
	if columns, ok := a.terminal(a.stdout); ok {
		o.Width = columns
	}
	env := a.env
	if f.noColour || a.isSet("NO_COLOR") { // any value but the empty one: https://no-color.org
		env = append(env[:len(env):len(env)], "NO_COLOR=1", "CLICOLOR_FORCE=")
	}
	o.Profile = colorprofile.Detect(a.stdout, env)
	return o
}

// write writes every report; one that fails does not keep the others back.
func (o *outputs) write(r *reports.Report) error {
	var errs []error
	for _, t := range o.targets {
		if err := o.writeOne(t, r); err != nil {
			errs = append(errs, err)
		}
	}
	o.targets = nil
	if err := errors.Join(errs...); err != nil {
		return &exitError{exitNotCarried, err}
	}
	return nil
}

func (o *outputs) writeOne(t target, r *reports.Report) error {
	page := o.page
	if t.file != nil {
		page.Profile, page.Width = colorprofile.NoTTY, 0
	}
	var text bytes.Buffer
	if err := render(&text, t.format, r, page); err != nil {
		return errors.Join(err, t.discard())
	}
	if t.file == nil {
		if _, err := o.app.stdout.Write(text.Bytes()); err != nil {
			return fmt.Errorf("write the report to standard output: %w", err)
		}
		return nil
	}
	if err := t.file.Commit(text.Bytes()); err != nil {
		return fmt.Errorf("write the %s report: %w", t.format, err)
	}
	return nil
}

func render(w io.Writer, format string, r *reports.Report, page pretty.Options) error {
	switch format {
	case "json":
		return reports.WriteJSON(w, r)
	case "junit":
		return junit.Write(w, r)
	}
	return pretty.Write(w, r, page)
}

// discard takes back what was prepared and not written.
func (o *outputs) discard() error {
	var errs []error
	for _, t := range o.targets {
		errs = append(errs, t.discard())
	}
	o.targets = nil
	return errors.Join(errs...)
}

func (t target) discard() error {
	if t.file == nil {
		return nil
	}
	return t.file.Discard()
}
