// Package eventsourceparser holds a test alone: the stream cases on npm
// eventsource-parser, a parser that nobody here wrote. README.md says how to
// repeat it by hand.
package eventsourceparser
