module github.com/ssecheck/ssecheck/runner/adapters/goclient

go 1.26.0
