module github.com/ssecheck/ssecheck/runner/adapters/go-sse

go 1.26.0

require github.com/ssecheck/ssecheck/runner/adapters/goclient v0.0.0

require github.com/tmaxmax/go-sse v0.12.0

replace github.com/ssecheck/ssecheck/runner/adapters/goclient => ../goclient
