package cases

import "github.com/ssecheck/ssecheck/cases/strictyaml"

// demands says that something of a client must hold at the end.
func (f *Finally) demands() bool {
	return f != nil && (f.State != "" || f.Requests != nil || f.Opens != nil || f.Errors != nil || f.Disconnected)
}

// checkFinallyOfStream looks at what must hold at the end of a stream.
func checkFinallyOfStream(c *Case, at strictyaml.Node) {
	if at.IsEmptyMapping() {
		at.Errorf("leave the key out", "a finally that demands nothing")
	}
	for _, key := range []string{"state", "requests", "opens", "errors", "disconnected"} {
		if at.Has(key) {
			at.Key(key).Errorf("connections: [...]", "%s is seen of clients only, in a case of the kind %s", key, KindConnections)
		}
	}
	if t := c.Finally.ReconnectionTime; t != nil && *t < 0 {
		at.At("reconnection-time").Errorf("", "a reconnection time is 0 ms or more, got %d", *t)
	}
	checkFlag(at, "no-reconnection-time", c.Finally.NoReconnectionTime)
	if c.Finally.ReconnectionTime != nil && c.Finally.NoReconnectionTime {
		at.Key("no-reconnection-time").Errorf("leave one of the two out", "a reconnection time at the end, and none")
	}
}

// timesOfStream are the keys of finally that only a parser can show.
var timesOfStream = []string{"reconnection-time", "no-reconnection-time"}

// checkFinallyOfClient looks at what must hold of a client at the end.
func checkFinallyOfClient(c *Case, at strictyaml.Node) {
	f := c.Finally
	if at.IsEmptyMapping() {
		at.Errorf("leave the key out", "a finally that demands nothing")
	}
	for _, key := range timesOfStream {
		if !at.Has(key) {
			continue
		}
		at.Key(key).Errorf("request: {after: {at-least: 10ms}} on the connection after it",
			"no client tells its reconnection time: it is seen in when it comes back")
	}
	if at.At("state").Kind() == strictyaml.Text {
		checkWord(at.At("state"), f.State, "state of a client", []string{StateOpen, StateReconnecting, StateClosed})
	}
	checkCount(at.At("requests"), f.Requests)
	checkCount(at.At("opens"), f.Opens)
	checkCount(at.At("errors"), f.Errors)
	checkFlag(at, "disconnected", f.Disconnected)
	done := c.Close != nil || f.State == StateClosed
	if f.Disconnected && !done {
		at.Key("disconnected").Errorf("close: ..., or state: closed", "a client that is not done keeps its connection")
	}
	if c.Close != nil && (f.State == StateOpen || f.State == StateReconnecting) {
		at.At("state").Errorf("state: closed, or leave it out", "the case closes the client, which is then not %s", f.State)
	}
	for i := range c.Connections {
		if c.Connections[i].Refuse != "" && f.Errors != nil {
			at.Key("errors").Errorf("leave it out", "a client may be refused any number of times, with an error each")
			break
		}
	}
}

// checkCount demands a number that can be counted.
func checkCount(at strictyaml.Node, count *int) {
	if count != nil && *count < 0 && at.Kind() == strictyaml.Number {
		at.Errorf("", "a count is 0 or more, got %d", *count)
	}
}
