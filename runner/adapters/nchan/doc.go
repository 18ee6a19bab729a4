// Package nchan holds a test alone: the probe cases on nginx with nchan, an
// event server that nobody here wrote. README.md says how to repeat it by hand.
package nchan
