# make demo    sees the whole system do its hourly job for one product     (PRODUCT=dma)
# make test    sets itself up, lints, and runs all tests
# make build   bin/usagedata and bin/products/<product>/{profile.yaml,plugin,plugin.sha256}
# make lint, make generate, make dictionary, make leaktest, make bench, make kills, make simulate, make shelf, make kernel, make conformance, make fuzz, make clean

SHELL    := /bin/bash
PRODUCT  ?= dma
BIN      ?= bin
VERSION  ?= $(shell git describe --tags --match 'v*' --dirty 2>/dev/null | sed 's/^v//' | grep . || echo 0.1.0)
PRODUCTS := $(patsubst plugins/%/profile.yaml,%,$(wildcard plugins/*/profile.yaml))
MODULE   := polycom.com/usagedata

export CGO_ENABLED ?= 0
RACE     ?=
GOBUILD  := go build $(RACE) -trimpath -tags grpcnotrace
LDFLAGS  := -s -w -X main.version=$(VERSION) -X $(MODULE)/core/sdk.Version=$(VERSION)

.PHONY: build demo test lint generate dictionary leaktest bench kills simulate shelf kernel conformance fuzz clean setup

build:
	$(GOBUILD) -ldflags '$(LDFLAGS)' -o $(BIN)/usagedata ./cmd/host
	@for p in $(PRODUCTS); do $(MAKE) --no-print-directory $(BIN)/products/$$p || exit 2; done

# An installed product is a folder; the plugin's checksum is written as sha256sum does, so that it can check it.
$(BIN)/products/%: FORCE
	@mkdir -p $@
	$(GOBUILD) -ldflags '$(LDFLAGS)' -o $@/plugin ./plugins/$*
	@cp plugins/$*/profile.yaml $(wildcard plugins/$*/usage_data.sql) $@/
	@cd $@ && sha256sum plugin > plugin.sha256 && chmod go-w . *
FORCE:

# The demonstration: real processes on loopback only, at any minute of the hour. See test/cmd/demo.
demo: setup build
	@$(GOBUILD) -o $(BIN)/test/ ./test/cmd/appliance ./test/cmd/collectionpoint ./test/cmd/demo
	@$(BIN)/test/demo -product $(PRODUCT) -bin $(BIN) -out build/demo/$(PRODUCT)

# Screenshots of the pages stay in build/artefacts.
export USAGEDATA_ARTEFACTS ?= $(abspath build/artefacts)

test: setup lint
	CGO_ENABLED=1 go test -race ./...

lint: setup
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "lint: run gofmt -w on:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go mod tidy -diff
	@test/generated.sh
	@go test -run TestPagesAreFresh ./core/dictionary

# Writes core/wire/pluginpb anew from core/wire/plugin.proto.
generate: setup
	@test/generated.sh write

# Writes plugins/<product>/dictionary.md anew from each profile.
dictionary:
	@mkdir -p build
	@for p in $(PRODUCTS); do \
		go run ./cmd/host dictionary --profile plugins/$$p >build/dictionary.md && mv build/dictionary.md plugins/$$p/dictionary.md || exit 2; \
	done

# Whole cycles over real processes, and the rooms that cost most. Figures, not verdicts.
bench:
	@$(MAKE) --no-print-directory build
	go test -run '^$$' -bench . -benchmem ./core/...
	CGO_ENABLED=0 go test -run '^$$' -bench . -benchtime 20x ./test/e2e

# What gets through of labelled identifiers: our own lines, and those in LEAK_DATA where that folder is there. Fails on a leak.
LEAK_DATA  ?= $(wildcard ../shared/data/leak)
LEAK_LINES := $(wildcard test/leak/testdata/*.jsonl core/anonymize/testdata/*.jsonl) $(if $(LEAK_DATA),$(wildcard $(LEAK_DATA)/*.jsonl))
export USAGEDATA_LEAK_DATA ?= $(abspath $(LEAK_DATA))

leaktest:
	@$(GOBUILD) -o $(BIN)/test/ ./test/cmd/leaktest
	@echo "as text:"; $(BIN)/test/leaktest $(LEAK_LINES)
	@echo "as fields of their kind:"; $(BIN)/test/leaktest -typed $(LEAK_LINES)

# Hosts that are killed with SIGKILL at random moments of their cycles: nothing is lost, nothing counts twice.
KILLS ?= 500
kills:
	CGO_ENABLED=0 go test -run TestKilledHosts -v ./test/e2e -args -kills $(KILLS)

# Appliance-years of hourly cycles under seeded faults, on all cores; a seed that fails is printed and replays. make test has ten.
YEARS ?= 1000
SEED  ?= 1
simulate:
	GOGC=400 go test ./test/simulate -run '^TestYears$$' -timeout 0 -count 1 -v -args -years $(YEARS) -seed $(SEED)

# Every misbehaving plugin once, and CYCLES cycles in one host; `make shelf CYCLES=1000` is the full one.
CYCLES ?= 60
shelf: setup build
	@CGO_ENABLED=0 $(GOBUILD) -o $(BIN)/test/ ./test/cmd/shelf ./test/plugins/misbehave
	@$(BIN)/test/shelf -host $(BIN)/usagedata -plugin $(BIN)/test/misbehave -cycles $(CYCLES)

# The plugin's confinement on another kernel, Debian's own, with control groups of version 2 and an older Landlock: in an emulated machine. Wants root.
kernel: setup
	@test/kernel.sh build/kernel

# The conformance suite: on the plugins of all products, each with what it has, or on PRODUCT's if one is named; and on the plugins that are
# broken on purpose. Reports in build/conformance/<product>/. A product that measures for a second does so COLLECTS times.
COLLECTS ?= 200
conformance: setup build
	@CGO_ENABLED=0 $(GOBUILD) -ldflags '-s -w' -o $(BIN)/test/ ./test/cmd/conformance ./test/cmd/products
	@$(BIN)/test/products -bin $(BIN) -out build/conformance -collects $(COLLECTS) $(if $(filter file,$(origin PRODUCT)),,-products $(PRODUCT) -python=false -self-test=false)

# Every fuzzer, for FUZZTIME each.
FUZZTIME ?= 10s
fuzz:
	@FUZZTIME=$(FUZZTIME) test/fuzz.sh

setup:
	@test/setup.sh

clean:
	rm -rf bin build
