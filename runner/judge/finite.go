package judge

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Not every stream is meant to go on: an answer that is written while it is made
// (a language model's, a JSON-RPC server's) is over when it is complete. Such
// streams say so with their last event, and then end.

// done is the data with which many streams of language models end.
const done = "[DONE]"

// lastTypes are event types with which streams say that they are complete.
var lastTypes = []string{
	"done", "end", "complete", "message_stop", "response.completed", "response.failed", "response.incomplete",
}

// finite tells whether the stream of the survey is an answer that came to its
// end: the server ended it in order after some events, and it said so, or it was
// the answer to a request with a method of its own.
func finite(p *transcript.Probe) bool {
	s := p.Survey
	if s == nil || s.End != transcript.EndClean || len(s.Events) == 0 {
		return false
	}
	return saysEnd(s) || p.Target.Method != "" && p.Target.Method != "GET"
}

// saysEnd tells whether the last event says that the stream is complete.
func saysEnd(c *transcript.Conn) bool {
	if len(c.Events) == 0 {
		return false
	}
	last := c.Events[len(c.Events)-1]
	return isDone(last) || slices.Contains(lastTypes, last.Type) || answerTo(last) != ""
}

func isDone(e transcript.Event) bool { return strings.TrimSpace(e.Data) == done }

// answerTo is the id of the request that an event answers, as JSON writes it;
// "" where it is no JSON-RPC response.
func answerTo(e transcript.Event) string {
	var response struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Result  json.RawMessage `json:"result"`
		Error   json.RawMessage `json:"error"`
	}
	if json.Unmarshal([]byte(e.Data), &response) != nil || response.Version != "2.0" || response.Result == nil && response.Error == nil {
		return ""
	}
	return string(response.ID)
}

// marksEnd is the index of the first event after which no other may come: [DONE],
// or the answer to the run's own request; -1 where there is none.
func marksEnd(c *transcript.Conn, asks string) int {
	return slices.IndexFunc(c.Events, func(e transcript.Event) bool {
		return isDone(e) || asks != "" && answerTo(e) == asks
	})
}
