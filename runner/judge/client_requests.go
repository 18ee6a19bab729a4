package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

const microsecond = time.Microsecond

// requestsWrong holds each request that came against what the case demands of
// it.
func requestsWrong(c *cases.Case, k *transcript.Client) string {
	for i := range c.Connections {
		demand := c.Connections[i].Request
		if i >= len(k.Requests) {
			return lateRequest(c, k, i)
		}
		if demand == nil {
			continue
		}
		x := k.Requests[i]
		for _, find := range []func(*cases.RequestCheck, *transcript.Exchange, *transcript.Client) string{
			wrongMethod, wrongPlace, wrongHeader, wrongMembers, wrongLikeness, wrongBody, wrongTime,
		} {
			if wrong := find(demand, x, k); wrong != "" {
				return fmt.Sprintf("request %d: %s", i+1, wrong)
			}
		}
	}
	return ""
}

// lateRequest says that request i, counted from 0, did not come.
func lateRequest(c *cases.Case, k *transcript.Client, i int) string {
	want := len(c.Connections)
	if c.Finally != nil && c.Finally.Requests != nil {
		want = *c.Finally.Requests
	}
	if i >= want {
		return ""
	}
	if i == 0 {
		return "expected a request, none came"
	}
	before := k.Requests[i-1]
	if before.Ended == 0 {
		return fmt.Sprintf("expected %s, got %d: connection %d did not come to its end%s", requests(want), len(k.Requests), i, inVain(k))
	}
	return fmt.Sprintf("expected %s, got %d: none came after the end of connection %d", requests(want), len(k.Requests), i)
}

func wrongMethod(d *cases.RequestCheck, x *transcript.Exchange, _ *transcript.Client) string {
	if d.Method == "" || d.Method == x.Method {
		return ""
	}
	return fmt.Sprintf("expected the method %s, got %s", d.Method, around(x.Method, 0))
}

func wrongPlace(d *cases.RequestCheck, x *transcript.Exchange, _ *transcript.Client) string {
	at := map[bool]string{false: cases.AtHere, true: cases.AtElsewhere}[x.Elsewhere]
	switch {
	case d.At != "" && d.At != at:
		return fmt.Sprintf("expected it at the origin called %s, it came to the one called %s", d.At, at)
	case d.Path != "" && d.Path != pathOf(x):
		return fmt.Sprintf("expected the path %s below the case's URL, got %s", d.Path, around(pathOf(x), 0))
	}
	return ""
}

// pathOf is the path below the case's URL, with the query.
func pathOf(x *transcript.Exchange) string {
	if _, query, has := strings.Cut(x.Target, "?"); has {
		return x.Path + "?" + query
	}
	return x.Path
}

func wrongHeader(d *cases.RequestCheck, x *transcript.Exchange, _ *transcript.Client) string {
	for _, f := range d.Header {
		got, there := x.Value(f.Name)
		right := slices.ContainsFunc(f.Values, func(want *string) bool {
			if want == nil {
				return !there
			}
			return there && got == *want
		})
		if !right {
			return fmt.Sprintf("expected %s, got %s", wanted(f), field1(f.Name, got, there))
		}
	}
	return ""
}

// wanted says which values of a field are right.
func wanted(f cases.FieldCheck) string {
	words := make([]string, len(f.Values))
	for i, v := range f.Values {
		if v == nil {
			words[i] = "no " + f.Name
		} else {
			words[i] = f.Name + ": " + around(*v, 0)
		}
	}
	return strings.Join(words, " or ")
}

func field1(name, value string, there bool) string {
	if !there {
		return "no " + name
	}
	return name + ": " + around(value, 0)
}

// wrongMembers looks for a member of a list, such as a media type in Accept, in
// any case and whatever parameters it has.
func wrongMembers(d *cases.RequestCheck, x *transcript.Exchange, _ *transcript.Client) string {
	names := make([]string, 0, len(d.Includes))
	for name := range d.Includes {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		got, there := x.Value(name)
		has := slices.ContainsFunc(strings.Split(got, ","), func(member string) bool {
			essence, _, _ := strings.Cut(member, ";")
			return strings.EqualFold(strings.TrimSpace(essence), d.Includes[name])
		})
		if !has {
			return fmt.Sprintf("expected %s among the values of %s, got %s", d.Includes[name], name, field1(name, got, there))
		}
	}
	return ""
}

func wrongLikeness(d *cases.RequestCheck, x *transcript.Exchange, k *transcript.Client) string {
	for _, name := range d.LikeFirst {
		want, had := k.Requests[0].Value(name)
		got, has := x.Value(name)
		if had != has || want != got {
			return fmt.Sprintf("expected %s as in the first request, got %s", field1(name, want, had), field1(name, got, has))
		}
	}
	return ""
}

func wrongBody(d *cases.RequestCheck, x *transcript.Exchange, _ *transcript.Client) string {
	switch {
	case d.Body == nil || *d.Body == string(x.Body):
		return ""
	case *d.Body == "":
		return fmt.Sprintf("expected no body, got %s", around(string(x.Body), 0))
	}
	return fmt.Sprintf("expected the body %s, got %s", around(*d.Body, 0), around(string(x.Body), 0))
}

// tolerance is by how much a request may be early: clocks of timers tick in
// milliseconds, and some round down.
func tolerance(atLeast time.Duration) time.Duration { return 3*time.Millisecond + atLeast/20 }

// wrongTime holds the time since the end of the connection before, by the
// server's own clock, against the bounds.
func wrongTime(d *cases.RequestCheck, x *transcript.Exchange, k *transcript.Client) string {
	if d.After == nil || x.Number < 2 {
		return ""
	}
	atLeast, atMost := d.After.Bounds()
	before := k.Requests[x.Number-2]
	switch {
	case before.Reused && before.Cut:
		// HTTP itself lets a client send a request again at once when a connection
		// that served before is lost: https://httpwg.org/specs/rfc9112.html#persistent.retries
		return ""
	case before.Ended == 0 || x.After < 0:
		return fmt.Sprintf("expected it after connection %d had ended, it came before", x.Number-1)
	case x.After < atLeast-tolerance(atLeast):
		return fmt.Sprintf("expected it %s or more after connection %d had ended, it came after %s",
			atLeast, x.Number-1, x.After.Round(100*microsecond))
	case atMost > 0 && x.After > atMost:
		return fmt.Sprintf("expected it at most %s after connection %d had ended, it came after %s",
			atMost, x.Number-1, x.After.Round(time.Millisecond))
	}
	return ""
}
