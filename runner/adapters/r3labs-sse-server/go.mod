module github.com/ssecheck/ssecheck/runner/adapters/r3labs-sse-server

go 1.26.0

require github.com/ssecheck/ssecheck/runner/adapters/goserver v0.0.0

require github.com/r3labs/sse/v2 v2.10.0

require (
	golang.org/x/net v0.0.0-20191116160921-f9c825593386 // indirect
	gopkg.in/cenkalti/backoff.v1 v1.1.0 // indirect
)

replace github.com/ssecheck/ssecheck/runner/adapters/goserver => ../goserver
