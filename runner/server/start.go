package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

const (
	// startWait bounds the wait for the head of the first response.
	startWait = 10 * time.Second
	// lookWait bounds the wait for an event of a response that does not say
	// that it is an event stream.
	lookWait = 3 * time.Second
	// maxRedirects bounds the redirects that are followed before the run.
	maxRedirects = 10
	// The survey has seen enough after so many events, but not before it was
	// alone with the server for so much time, or saw many events at once: what a
	// stream uses shows by then.
	surveyEvents, surveyTime, surveyMany = 6, 1500 * time.Millisecond, 200
)

// A TargetError says why a run against a server cannot begin.
type TargetError struct {
	URL string
	// What came, or did not come, instead of an event stream.
	What string
	// Remedy is what to do about it.
	Remedy string
}

func (e *TargetError) Error() string { return e.URL + ": " + e.What + "; " + e.Remedy }

// Start visits the target once. The connection goes on as the survey, which
// shows what the stream uses, until Options.Observe has passed. The error is a [*TargetError] where the target is at fault.
func (s *Server) Start(ctx context.Context) error {
	target, err := s.prepare()
	if err != nil {
		return err
	}
	if err := s.opts.checkFiles(); err != nil {
		return err
	}
	if err := s.tryHops(ctx); err != nil {
		return err
	}
	if !s.slots.TryAcquire(1) {
		return errors.New("no connection is free for the first visit")
	}
	surveyed := false
	defer func() {
		if !surveyed {
			s.slots.Release(1)
		}
	}()
	survey, err := s.arrive(ctx, target)
	if err != nil {
		return err
	}
	surveyed = true
	s.survey = survey
	s.http2 = survey.snapshot().Proto == "HTTP/2.0"
	s.wait.Go(func() {
		s.watch()
		s.slots.Release(1)
	})
	return nil
}

// prepare checks what the user gave before anything is sent.
func (s *Server) prepare() (*url.URL, error) {
	target, err := url.Parse(s.address)
	if err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
		return nil, &TargetError{s.address, "this is no URL of a server", "write it as http://HOST:PORT/PATH or https://HOST/PATH"}
	}
	versions := map[string]string{"": target.Scheme, "1.1": target.Scheme, "2": "https", "h2c": "http"}
	scheme, known := versions[s.opts.HTTP]
	if !known {
		return nil, fmt.Errorf("there is no HTTP version %q to speak; there are 1.1, 2 and h2c", s.opts.HTTP)
	}
	if scheme != target.Scheme {
		return nil, &TargetError{s.address, "HTTP version " + s.opts.HTTP + " needs a URL with " + scheme + "://",
			"use 2 with https and h2c with http"}
	}
	target.Fragment = ""
	if s.dialer, err = newDialer(s.opts); err != nil {
		return nil, err
	}
	s.fields = s.ownFields(target, true)
	return target, s.prepareHops()
}

// ownFields are the request fields of the run: those of an event source, and
// those that the user gave. To another host than the user named goes nothing
// that may be a secret.
func (s *Server) ownFields(target *url.URL, trusted bool) []transcript.Field {
	fields := []transcript.Field{
		{Name: "Accept", Value: "text/event-stream"},
		{Name: "Cache-Control", Value: "no-cache"},
		{Name: "User-Agent", Value: s.opts.UserAgent},
	}
	if json.Valid(s.opts.Body) {
		fields = append(fields, transcript.Field{Name: "Content-Type", Value: "application/json"})
	}
	if !trusted {
		return fields
	}
	if password, ok := target.User.Password(); ok || target.User.Username() != "" {
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(target.User.Username(), password)
		fields = set(fields, "Authorization", r.Header.Get("Authorization"))
	}
	names := make([]string, 0, len(s.opts.Header))
	for name := range s.opts.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fields = without(fields, name)
		for _, value := range s.opts.Header[name] {
			if value != "" {
				fields = append(fields, transcript.Field{Name: name, Value: value})
			}
		}
	}
	return fields
}

// shown is the address as it may stand in a message.
func (s *Server) shown() string {
	if u, err := url.Parse(s.address); err == nil {
		return u.Redacted()
	}
	return s.address
}

