module github.com/ssecheck/ssecheck/runner/adapters/launchdarkly-go

go 1.26.0

require (
	github.com/launchdarkly/eventsource v1.11.0
	github.com/ssecheck/ssecheck/runner/adapters/goclient v0.0.0
)

replace github.com/ssecheck/ssecheck/runner/adapters/goclient => ../goclient
