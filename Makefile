# Convoke: `make run` and `make test` need Go and nothing else.
SHELL := /bin/bash
GO ?= go
BIN := bin/convoke
LOAD := bin/load
GOLANGCI_LINT ?= $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
# Pure Go everywhere: one static binary.
export CGO_ENABLED := 0

.PHONY: help
help: ## Show what can be made.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the one binary into bin/.
	$(GO) build -trimpath -o $(BIN) ./bootstrap/convoke

.PHONY: run
run: build ## Build and run everything in one process, with embedded defaults.
	./$(BIN) serve

.PHONY: test
test: ## Test on embedded parts and on every real server that the machine has; installs nothing.
	$(GO) test ./...
	@$(GO) run ./test/report

.PHONY: test-real
test-real: ## Test on real Kafka, Postgres, Redis and a browser; fails where one is missing.
	CONVOKE_TEST_REAL=1 $(GO) test -count=1 -timeout 20m ./...

.PHONY: race
race: ## Test with the race detector (needs a C compiler); not what drives binaries that are built without it, or a browser.
	CGO_ENABLED=1 $(GO) test -race -short -timeout 15m $$($(GO) list ./... | grep -v -e /test/scenario -e /test/load -e /test/browser)

.PHONY: verify
verify: generate ## Fail on stale generated files, formatting, vet or lint.
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not gofmt-ed:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) mod tidy -diff
	$(GO) vet ./...
	$(GOLANGCI_LINT) run
	@test -z "$$(git status --porcelain)" || { echo "generated files are stale:"; git status --porcelain; exit 1; }

.PHONY: generate
generate: ## Regenerate what is generated.
	$(GO) tool wire ./bootstrap
	$(GO) tool templ generate -path adapters/web -log-level error
	$(GO) run ./adapters/web/client/types application/contract adapters/web/client/types.d.ts
	$(GO) run ./adapters/web/bundle adapters/web
	$(GO) run ./bootstrap/documents application/contract

.PHONY: fonts
fonts: ## Fetch the typefaces of the studio and the pages again (needs npm; pinned and checked).
	adapters/studio/fonts/fetch.sh
	adapters/web/fonts/fetch.sh

.PHONY: screenshots
screenshots: ## Take the pictures of the pages for the documents (needs Chromium).
	CONVOKE_TEST_REAL=1 CONVOKE_SCREENSHOTS=$(CURDIR)/docs/screenshots $(GO) test -count=1 -run '^TestScreenshots$$' ./test/scenario

.PHONY: gallery
gallery: ## Draw forty briefs into tmp/gallery (the picture of all needs Chromium).
	$(GO) run ./adapters/studio/gallery -out tmp/gallery
	adapters/studio/gallery/shot.sh tmp/gallery

.PHONY: bench
bench: build load ## Run the benchmarks of the hot paths, then measure the embedded product end to end.
	$(GO) test -run '^$$' -bench . -benchmem ./domain/... ./application/... ./adapters/... ./test/browser
	$(LOAD) jobs
	$(LOAD) replies
	$(LOAD) reads
	$(LOAD) watchers
	$(LOAD) scale --engines sqlite

.PHONY: bench-real
bench-real: build load ## Measure the product's roles on real Kafka, Postgres and Redis, end to end.
	$(LOAD) jobs --backends real
	$(LOAD) workers
	$(LOAD) replies --backends real --warm 15s --pgbench
	$(LOAD) replies --backends real --warm 15s --apis 2
	$(LOAD) reads --backends real --warm 15s
	$(LOAD) scale

.PHONY: load
load:
	$(GO) build -trimpath -o $(LOAD) ./test/load

.PHONY: fuzz
fuzz: ## Fuzz each decoder of outside bytes for a while.
	@for target in $$(grep -rhoE --include='*_test.go' '^func Fuzz\w+' . | awk '{print $$2}'); do \
	  package=$$(dirname $$(grep -rl --include='*_test.go' "func $$target(" .)); \
	  $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime 30s $$package || exit 1; done

.PHONY: clean
clean: ## Remove what was built. The data folder stays.
	rm -rf bin tmp
