package spec

// An Option sets up a [Decoder] or a [PushDecoder].
type Option func(*stream)

// options are what the options set.
type options struct {
	findings func(Finding)
	comments func([]byte)
	retries  func(int64)
	maxLine  int
	maxEvent int
}

// listened reports whether more is asked for than events and retries.
func (o *options) listened() bool { return o.findings != nil || o.comments != nil }

// WithFindings calls report for everything in the stream that is suspicious or
// wrong, in the order of the stream, before the event that the same line
// dispatches is handed out. A nil report turns findings off, which is the
// default and costs nothing.
func WithFindings(report func(Finding)) Option {
	return func(s *stream) { s.findings = report }
}

// WithComments calls report with the text of each comment: what follows the
// colon, without one leading space. The text is valid during the call only.
func WithComments(report func(text []byte)) Option {
	return func(s *stream) { s.comments = report }
}

// WithRetries calls report with each accepted reconnection time in
// milliseconds, when its line is interpreted and not at the dispatch. A number
// beyond the range of int64 is given as [math.MaxInt64].
func WithRetries(report func(ms int64)) Option {
	return func(s *stream) { s.retries = report }
}

// WithLastEventID sets the last event ID string that an earlier connection left.
func WithLastEventID(id string) Option {
	return func(s *stream) { s.setLastEventID(id) }
}

// WithMaxLine sets the limit for one line, in bytes as received and without its
// end; [DefaultMaxLine] when n is not positive.
func WithMaxLine(n int) Option {
	return func(s *stream) { s.maxLine = orDefault(n, DefaultMaxLine) }
}

// WithMaxEvent sets the limit for one event, its data and its type together, in
// bytes of decoded text; [DefaultMaxEvent] when n is not positive.
func WithMaxEvent(n int) Option {
	return func(s *stream) { s.maxEvent = orDefault(n, DefaultMaxEvent) }
}

func orDefault(n, def int) int {
	if n <= 0 {
		return def
	}
	return n
}

// setUp applies the options to a new stream.
func (s *stream) setUp(opts []Option) {
	s.maxLine, s.maxEvent = DefaultMaxLine, DefaultMaxEvent
	s.message = []byte(DefaultType)
	for _, opt := range opts {
		opt(s)
	}
	s.init()
}
