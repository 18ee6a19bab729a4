package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// arrive follows redirects until an event stream answers. It stays with the host
// that the user named: no request goes to another, and nothing that may be a
// secret to another port or without TLS.
func (s *Server) arrive(ctx context.Context, target *url.URL) (*visit, error) {
	home := target
	way := []string{target.Redacted()}
	for {
		s.target = target
		survey, stop, err := s.look(ctx)
		if err != nil {
			stop()
			return nil, err
		}
		next, err := redirect(survey.snapshot(), target)
		if next == nil && err == nil {
			s.stop = stop
			return survey, nil
		}
		stop()
		<-survey.done
		if err == nil {
			err = s.follows(way, home, next)
		}
		if err != nil {
			return nil, err
		}
		way = append(way, next.Redacted())
		target = next
		s.fields = s.ownFields(target, trusts(home, target))
	}
}

// follows says why a redirect is not followed.
func (s *Server) follows(way []string, home, next *url.URL) error {
	const served = "give the URL that the stream is served at"
	switch {
	case slices.Contains(way, next.Redacted()):
		return &TargetError{s.shown(), "it redirects in a circle: " + strings.Join(append(way, next.Redacted()), " -> "), served}
	case len(way) > maxRedirects:
		return &TargetError{s.shown(), fmt.Sprintf("it redirects more than %d times: %s", maxRedirects, strings.Join(way, " -> ")), served}
	case s.dialer.unixSocket != "" && next.Host != home.Host:
		return &TargetError{s.shown(), "it redirects to " + next.Redacted() + ", which is not behind the Unix socket", served}
	case !strings.EqualFold(next.Hostname(), home.Hostname()):
		return &TargetError{s.shown(), "it redirects to another host, " + next.Redacted() + ", which was not named and is not visited",
			"give that URL if it is the one that you mean"}
	case s.opts.Method != http.MethodGet && s.opts.Method != http.MethodHead:
		return &TargetError{s.shown(), "it redirects a " + s.opts.Method + " to " + next.Redacted() + ", and nothing says whether it may be sent again", "give that URL"}
	}
	return nil
}

// trusts tells whether what may be a secret goes to the place to which the user's
// own URL redirects: the same one, or the same host with TLS instead of without.
func trusts(home, next *url.URL) bool {
	if home.Scheme == next.Scheme {
		return hostPort(home) == hostPort(next)
	}
	return home.Scheme == "http" && home.Port() == "" && next.Port() == ""
}

// redirect is where a response sends its client, nil when nowhere.
func redirect(c *transcript.Conn, from *url.URL) (*url.URL, error) {
	location := c.Get("Location")
	if !slices.Contains([]int{301, 302, 303, 307, 308}, c.Status) || location == "" {
		return nil, nil
	}
	next, err := from.Parse(location)
	if err != nil || next.Scheme != "http" && next.Scheme != "https" || next.Host == "" {
		return nil, &TargetError{from.Redacted(), fmt.Sprintf("it redirects to %q, which is no http or https URL", clip(location)),
			"give the URL that the stream is served at"}
	}
	next.Fragment = ""
	return next, nil
}
