// Package spec is the Server-Sent Events format of the WHATWG HTML standard,
// section 9.2, as code.
//
// It holds an [Event], a fast streaming [Decoder], an [Encoder], and the
// oracle ([Oracle]): a slow decoder that follows the standard's own steps one
// by one, against which the fast one is fuzzed.
//
// A Decoder reads from an io.Reader, a [PushDecoder] takes chunks; both can
// report a [Finding] for whatever in a stream is wrong or most likely not meant.
//
// The package reads and writes bytes and nothing else: it opens no connection,
// never reconnects, and depends on the standard library alone.
//
// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
package spec
