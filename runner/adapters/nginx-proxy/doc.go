// Package nginxproxy holds a test alone: nginx as a reverse proxy in front of an
// event stream, as it comes and as it should be set. README.md says how to repeat
// it by hand.
package nginxproxy
