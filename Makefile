# Tenement. `make help` lists the targets; all they need is Go, make and git,
# unless the target says more.

SHELL := /bin/bash
GO ?= go
BUILD := build
GOLANGCI_LINT := v2.12.2

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## both commands, into build/
	@mkdir -p $(BUILD)
	$(GO) build -o $(BUILD)/ ./cmd/loadgen ./cmd/mockimds

.PHONY: static
static: ## both commands, needing nothing beside them, into build/static
	@mkdir -p $(BUILD)/static
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $(BUILD)/static/ ./cmd/loadgen ./cmd/mockimds

SYSTEMS := linux darwin windows
PROCESSORS := amd64 arm64
.PHONY: cross
cross: ## build both commands for Linux, macOS and Windows
	@set -e; for system in $(SYSTEMS); do for processor in $(PROCESSORS); do \
	  echo "$$system/$$processor"; \
	  mkdir -p $(BUILD)/$$system-$$processor; \
	  CGO_ENABLED=0 GOOS=$$system GOARCH=$$processor $(GO) build -trimpath -ldflags='-s -w' \
	    -o $(BUILD)/$$system-$$processor/ ./cmd/loadgen ./cmd/mockimds; \
	done; done

# What decides a run or is in a report is computed without these; a conversion, as in
# float64(a*b) + c, keeps two operations apart. Other packages (recordings, charts) may
# have them.
.PHONY: portable
portable: ## the sums that arm64 computes in one step with a product, and so rounds differently
	@GOARCH=arm64 $(GO) build -gcflags='tenement/...=-S' ./cmd/... 2>&1 | grep -aE '\sFN?M(ADD|SUB)[DS]\s' | \
	  grep -aoE '\([^)]*\.go:[0-9]+\)' | sort | uniq -c

.PHONY: man
man: ## the manual pages of both commands, into build/man
	@mkdir -p $(BUILD)/man
	$(GO) test -count=1 -run=TestMan ./cmd/loadgen ./cmd/mockimds -man=$(abspath $(BUILD)/man)

.PHONY: sim
sim: build ## who goes without beside noisy neighbours, in virtual time (1 s)
	@$(BUILD)/loadgen run noisy-neighbour --engine sim

.PHONY: run
run: build ## the main job: the same over real HTTP, and as a page (80 s)
	@$(BUILD)/loadgen run noisy-neighbour -o $(BUILD)/noisy-neighbour.html

# Some packages wait on real clocks and networks: twice as many at a time as there are
# processors fill those waits.
.PHONY: test
test: ## all tests (collecting garbage seldom saves a sixth of their time)
	GOGC=400 $(GO) test -parallel=8 -p=$$((2 * $$(getconf _NPROCESSORS_ONLN))) ./...

# A program built for the detector sleeps a second before it exits, and scripts start
# hundreds of them: eight tests at a time fill those seconds. make test and make lint vet.
.PHONY: race
race: ## all tests under the race detector (needs a C compiler)
	GOGC=400 CGO_ENABLED=1 $(GO) test -race -vet=off -parallel=8 -timeout=20m ./...

# The linters' cache is this checkout's own: the shared one hands out findings
# under the paths of another checkout that has since gone.
.PHONY: lint
lint: $(BUILD)/golangci-lint ## the linters, which also keep the floors apart
	GOLANGCI_LINT_CACHE=$(abspath $(BUILD))/lint-cache $(BUILD)/golangci-lint run --allow-parallel-runners ./...

$(BUILD)/golangci-lint: Makefile
	@mkdir -p $(BUILD)
	GOBIN=$(abspath $(BUILD)) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT)
	@touch $@

.PHONY: bench
bench: ## the benchmarks, each beside what it is measured against
	$(GO) test -run='^$$' -bench=. -benchtime=1x -timeout=30m ./internal/bench
	$(GO) test -run='^$$' -bench=Decide/keys ./internal/throttle
	$(GO) test -run='^$$' -bench=Throughput -benchtime=10x ./internal/soak

.PHONY: golden
golden: ## rewrite the golden files from what the code does now
	$(GO) test ./reports ./reports/render ./profiles -update
	UPDATE_SCRIPTS=1 $(GO) test ./cmd/loadgen

OWN := noisy-neighbour fork-bomb imdsv2-token-storm pod-identity-rotation
CHECK := LOADGEN=$(BUILD)/loadgen BASELINES=reports/baselines RESULTS=$(BUILD)/ci RUN_FLAGS='--engine sim --seeds 20' ci/check
.PHONY: baselines
baselines: build ## what built-in profiles give today, into reports/baselines
	$(CHECK) --pin $(OWN)

.PHONY: check-baselines
check-baselines: build ## the same profiles beside their baselines: nothing moves unnoticed
	@$(CHECK) $(OWN) > $(BUILD)/check.txt || { code=$$?; cat $(BUILD)/check.txt; exit $$code; }

.PHONY: sdks
sdks: ## the page about the SDKs, docs/sdks.md, from the presets and the showdowns
	$(GO) test -count=1 -run=TestWriteSDKs ./cmd/loadgen -sdks=$(abspath docs/sdks.md)

.PHONY: pages
pages: ## the pages about fleets in time, starts and control planes (docs/fleets, starts, control), strategies, capacity and tuning, from runs
	$(GO) test -count=1 -run=TestWriteStrategies ./cmd/loadgen -strategies=$(abspath docs/strategies.md)
	$(GO) test -count=1 -timeout=30m -run='TestWritePages|TestWriteCapacity' ./cmd/loadgen -pages=$(abspath docs) -capacity-page=$(abspath docs/capacity.md)
	$(GO) test -count=1 -timeout=60m -run=TestWriteTuning ./cmd/loadgen -tuning=$(abspath docs/tuning.md)