// look visits s.target and returns when it is clear what answers there. stop
// must be called in any case, in the end.
func (s *Server) look(ctx context.Context) (*visit, context.CancelFunc, error) {
	// The survey outlives the start, but not its failure.
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	survey := open(background, s.dialer, cases.Survey, way{want: dialing{url: s.target}, r: s.base()}, time.Now(), false)
	patience := min(startWait, s.opts.Observe)
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answered := survey.wait(bounded, func(c *transcript.Conn) bool { return c.Answered() || c.Err != "" })
	c := survey.snapshot()
	switch {
	case ctx.Err() != nil:
		return survey, s.giveUp(survey, stop), context.Cause(ctx)
	case !answered:
		return survey, s.giveUp(survey, stop), &TargetError{s.target.Redacted(), fmt.Sprintf("it sends no response within %s", patience),
			"check that the server is not stuck, and that the URL is the right one"}
	case c.Err != "":
		return survey, s.giveUp(survey, stop), &TargetError{s.target.Redacted(), c.Err, s.remedy(c.Err)}
	}
	if next, err := redirect(c, s.target); next != nil || err != nil {
		return survey, stop, nil
	}
	if err := s.streams(ctx, survey); err != nil {
		return survey, s.giveUp(survey, stop), err
	}
	return survey, stop, nil
}

// giveUp returns a stop that waits, too.
func (s *Server) giveUp(v *visit, stop context.CancelFunc) context.CancelFunc {
	return func() {
		stop()
		<-v.done
	}
}

// streams tells whether an event stream answers: it says so, or it sends
// events all the same, so that its wrong words can be judged.
func (s *Server) streams(ctx context.Context, survey *visit) error {
	c := survey.snapshot()
	if c.Status == http.StatusOK && c.MediaType() == "text/event-stream" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, min(lookWait, s.opts.Observe))
	defer cancel()
	survey.wait(ctx, func(c *transcript.Conn) bool { return len(c.Events) > 0 || isOver(c) })
	if c = survey.snapshot(); len(c.Events) > 0 && c.Status/100 == 2 {
		return nil
	}
	return &TargetError{s.target.Redacted(), "it answers " + described(c), s.remedyFor(c.Status)}
}

// described says what came instead of an event stream.
func described(c *transcript.Conn) string {
	text := fmt.Sprintf("%d", c.Status)
	if name := http.StatusText(c.Status); name != "" {
		text += " " + name
	}
	if c.Status == http.StatusNoContent {
		return text
	}
	if media := c.Get("Content-Type"); media != "" {
		return fmt.Sprintf("%s with Content-Type %q and no event%s", text, clip(media), saying(c))
	}
	return text + " without a Content-Type and without an event" + saying(c)
}

// saying is the start of the body of an error, which often says what is wrong.
func saying(c *transcript.Conn) string {
	const most = 160
	text := strings.Join(strings.Fields(string(c.Body[:min(len(c.Body), most)])), " ")
	if c.Status < 400 || text == "" || c.Get("Content-Encoding") != "" {
		return ""
	}
	return fmt.Sprintf(", and says %q", text)
}

// watch tells when the survey has been left alone for long enough, when it has
// seen enough for the needs of most cases, and ends it when the run has observed
// for as long as it may: how a stream ends, and what comes late, shows in no
// shorter time.
func (s *Server) watch() {
	began := s.survey.began
	bounded, cancel := context.WithDeadline(context.Background(), began.Add(s.opts.Observe))
	defer cancel()
	early, cancel := context.WithDeadline(bounded, began.Add(surveyTime))
	defer cancel()
	s.survey.wait(early, func(c *transcript.Conn) bool { return len(c.Events) >= surveyMany || isOver(c) })
	close(s.calm)
	s.survey.wait(bounded, func(c *transcript.Conn) bool { return len(c.Events) >= surveyEvents || isOver(c) })
	close(s.enough)
	s.survey.wait(bounded, isOver)
	s.survey.leave(false)
	<-s.survey.done
}
