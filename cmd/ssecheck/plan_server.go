package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/server"
)

// plannedVisits writes a server's part of the plan: a line a case with the
// requests that it would send, and the sums.
func plannedVisits(out *strings.Builder, s runner.SubjectPlan, visited *server.Server) {
	fmt.Fprintf(out, "%s  %s\n", s.Info.Role, reports.Line(s.Info.Name))
	var list []*cases.Case
	play := 0
	for _, entry := range s.Entries {
		list = append(list, entry.Case)
		name := reports.Line(entry.Case.Name())
		if entry.Skip != (runner.Skip{}) {
			fmt.Fprintf(out, "  skip  %-44s  %s: %s\n", name, entry.Skip.Kind, reports.Line(entry.Skip.Reason))
			continue
		}
		play++
		fmt.Fprintf(out, "  play  %-44s  %s, %s\n", name, entry.Case.Level, asked(visited.Requests(entry.Case)))
	}
	fmt.Fprintf(out, "%d cases to play, %d to skip; what the stream does not use is skipped in the run\n", play, len(s.Entries)-play)
	outlook := visited.Outlook(list)
	fmt.Fprintf(out, "%d requests at most, on at most %d connections at the same time; for this plan none was sent\n", outlook.Total(), outlook.AtOnce)
	for _, a := range outlook.Requests {
		fmt.Fprintf(out, "  %s\n", reports.Line(a.String()))
	}
}

// asked is a list of requests in a line.
func asked(list []server.Asked) string {
	if len(list) == 0 {
		return "the survey's own stream"
	}
	var texts []string
	for _, a := range list {
		texts = append(texts, reports.Line(a.String()))
	}
	return strings.Join(texts, ", ")
}

// announce says before a run what it will do to a server.
func (a *app) announce(to io.Writer, options runner.Options) {
	for _, s := range options.Subjects {
		visited, ok := s.(*server.Server)
		if !ok || visited.Prepare() != nil { // Start says what is wrong
			continue
		}
		outlook := visited.Outlook(runner.CasesFor(s, options.Cases))
		fmt.Fprintf(to, "ssecheck: %d requests at most to %s, on at most %d connections at the same time (--dry-run lists them)\n",
			outlook.Total(), reports.Line(a.redactor.Text(s.Info().Address)), outlook.AtOnce)
	}
}