.PHONY: soak
soak: ## the mock under load for minutes; writes docs/soak.md
	$(GO) test -count=1 -v -timeout=30m ./internal/soak -soak=30s -soak-report=$(abspath docs/soak.md)

TRIALS ?= 20000
.PHONY: tables
tables: ## how often a comparison raises a false alarm, and what it finds: TRIALS of each row
	$(GO) test -count=1 -run='Power|FalseAlarms|Boundary|Drift|Rates|CryWolf' ./reports/compare -trials $(TRIALS)

.PHONY: validate
validate: ## searches against what is known: closed forms, 400 searches of each coverage, 50 kills (5 min)
	$(GO) test -count=1 -v -timeout=60m -run='Builtin|Herd|Poisson|Coverage|Killed' ./internal/search -args -long
	$(GO) test -count=1 -v -timeout=60m -run='RandomSearch' ./internal/search/tune -args -long

SEEDS ?= 5000
.PHONY: agreement
agreement: ## play SEEDS random profiles and all built-ins through both engines, which must agree
	$(GO) test -count=1 -timeout=60m -run='RandomProfiles|EveryBuiltin' ./internal/live -seeds $(SEEDS) -most 2500

FUZZTIME ?= 20s
# Each execution of FuzzSecrets builds eight hosts and reads all that they write.
FUZZTIME_SECRETS ?= $(FUZZTIME)
# A package is built once for all its targets, and only where there are any. What they
# find is kept in build: executions count what is kept, and a shared store can use up all.
.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME each, and how often each was executed
	@mkdir -p $(BUILD)
	@set -e; fuzz=$(abspath $(BUILD))/fuzz; inputs=$(abspath $(BUILD))/fuzz-inputs; dirs=$$($(GO) list -f '{{.Dir}}' ./...); \
	for dir in $$dirs; do \
	  grep -qs '^func Fuzz' $$dir/*_test.go || continue; \
	  pkg=$$($(GO) list $$dir); cd $$dir; \
	  $(GO) test -c -fuzz=. -o $$fuzz.test .; \
	  targets=$$($$fuzz.test -test.list='^Fuzz'); \
	  for target in $$targets; do \
	    time=$(FUZZTIME); if [ $$target = FuzzSecrets ]; then time=$(FUZZTIME_SECRETS); fi; \
	    $$fuzz.test -test.paniconexit0 -test.run='^$$' -test.fuzz="^$$target\$$" -test.fuzztime=$$time -test.fuzzminimizetime=1s \
	      -test.fuzzcachedir=$$inputs/$$pkg > $$fuzz.log 2>&1 || { cat $$fuzz.log; exit 1; }; \
	    awk -v name="$$pkg $$target" '/execs:/ { for (i = 1; i <= NF; i++) { if ($$i == "execs:") n = $$(i+1); if ($$i == "elapsed:") s = $$(i+1); \
	      if ($$i == "interesting:") new = $$(i+1) } } END { sub(",", "", s); printf "%-50s %9d executions in %s, %d new inputs\n", name, n, s, new }' $$fuzz.log; \
	  done; done

.PHONY: test-html
test-html: build ## the HTML report in headless Chromium (needs chromium)
	@$(BUILD)/loadgen run noisy-neighbour --engine sim -o $(BUILD)/sim.html > /dev/null
	@$(BUILD)/loadgen run fork-bomb -o $(BUILD)/fork-bomb.html > /dev/null
	@$(BUILD)/loadgen run az-loss --seeds 1 -o $(BUILD)/az-loss.html > /dev/null
	@$(BUILD)/loadgen run cold-start -o $(BUILD)/cold-start.html > /dev/null
	@$(BUILD)/loadgen run deploy-storm --seeds 1 -o $(BUILD)/deploy-storm.html > /dev/null
	@$(BUILD)/loadgen capacity workers-per-host -q --vary fleet.worker.tasks=1..40 --by endpoint.limit.rate=20/s..80/s/10 \
	  --objective 'worker.failure_rate<=0.1%' -o $(BUILD)/frontier.html > /dev/null
	TENEMENT_PAGES="$(abspath $(addsuffix .html,$(addprefix $(BUILD)/,sim fork-bomb az-loss cold-start deploy-storm)))" \
	  TENEMENT_SEARCHES="$(abspath $(BUILD)/frontier.html)" $(GO) test -count=1 -tags browser -run Browser ./reports/render

# The SDKs go through their cells side by side: nearly all of the time is waiting.
SDKS ?=
.PHONY: conformance
conformance: ## the real SDKs against their presets (installs them; up to 25 min); writes docs/fidelity.md
	examples/drivers/install $(BUILD)/drivers $(SDKS)
	$(GO) test -count=1 -v -timeout=60m -run=TestConformance ./internal/conformance \
	  -drivers=$(abspath $(BUILD))/drivers $(if $(SDKS),,-table=$(abspath docs/fidelity.md))

.PHONY: drift
drift: ## the newest releases of the SDKs against the presets: prints what differs
	-examples/drivers/install --newest $(BUILD)/newest
	$(GO) test -count=1 -v -timeout=60m -run=TestConformance ./internal/conformance \
	  -drivers=$(abspath $(BUILD))/newest -drift

.PHONY: examples
examples: ## real SDKs against the mock, where they are installed
	examples/run

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BUILD)
