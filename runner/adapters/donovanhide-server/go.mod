module github.com/ssecheck/ssecheck/runner/adapters/donovanhide-server

go 1.26.0

require github.com/ssecheck/ssecheck/runner/adapters/goserver v0.0.0

require github.com/donovanhide/eventsource v0.0.0-20210830082556-c59027999da0

replace github.com/ssecheck/ssecheck/runner/adapters/goserver => ../goserver
