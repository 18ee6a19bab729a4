// Package finding is what a campaign has found: a subject that does not keep to the
// standard, and the smallest stream, or the smallest items, that show it. A finding is
// kept as a case, in the same form as those of the corpus, so that "ssecheck run
// --cases" plays it again; it is shown to people with the rule that was broken.
package finding

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing/fstest"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A Finding is one fault of one subject. [Stream], [Emit] and [Probe] make one; what may be said
// beyond that is set afterwards.
type Finding struct {
	// Requirement is the ID of the rule that was broken.
	Requirement string
	// Title is a sentence that says what went wrong; the rule's own where it is left out.
	Title string
	// Note is what else is worth knowing, such as that the subject does it now and then
	// only.
	Note string
	// Subject is who did it. Its Flags are for the command that plays the finding again.
	Subject runner.Info
	// Campaign is the command that found it, with its seed.
	Campaign string
	// Cases is the folder of the finding, for the command; "findings" where it is left
	// out.
	Cases string

	played cases.Case // as far as the case follows from what was played
	said   string     // of a server, what is wrong
	seen   *transcript.Transcript
}

// Stream is a finding in what a reader made of a stream. told is what the reader tells
// beyond its events.
func Stream(requirement string, in stream.Input, seen stream.Seen, told stream.Reports) Finding {
	right := spec.Oracle(in.Bytes, "")
	c := cases.Case{Expect: &cases.Expect{}}
	for _, chunk := range in.Chunks() {
		c.Stream = append(c.Stream, itemOf(chunk))
	}
	if len(in.Cuts) > 0 { // the cuts are the point: what is not, was taken away
		c.Variants = []string{cases.AsWritten}
	}
	for _, event := range right.Events {
		e := cases.Event{Event: event.Type, Data: event.Data, LastEventID: event.LastEventID}
		if e.Event == spec.DefaultType {
			e.Event = ""
		}
		c.Expect.Events = append(c.Expect.Events, e)
	}
	if expected, got := last(right.Retries), last(seen.Retries); told.Retries && seen.Failed == "" && !equal(expected, got) {
		c.Finally = &cases.Finally{ReconnectionTime: expected, NoReconnectionTime: expected == nil}
	}
	t := &transcript.Transcript{Failed: seen.Failed}
	if seen.Failed == "" {
		t.Parsed = &transcript.Parsed{Events: seen.Events, Retry: last(seen.Retries), ReportsRetry: told.Retries}
	}
	return Finding{Requirement: requirement, played: c, seen: t}
}

func last(retries []int64) *int64 {
	if len(retries) == 0 {
		return nil
	}
	return &retries[len(retries)-1]
}

func equal(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }

// Emit is a finding in what an encoder made of the items of a case. Of the case nothing
// counts but the items, the ways out that are right, what must never be seen, and the
// checks of the bytes. A text of an item that is not UTF-8, but for lone surrogates, has
// no place in a case; [Folder.Write] refuses it.
func Emit(requirement string, c *cases.Case, seen *transcript.Transcript) Finding {
	played := cases.Case{Emit: slices.Clone(c.Emit), Accept: c.Accept, Never: c.Never, Wire: c.Wire}
	for i := range played.Emit {
		item := &played.Emit[i]
		if text, ok := retryText(item.Retry); ok { // JSON has many forms of one text
			item.Retry = cases.JSONText(text)
		}
	}
	return Finding{Requirement: requirement, seen: seen, played: played}
}

// retryText is a reconnection time that is a text.
func retryText(retry json.RawMessage) (text string, ok bool) {
	ok = bytes.HasPrefix(retry, []byte(`"`)) && json.Unmarshal(retry, &text) == nil
	return text, ok
}

// id is that of the one case of a finding's file.
const id = "found"

// Name is the name of the finding's suite and of its file, without the ending: the
// requirement and a hash of what was played. Two campaigns that find the same give it the
// same name.
func (f Finding) Name() string { return f.Requirement + "-" + f.key()[:10] }

// CaseName is the name of its case, for --run.
func (f Finding) CaseName() string { return f.Name() + "/" + id }

func (f Finding) key() string { return key(f.Requirement, &f.played) }

// key identifies what a case plays, and which requirement that breaks.
func key(requirement string, c *cases.Case) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n", requirement, c.Kind())
	for i := range c.Emit {
		item := &c.Emit[i]
		for _, text := range []*string{item.Comment, item.Event, item.ID, item.Data} {
			if text != nil {
				fmt.Fprintf(h, "%q", *text)
			}
			h.Write([]byte{','})
		}
		fmt.Fprintf(h, "%s,%s\n", item.Retry, item.Sleep)
	}
	for i := range c.Stream {
		if item := &c.Stream[i]; item.Writes() {
			fmt.Fprintf(h, "%q\n", item.Append(nil))
		}
	}
	for _, step := range c.Probe {
		for i := range step.Send {
			fmt.Fprintf(h, "%q %s\n", step.Send[i].Append(nil), step.Send[i].Pause)
		}
		step.Send = nil
		fmt.Fprintln(h, onOneLine(step))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Case is the finding as a case: read from its own file by the corpus' strict loader, so
// that what holds of every case holds of it.
func (f Finding) Case() (*cases.Case, error) {
	catalogue, err := catalogue()
	if err != nil {
		return nil, err
	}
	corpus, err := cases.Load(fstest.MapFS{f.Name() + ".yaml": {Data: f.YAML()}}, catalogue)
	if err != nil {
		return nil, fmt.Errorf("the finding %s cannot be written as a case: %w", f.Name(), err)
	}
	c := corpus.Cases()[0]
	if key(f.Requirement, c) != f.key() {
		return nil, fmt.Errorf("the finding %s cannot be written as a case: what a case file can carry is not what was played", f.Name())
	}
	return c, nil
}

var catalogue = sync.OnceValues(requirements.Default)

// rule is the requirement that was broken.
func (f Finding) rule() requirements.Requirement {
	if all, err := catalogue(); err == nil {
		if r, ok := all.Get(f.Requirement); ok {
			return r
		}
	}
	return requirements.Requirement{ID: f.Requirement, Title: "The rule " + f.Requirement + " holds"}
}

// judgement is what is wrong with what was seen, in the words of the judge, who will say
// the same when the finding is played again. It is a pass where no case can say it.
func (f Finding) judgement() judge.Judgement {
	c := f.played
	if f.seen == nil {
		return judge.Judgement{Verdict: reports.Pass}
	}
	return judge.Judge(&c, f.seen)
}

// title is a sentence on one line.
func (f Finding) title() string {
	title := reports.Line(strings.TrimSpace(f.Title))
	if !strings.Contains(title, " ") {
		return f.rule().Title
	}
	return title
}
