// Package hostile fuzzes servers of event streams: it sends requests that HTTP allows and
// that clients rarely send, and watches what becomes of them and of others.
//
// A [Request] is the ordinary request for the stream with oddities: a last event ID that no
// server has given, fields in another order, a byte at a time, a reset in the middle.
// [Kinds] lists what there is. Each known value of each kind is played alone first, then
// mixtures of several. All of them follow from the seed.
//
// A response deviates when it is a 5xx, when there is none, when it is no HTTP or no event
// stream where ordinary requests get one, and when a line of it is the request's own: each
// request holds letters and digits that no other has. A control, an ordinary subscriber,
// stays all the time, and must not be cut off, held up, or given anything that it would not
// get else. A 4xx is always right.
//
// What deviates is played again alone, twice, and must not show with ordinary requests
// instead; it is made as small as it can be, laid to the requirement that it breaks, and
// told once, with a command line that shows it again.
//
// Requests go over HTTP/1.1 and HTTP/1.0, since they are about bytes that HTTP/2 has no
// place for. Nothing is sent to a host other than this one unless its owner says so, and
// redirects are not followed. Of a server's memory and files nothing is seen.
package hostile
