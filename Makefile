# make help lists the targets.
GO ?= go
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@latest
FUZZTIME ?= 30s
# Modules of their own, so that the main go.mod stays lean.
MODULES = $(patsubst %/go.mod,%,$(wildcard spec/*/go.mod runner/adapters/*/go.mod))

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: build
build: ## bin/ssecheck
	$(GO) build -o bin/ssecheck ./cmd/ssecheck

.PHONY: deps
deps: ## install what the tests need beside Go: npm packages, nginx with nchan, browsers
	@bash runner/adapters/install

# The adapters and mutants are there to be faulty, and are timed, and what is in fuzz
# plays thousands of streams; the race detector looks at the rest.
OWN = $$($(GO) list ./... | grep -vE '/runner/(adapters|mutants|server|suite|parser|encoder)|/cmd/ssecheck|/fuzz')
FUZZ = $$($(GO) list ./fuzz/... | grep -vE '/fuzz/(campaign|hostile|internal/blame)')
# The specs of these wait for processes, servers and real clients, so that several run at
# a time; the first ones have goroutines enough of their own for the race detector.
RACING = ./runner/server ./runner/parser ./runner/encoder ./fuzz/hostile
WAITING = ./runner/suite ./cmd/ssecheck ./runner/mutants ./fuzz/internal/blame ./fuzz/campaign ./runner/adapters
# The race detector sleeps a second at the end of a process, and tests start many.
export GORACE ?= atexit_sleep_ms=0
SPECS = $(GO) run github.com/onsi/ginkgo/v2/ginkgo --procs=6 --timeout=9m --no-color

.PHONY: test
test: deps ## all tests, most with the race detector
	$(GO) test -race -p 4 -timeout 8m $(OWN)
	$(GO) test -p 4 -timeout 8m $(FUZZ)
	$(SPECS) --race $(RACING)
	$(SPECS) -r $(WAITING)
	@for m in $(MODULES); do echo "== $$m"; (cd $$m && $(GO) test ./...) || exit 1; done

.PHONY: quick
quick: ## the Go tests without the race detector and the minutes of real clients
	$(GO) test -short ./...

.PHONY: real
real: deps ## the whole corpus on real clients and browsers, against their lists (minutes)
	$(SPECS) --label-filter=whole ./runner/adapters

.PHONY: lint
lint: ## gofmt, vet on three systems, staticcheck, govulncheck, the corpus
	@out=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "gofmt would change:"; echo "$$out"; exit 1; }
	$(GO) vet ./...
	GOOS=windows $(GO) vet ./...
	GOOS=darwin $(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) run ./cmd/ssecheck lint --complete cases
	@bash .ci/govulncheck $(GOVULNCHECK)

.PHONY: generate
generate: ## remake the generated files (JSON Schemas)
	$(GO) generate ./...

.PHONY: matrix
matrix: deps ## the corpus on all real implementations: tables and one report (matrix/)
	$(GO) run ./runner/adapters/matrix

.PHONY: stable
stable: ## the reference client 20 times on a busy machine: the same verdicts (minutes)
	$(GO) build -o bin/reference ./runner/adapters/reference
	$(GO) run ./runner/adapters/stable -runs 20 -- --client bin/reference

.PHONY: mutants
mutants: ## the table mutant x case: below each mutant the cases that kill it (minutes)
	$(GO) run ./runner/mutants/table -cases

.PHONY: fuzz
fuzz: ## every native fuzz target for FUZZTIME (30s), and what they found
	$(GO) run ./fuzz/internal/fuzzall -time $(FUZZTIME)

.PHONY: fuzz-native
fuzz-native: ## fuzz.Parser and fuzz.Encoder under go test -fuzz, as a user has them (a minute)
	SSECHECK_NATIVE=1 $(GO) test -count=1 ./fuzz/internal/parsefuzz ./fuzz/internal/emitfuzz

.PHONY: bench-fuzz
bench-fuzz: ## the fuzz targets beside an empty one and beside naive ones (minutes)
	$(GO) run ./fuzz/internal/fuzzbench

.PHONY: bench
bench: ## the decoder beside another one, in one run
	cd spec/bench && $(GO) run .
