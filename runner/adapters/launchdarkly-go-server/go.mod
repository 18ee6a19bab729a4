module github.com/ssecheck/ssecheck/runner/adapters/launchdarkly-go-server

go 1.26.0

require github.com/ssecheck/ssecheck/runner/adapters/goserver v0.0.0

require github.com/launchdarkly/eventsource v1.11.0

replace github.com/ssecheck/ssecheck/runner/adapters/goserver => ../goserver
