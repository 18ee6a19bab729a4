module github.com/ssecheck/ssecheck/runner/adapters/go-sse-server

go 1.26.0

require github.com/ssecheck/ssecheck/runner/adapters/goserver v0.0.0

require github.com/tmaxmax/go-sse v0.12.0

replace github.com/ssecheck/ssecheck/runner/adapters/goserver => ../goserver
