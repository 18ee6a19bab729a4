module github.com/ssecheck/ssecheck/runner/adapters/goserver

go 1.26.0
