package cases

import "slices"

// A NeedDoc is one word of the vocabulary of needs: what the stream must show
// before a probe can be judged.
type NeedDoc struct {
	Name string
	// Doc says what must show.
	Doc string
	// Unused tells the kind of the skip when it does not show: the stream does
	// not use an optional feature (true), or something that should have come
	// did not come in time (false).
	Unused bool
}

// NeedVocabulary lists every need that a probe may name.
func NeedVocabulary() []NeedDoc {
	return []NeedDoc{
		{Name: "events", Doc: "at least one event arrived on the survey"},
		{Name: "three-events", Doc: "at least three events arrived on the survey"},
		{Name: "ids", Doc: "events have an id field", Unused: true},
		{Name: "retry", Doc: "the stream sets a reconnection time", Unused: true},
		{Name: "http-1", Doc: "the run may speak HTTP/1.1 (no --http 2 or h2c)", Unused: true},
		{Name: "http-2", Doc: "the run speaks HTTP/2 (an https target that offers it, or --http h2c)", Unused: true},
		{Name: "via", Doc: "the run names a way through a proxy (--via)", Unused: true},
		{Name: "watch-65s", Doc: "the run is willing to watch for more than a minute (--observe 65s or more)", Unused: true},
		{Name: "comments", Doc: "the stream holds comments", Unused: true},
		{Name: "loopback", Doc: "the server is on the loopback interface or a Unix socket, where a request that may bring it down disturbs nobody else", Unused: true},
		{Name: "get", Doc: "the run's method is GET", Unused: true},
		{Name: "json-rpc", Doc: "the run's body is a JSON-RPC request", Unused: true},
		{Name: "end-mark", Doc: "an event of the stream says that it is complete: the data [DONE], or the answer to the run's JSON-RPC request", Unused: true},
		{Name: "finite", Doc: "the stream is an answer that comes to its end: it says so, or the run's method is not GET", Unused: true},
		{Name: "server-ends", Doc: "the server ended the stream of the survey itself", Unused: true},
		{Name: "open-stream", Doc: "the server did not end the stream of the survey", Unused: true},
		{Name: "quiet-or-ended", Doc: "the survey lasted 31 s (--observe 31s or more), or was ended by the server after 5 s of silence"},
		{Name: "quiet-30s", Doc: "the survey lasted 31 s (--observe 31s or more)"},
	}
}

// knownNeed tells whether the word is in the vocabulary.
func knownNeed(name string) bool {
	return slices.ContainsFunc(NeedVocabulary(), func(n NeedDoc) bool { return n.Name == name })
}
