package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// finallyWrong judges what must hold at the end, as far as the client reports
// it.
func finallyWrong(c *cases.Case, k *transcript.Client) string {
	f := c.Finally
	if f == nil {
		return ""
	}
	if wrong := wrongCount("open", f.Opens, k, transcript.SawOpen, k.Offers.Opens); wrong != "" {
		return wrong
	}
	if wrong := wrongCount("error", f.Errors, k, transcript.SawError, k.Offers.Errors); wrong != "" {
		return wrong
	}
	if wrong := wrongState(f.State, c, k); wrong != "" {
		return wrong
	}
	if f.Disconnected && k.StillOpen > 0 {
		return fmt.Sprintf("expected no connection of the client once it was closed, %d still open", k.StillOpen)
	}
	return ""
}

func wrongCount(word string, want *int, k *transcript.Client, kind transcript.Sight, offered bool) string {
	if want == nil || !offered {
		return ""
	}
	got := 0
	for _, o := range k.Seen {
		if o.Kind == kind {
			got++
		}
	}
	if got == *want {
		return ""
	}
	return fmt.Sprintf("expected the client to report %s %s, it did so %s", word, times(*want), times(got))
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// wrongState judges the state that the client reported last. One that was closed
// by the case is closed, whatever it says.
func wrongState(want string, c *cases.Case, k *transcript.Client) string {
	if want == "" || !k.Offers.Errors || c.Close != nil {
		return ""
	}
	got := stateOf(k)
	if got == "" || got == want {
		return ""
	}
	return fmt.Sprintf("expected the client to be %s in the end, by its own word it is %s", want, got)
}

// stateOf is the last state that the client spoke of before the runner closed
// it, "" if it spoke of none.
func stateOf(k *transcript.Client) string {
	state := ""
	for _, o := range k.Seen {
		switch {
		case o.Kind == transcript.SawOpen:
			state = cases.StateOpen
		case o.Kind == transcript.SawEvent && !k.Offers.Opens && state == cases.StateReconnecting:
			state = cases.StateOpen // it has no other word for it
		case o.Kind == transcript.SawError && o.Reconnecting == nil:
			state = ""
		case o.Kind == transcript.SawError && *o.Reconnecting:
			state = cases.StateReconnecting
		case o.Kind == transcript.SawError:
			state = cases.StateClosed
		}
	}
	return state
}

// factsWrong holds the facts of an EventSource object against the case. A fact
// may be told more than once, and must then be right each time.
func factsWrong(c *cases.Case, k *transcript.Client) string {
	names := make([]string, 0, len(c.Facts))
	for name := range c.Facts {
		names = append(names, name)
	}
	slices.Sort(names)
	here := hereOf(k)
	for _, name := range names {
		want := strings.NewReplacer("{{here}}", here, "{{elsewhere}}", k.Elsewhere,
			"{{origin}}", originOf(here), "{{elsewhere-origin}}", originOf(k.Elsewhere)).Replace(c.Facts[name])
		told := false
		for _, o := range k.Seen {
			got, has := o.Facts[name]
			if !has {
				continue
			}
			if told = true; got != want {
				return fmt.Sprintf("expected %s to be %s, it was %s", name, around(want, 0), around(got, 0))
			}
		}
		if !told {
			return fmt.Sprintf("expected %s to be %s, the client did not tell it", name, around(want, 0))
		}
	}
	return ""
}

// hereOf is the case's URL at the host that the client was sent to, which for a
// client with many hosts is not always the first.
func hereOf(k *transcript.Client) string {
	if len(k.Requests) == 0 || k.Requests[0].Elsewhere {
		return k.Here
	}
	host, ok := k.Requests[0].Value("Host")
	if !ok {
		return k.Here
	}
	scheme, rest, _ := strings.Cut(k.Here, "://")
	_, path, _ := strings.Cut(rest, "/")
	return scheme + "://" + host + "/" + path
}

// originOf is the scheme, host and port of a URL of the wire server.
func originOf(url string) string {
	scheme, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}
