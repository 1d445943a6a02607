# What one does with this repository. `make` alone lists it.

GO       ?= go
ORACLE   ?= ../shared/oracle
SEED     ?= 1
COUNT    ?= 3000
BENCH    ?= .
RUNS     ?= 6
TIME     ?= 500ms
GROWTH   ?= .
PEERS    ?= .
SYSTEMS  ?= .
PEER_RUNS ?= 7
FUZZTIME ?= 30s

# The families of programs that the interpreter knows: a list, or "all".
FAMILIES := $(shell cat testdata/families)
ONLY     := $(if $(filter all,$(FAMILIES)),,--only $(FAMILIES))

# Where the benchmarks are that have a baseline beside them.
BENCHED := . coro eventloop futures locks queues runners streams taskgroups tasks threads timeouts

# Tools are run by version, so nothing is installed.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
BENCHSTAT   := golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da

.PHONY: help demo test race bench bench-growth peers peers-echo bench-all bench-compare lint conform traces mutate fuzz

help: ## list these
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## the tour
	$(GO) run ./cmd/demo

test: ## all tests, with the golden traces
	$(GO) test ./...

race: ## all tests under the race detector
	$(GO) test -race ./...

bench: ## the library beside plain Go, as ratios (RUNS=n, TIME=500ms for each)
	names=$$($(GO) run ./internal/ratios -names) && \
	for run in $$(seq $(RUNS)); do \
		$(GO) test -run '^$$' -bench "$$names" -benchtime $(TIME) $(BENCHED:%=./%) || exit; \
	done | $(GO) run ./internal/ratios

bench-growth: RUNS = 3
bench-growth: ## what becomes of a cost as there is more of everything, 1e3 to 1e6 (GROWTH=step|..., RUNS=n)
	$(GO) test -c -o bin/growth.test . && names=$$($(GO) run ./internal/ratios -names -growth | grep -E '$(GROWTH)') && \
	for run in $$(seq $(RUNS)); do \
		for name in $$names; do \
			bin/growth.test -test.run '^$$' -test.bench "$$name" -test.benchtime 100ms || exit; \
		done; \
	done | tee /dev/stderr | $(GO) run ./internal/ratios -growth

peers: ## small jobs beside asyncio, uvloop, Node, tokio, goroutines (PEERS=regexp of jobs, SYSTEMS=regexp, PEER_RUNS=7)
	$(GO) run ./internal/peers/tasks -runs $(PEER_RUNS) -jobs '$(PEERS)' -systems '$(SYSTEMS)'

peers-echo: ## echo servers beside those of the same, and of libuv (SYSTEMS=regexp, PEER_RUNS=7)
	$(GO) run ./internal/peers/echo -runs $(PEER_RUNS) -systems '$(SYSTEMS)'

bench-all: ## every benchmark there is (BENCH=regexp, RUNS=n)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -count $(RUNS) ./...

bench-compare: ## benchmarks of two commits, in turn (OLD=HEAD, NEW= for the tree as it is)
	BENCHSTAT=$(BENCHSTAT) .ci/bench-compare '$(or $(OLD),HEAD)' '$(NEW)' '$(BENCH)' $(RUNS)

lint: ## gofmt, vet, staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'gofmt these'; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

conform: ## random programs against CPython (SEED=n, COUNT=n; needs ORACLE and CPython 3.13)
	$(GO) build -o bin/conform ./cmd/conform
	PYENV_VERSION=3.13.0 $(ORACLE)/compare --seed $(SEED) --count $(COUNT) $(ONLY) -- bin/conform

traces: ## record the golden traces anew (needs ORACLE and CPython 3.13)
	ORACLE=$(abspath $(ORACLE)) testdata/record.sh

mutate: ## break each rule once and see that a check notices
	$(GO) run ./internal/mutate $(MUTATE)

fuzz: ## every fuzz target for FUZZTIME
	GO='$(GO)' .ci/fuzz '$(FUZZTIME)'
