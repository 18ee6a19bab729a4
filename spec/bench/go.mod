module github.com/ssecheck/ssecheck/spec/bench

go 1.26.0

require github.com/ssecheck/ssecheck v0.0.0

require github.com/tmaxmax/go-sse v0.11.0

replace github.com/ssecheck/ssecheck => ../..
