package finding

import (
	"fmt"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
)

// schema is where editors find what a case file may hold.
const schema = "https://github.com/ssecheck/ssecheck/cases/case.schema.json"

// diffShown is how many lines of a difference stand in a file.
const diffShown = 20

// YAML is the finding's file. What comes from a subject stands in comments and quotes, as
// escapes where a terminal or a reader of YAML could take it for more than text.
func (f Finding) YAML() []byte {
	c := f.played
	c.ID, c.Title, c.Note, c.Found = id, f.title(), strings.TrimSpace(f.Note), f.found()
	c.Requirements = []string{f.Requirement}
	var b strings.Builder
	fmt.Fprintf(&b, "# yaml-language-server: $schema=%s\n%s", schema, f.comment())
	fmt.Fprintf(&b, "suite: %s\ntitle: %s\ncases:\n%s", f.Name(), quoted(f.rule().Title), Entry(&c))
	return []byte(b.String())
}

// comment says which rule was broken, what was seen instead, and how to see it again.
func (f Finding) comment() string {
	var b strings.Builder
	say := func(format string, args ...any) {
		fmt.Fprintln(&b, strings.TrimRight("# "+reports.Line(fmt.Sprintf(format, args...)), " "))
	}
	rule := f.rule()
	say("%s", rule.Title)
	if rule.URL != "" {
		say("%s", rule.URL)
	}
	say("")
	say("%s%s", f.subject(), f.wrong())
	lines := f.diff()
	for i, line := range lines {
		if i == diffShown {
			say("  (%s)", reports.Number(len(lines)-i, "more line"))
			break
		}
		say("  %s", line)
	}
	say("")
	say("Play it again:")
	say("  %s", f.Command())
	return b.String()
}

// found is who failed it, and in which campaign.
func (f Finding) found() string {
	campaign := reports.Line(strings.TrimSpace(f.Campaign))
	if campaign == "" {
		campaign = "ssecheck fuzz"
	}
	if subject := f.subject(); subject != "" {
		return strings.TrimSuffix(subject, ": ") + ", by " + campaign
	}
	return "by " + campaign
}

// subject is who it was, and a colon; nothing where that is not known.
func (f Finding) subject() string {
	name := strings.TrimSpace(reports.Line(f.Subject.Name) + " " + reports.Line(f.Subject.Version))
	if name == "" {
		return ""
	}
	return name + ": "
}

// wrong is what is wrong, in one sentence.
func (f Finding) wrong() string {
	if f.said != "" {
		return reports.Line(f.said)
	}
	if j := f.judgement(); j.Verdict == reports.Fail {
		return j.Message
	}
	return "what was wrong is nothing that a case can say; when it is played again, it may pass"
}

func (f Finding) diff() []string {
	diff := f.judgement().Diff
	if diff == "" {
		return nil
	}
	return strings.Split(diff, "\n")
}

// Command plays the finding again.
func (f Finding) Command() string {
	flags := f.Subject.Flags
	switch {
	case flags != "":
	case f.played.Kind() == cases.KindEmit:
		flags = "--encoder 'CMD'"
	case f.played.Kind() == cases.KindProbe:
		flags = "--target URL"
	default:
		flags = "--parser 'CMD'"
	}
	folder := f.Cases
	if folder == "" {
		folder = "findings"
	}
	if strings.Trim(folder, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") != "" {
		folder = "'" + strings.ReplaceAll(folder, "'", `'\''`) + "'"
	}
	return fmt.Sprintf("ssecheck run %s --cases %s --run %s", flags, folder, f.CaseName())
}
