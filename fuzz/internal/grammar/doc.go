// Package grammar makes inputs for readers of event streams that know the grammar of
// event streams
// (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream)
// and what is near to it: fields and what looks like one, values that one program or
// another takes for more than text, every line end, byte order marks, ill-formed UTF-8
// of every kind, and chunks that end where readers lose their place.
//
// Most inputs are short, since short ones are fast and shrink well, and most have an
// event in them, since otherwise a reader that is wrong has nothing to show it by.
package grammar
