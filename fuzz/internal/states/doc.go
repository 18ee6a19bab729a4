// Package states measures how much of the standard's reading an input exercises, so
// that a campaign against a black box knows which inputs are new.
//
// The reading is taken as two small machines, since the standard describes two: one
// reads bytes into lines, the other takes lines into blocks. They have 183 states; their
// product would have eight thousand, and tell little more.
//
// The first machine has 111, by its place in the line: at the start of the stream, of a
// line or after a CR whose LF may follow; within a byte order mark, at the start of the
// stream or, misplaced, of a line, or right after one; in a name, by how many letters
// of which known name have been met, beyond a known name, or in another name; after the
// colon or the space of each field and of an unknown one; in the value of each, of an
// id by whether a NUL was in it, of a retry by whether it is digits only and of how
// many bits; in a comment. Where other characters than ASCII may stand, each place is
// crossed with the states of the UTF-8 decoder. A transition is the state, the class of
// the next byte (or the end of the stream), and whether a cut, or an empty chunk,
// stands before it.
//
// The second machine has 72. It knows of the block how many data fields it has (none,
// one, more), whether its type is set, whether it has an id and an empty one, and of the
// stream whether the last event ID is set and an event was dispatched. A transition is
// the state, the kind of the next line, and how that comes: with LF, CR, CRLF, CRLF cut
// in two, or cut elsewhere.
package states
