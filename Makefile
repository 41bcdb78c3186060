# make demo    runs one hourly cycle of the whole system for one product     (PRODUCT=dma)
# make test    installs missing programs, lints, and runs all tests
# make build   bin/usagedata, bin/products/<product>/{profile.yaml,plugin,plugin.sha256} and bin/usagedata-collect
# make lint, make later, make generate, make dictionary, make manuals, make leaktest, make bench, make fleet-load, make kills, make receiver-kills, make hours, make withdrawals, make simulate, make planted, make wire, make large, make shelf, make kernel, make conformance, make fuzz, make package, make package-collect, make module, make suite, make installed, make fips, make systemd, make clean

SHELL    := /bin/bash
PRODUCT  ?= dma
BIN      ?= bin
VERSION  ?= $(shell git describe --tags --match 'v*' --dirty 2>/dev/null | sed 's/^v//' | grep . || echo 0.1.0)
PRODUCTS := $(patsubst plugins/%/profile.yaml,%,$(wildcard plugins/*/profile.yaml))
MODULE   := polycom.com/usagedata

export CGO_ENABLED ?= 0
# These flags are for every go command, also of lint and inside tests: the same flags let them share the build cache, and -trimpath
# lets clones in other folders share it.
export GOFLAGS := $(filter-out -trimpath -tags=grpcnotrace,$(shell go env GOFLAGS)) -trimpath -tags=grpcnotrace
# A program with the race detector sleeps for a second before it exits, unless GORACE says otherwise. Tests start a thousand such programs.
export GORACE  ?= atexit_sleep_ms=0
RACE     ?=
GOBUILD  := go build $(RACE)
LDFLAGS  := -s -w -X main.version=$(VERSION) -X $(MODULE)/core/sdk.Version=$(VERSION)

.PHONY: build appliance demo test unraced later lint generate dictionary manuals manuals-collect leaktest bench fleet-load kills receiver-kills hours withdrawals simulate planted wire large shelf kernel conformance fuzz package packageable package-collect module suite installed fips systemd clean setup

build: appliance $(BIN)/usagedata-collect

# The programs of an appliance.
appliance:
	$(GOBUILD) -ldflags '$(LDFLAGS)' -o $(BIN)/usagedata ./cmd/host
	@for p in $(PRODUCTS); do $(MAKE) --no-print-directory $(BIN)/products/$$p || exit 2; done

# An installed product is a folder; plugin.sha256 has the format of sha256sum.
$(BIN)/products/%: FORCE
	@mkdir -p $@
	$(GOBUILD) -ldflags '$(LDFLAGS)' -o $@/plugin ./plugins/$*
	@cp plugins/$*/profile.yaml $(wildcard $(addprefix plugins/$*/,usage_data.sql logo.svg logo.png)) $@/
	@cd $@ && sha256sum plugin > plugin.sha256 && chmod go-w . *

# The vendor's side is a module of its own, so that its libraries are neither in an appliance nor in a plugin.
$(BIN)/usagedata-collect: FORCE
	go build -C collect $(RACE) -ldflags '-s -w -X main.version=$(VERSION)' -o $(abspath $@) ./cmd/usagedata-collect
FORCE:

# The demonstration: real processes on loopback only, at any minute of the hour. See test/cmd/demo.
demo: setup build
	@$(GOBUILD) -o $(BIN)/test/ ./test/cmd/appliance ./test/cmd/collectionpoint ./test/cmd/demo
	@$(BIN)/test/demo -product $(PRODUCT) -bin $(BIN) -out build/demo/$(PRODUCT)

# Screenshots of the pages stay in build/artefacts.
export USAGEDATA_ARTEFACTS ?= $(abspath build/artefacts)

# One more package than processors runs at a time, because most tests also wait for processes and time limits. The packages that take longest start
# first: wire waits minutes for its network, and would leave the processors idle at the end. Lint has run go vet. Nobody debugs these programs, and
# without tables for a debugger they are linked faster. Tests of whole programs copy those of build.
LONGEST := ./test/wire ./test/e2e ./test/page
test: setup lint build unraced
	@$(GOBUILD) -o $(BIN)/test/ ./test/cmd/failures
	@export CGO_ENABLED=1 USAGEDATA_TEST_BUILT=$(abspath $(BIN)); flags="-json -race -vet=off -ldflags=-w -p $$(($$(nproc) + 1)) -timeout 18m"; \
		set -o pipefail; { go test $$flags $(LONGEST) ./... && go -C collect test $$flags ./...; } | $(BIN)/test/failures -race

# The bugs planted in the simulation are found, and longer forms of some tests run, without the race detector.
unraced: setup
	CGO_ENABLED=0 go test -vet=off -run '^(TestPlantedBugsAreFound|TestSeedsReplay|TestNothingIsWithheldByChance)$$' ./test/simulate ./test/leak

# Runs all tests with a clock that is AHEAD years ahead, without the race detector, to find tests that depend on the date. Programs that are not
# written in Go see the present time; so do the plugins in Python and Node, whose handshake with a host of another time fails.
AHEAD ?= 4
later: setup
	CGO_ENABLED=0 test/later.sh build/later $(AHEAD) go test -vet=off -p $$(($$(nproc) + 1)) -timeout 30m $$(go list ./... | grep -vE '^$(MODULE)/test/plugins/(python|node)$$')
	CGO_ENABLED=0 test/later.sh build/later $(AHEAD) go -C collect test -vet=off ./...

# Functions that no command and no plugin calls, and that stay: the SDK is for authors, generated code is complete, fmt and log/slog find a key's
# methods, authors' tests log as text, tests use the cost of a source and the carryover, and the vendor's module writes receipts.
REACHED := ^core/sdk/([a-z]+\.go|source/|sysinfo/|sdktest/)|NewText$$|textLine$$|\.pb\.go:|Key\.(Format|LogValue|MarshalText|GobEncode)$$|Export\.Cost$$|carryover.*Store\.All$$

lint: setup
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "lint: run gofmt -w on:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go vet -tags manual ./cmd/host
	CGO_ENABLED=1 go vet -race ./core/confine ./core/pluginhost ./test/e2e ./test/simulate
	go tool staticcheck ./...
	go tool staticcheck -tags manual ./cmd/host
	go tool go-errorlint ./...
	go -C collect vet ./...
	go -C collect vet -tags manual ./cmd/usagedata-collect
	go -C collect/bench vet ./...
	go -C collect tool -modfile=../go.mod staticcheck ./...
	go -C collect tool -modfile=../go.mod go-errorlint ./...
	@# Both modules at once, because some functions of core are for the vendor's side only.
	@mkdir -p build && printf 'go 1.26.0\nuse (\n..\n../collect\n)\n' >build/go.work
	@tool=$$(go tool -n deadcode) && GOWORK=$(abspath build/go.work) $$tool ./cmd/... ./plugins/... ./collect/cmd/... >build/unreached.txt
	@! grep -vE '$(REACHED)' build/unreached.txt || { echo "lint: only tests use these functions: delete them, or move them to a test"; exit 1; }
	go mod tidy -diff
	go -C collect mod tidy -diff
	go -C collect/bench mod tidy -diff
	go -C collect/tools mod tidy -diff
	@test/generated.sh
	@go test -run "^(TestPagesAreFresh|TestLanguage)$$" ./core ./core/dictionary

# Writes core/wire/pluginpb anew from core/wire/plugin.proto.
generate: setup
	@test/generated.sh write

# Writes plugins/<product>/dictionary.md anew from each profile.
dictionary:
	@mkdir -p build
	@for p in $(PRODUCTS); do \
		go run ./cmd/host dictionary --profile plugins/$$p >build/dictionary.md && mv build/dictionary.md plugins/$$p/dictionary.md || exit 2; \
	done

# The manual's pages and the completions for bash, zsh and fish, of this version and its date, into build/man/; the receiver's pages into build/man-collect/.
manuals:
	@rm -rf build/man && SOURCE_DATE_EPOCH=$$(date -d '$(DATE)' +%s) go run -tags manual -ldflags '-X main.version=$(VERSION)' ./cmd/host manual build/man
manuals-collect:
	@rm -rf build/man-collect && SOURCE_DATE_EPOCH=$$(date -d '$(DATE)' +%s) go -C collect run -tags manual -ldflags '-X main.version=$(VERSION)' ./cmd/usagedata-collect manual $(abspath build/man-collect) README.md

# The packages of an appliance, for amd64 and arm64, into dist/: usagedata, and usagedata-plugin-PRODUCT, or that of the product of another repository
# in the folder PLUGIN=. KEY= signs the product's folder with a secret key of minisign, KEY_PASSWORD_FILE= is a file with the key's password;
# FIPS=v1.0.0 builds both with Go's validated cryptographic module of that version.
KEY   ?=
KEY_PASSWORD_FILE ?=
FIPS  ?=
DIST  ?= dist
ARCHS ?=
# RESULT= is result.json of the conformance suite: only the product that it found conformant is packaged, to the byte. It is about one architecture;
# give several with commas. RESULT_KEY= is the file with the public key of minisign that must have signed it. An empty RESULT= is an error, so that a
# build server whose variable is not set does not package what nobody tested.
RESULT     ?=
RESULT_KEY ?=
# The recipes call make by its name, because make -n also runs the lines that have the variable MAKE.
DATE  ?= $(shell git log -1 --format=%cI 2>/dev/null || echo 2026-01-01T00:00:00Z)
# By default a product of another repository has the version and date of its own repository.
GIVEN  = $(if $(filter file,$(origin VERSION)),,--version "$$P_VERSION") $(if $(filter file,$(origin DATE)),,--date "$$P_DATE")

# The user's values are passed in the environment, so that the shell does not interpret them.
package packageable: export P_PLUGIN   = $(PLUGIN)
package packageable: export P_KEY      = $(KEY)
package packageable: export P_PASSWORD = $(KEY_PASSWORD_FILE)
package packageable: export P_RESULT   = $(RESULT)
package packageable: export P_RESULTKEY = $(RESULT_KEY)
package packageable: export P_DIST     = $(DIST)
package packageable: export P_VERSION  = $(VERSION)
package packageable: export P_DATE     = $(DATE)
# The shell that starts make does not always expand ~ here. A plugin that is not a Go program is built for one architecture.
define WORDS
	for name in P_PLUGIN P_KEY P_PASSWORD P_RESULTKEY P_DIST; do case "$${!name}" in '~'|'~/'*) printf -v $$name %s "$$HOME$${!name:1}";; esac; done; \
	sign=(); [ -z "$$P_KEY" ] || sign+=(--key "$$P_KEY"); [ -z "$$P_PASSWORD" ] || sign+=(--password-file "$$P_PASSWORD"); \
	[ -z "$$P_RESULTKEY" ] || sign+=(--result-key "$$P_RESULTKEY"); \
	[ "$(origin RESULT)" = file ] || { IFS=, read -ra results <<<"$${P_RESULT:-,}"; for name in "$${results[@]}"; do \
		case "$$name" in '~/'*) name=$$HOME$${name:1};; esac; sign+=(--result "$$name"); done; }; \
	archs="$(ARCHS)"; [ -n "$$archs" ] || { archs="amd64 arm64"; [ -z "$$P_PLUGIN" ] || [ -e "$$P_PLUGIN/go.mod" ] || archs=$$(go env GOHOSTARCH); }
endef

# Checks that are possible before anything is built.
packageable:
	@$(WORDS); for arch in $$archs; do go run ./cmd/package check --arch $$arch "$${P_PLUGIN:-plugins/$(PRODUCT)}" "$${sign[@]}" || exit 2; done

package: packageable manuals
	@$(WORDS); for arch in $$archs; do \
		at=build/package/$$arch; export GOARCH=$$arch $(if $(FIPS),GOFIPS140=$(FIPS)); \
		make --no-print-directory appliance BIN=$$at PRODUCTS=$(if $(PLUGIN),,$(PRODUCT)) || exit 2; \
		unset GOARCH GOFIPS140; order=( --arch $$arch --out "$$P_DIST" ); own=( --version "$$P_VERSION" --date "$$P_DATE" --license LICENSE ); \
		go run ./cmd/package host "$${order[@]}" "$${own[@]}" --binary $$at/usagedata --manuals build/man --schema core/document/usagedata-1.schema.json \
			--changelog CHANGELOG.md --guide cmd/host/README.md --protocol core/upload/README.md && \
		go run ./cmd/package product "$${order[@]}" --host "$$P_VERSION" "$${sign[@]}" \
			$(if $(PLUGIN),"$$P_PLUGIN" $(GIVEN) $(if $(FIPS),--fips $(FIPS)),$$at/products/$(PRODUCT) "$${own[@]}") || exit 2; \
	done

# The packages of the vendor's receiver, usagedata-collect, for amd64 and arm64, into dist/.
package-collect: export P_DIST    = $(DIST)
package-collect: export P_VERSION = $(VERSION)
package-collect: export P_DATE    = $(DATE)
package-collect: manuals-collect
	@$(WORDS); for arch in $$archs; do \
		GOARCH=$$arch make --no-print-directory build/package/$$arch/usagedata-collect BIN=build/package/$$arch && \
		go run ./cmd/package collect --arch $$arch --out "$$P_DIST" --version "$$P_VERSION" --date "$$P_DATE" --license LICENSE \
			--binary build/package/$$arch/usagedata-collect --manuals build/man-collect --changelog CHANGELOG.md \
			--guide collect/README.md --protocol core/upload/README.md || exit 2; \
	done

# Writes this version of the module into dist/module, a module proxy of plain files for any web server or file system: plugins/README.md describes its
# use. Earlier versions stay. It is made from the last commit, and a version is never replaced by other files.
module suite: export P_VERSION = $(VERSION)
module suite: export P_DIST    = $(DIST)
module:
	@$(WORDS); go run ./cmd/module -version "$$P_VERSION" -out "$$P_DIST/module"

# The conformance suite as one static program for each architecture, into dist/, with their checksums: for QA, and for build servers without Go. The
# same commit and Go give the same bytes.
suite:
	@$(WORDS); mkdir -p "$$P_DIST" && for arch in $$archs; do \
		at="$$P_DIST/conformance-$$P_VERSION-linux-$$arch"; \
		CGO_ENABLED=0 GOOS=linux GOARCH=$$arch $(GOBUILD) -ldflags "-s -w -X main.version=$$P_VERSION" -o "$$at" ./test/conformance/cmd/conformance && \
		(cd "$$P_DIST" && sha256sum "$${at##*/}" >"$${at##*/}.sha256") || exit 2; \
	done

# Tests the packages with dpkg and rpm: builds them twice, installs them in a Debian root, upgrades, removes and purges them. Needs root. ELSEWHERE=1
# also builds them in another clone and compares the bytes; PYTHON=1 also installs and runs a plugin in Python, with Debian's packages for it.
ELSEWHERE ?= 1
PYTHON    ?= 1
installed: setup
	@make=( make --no-print-directory package ARCHS=amd64 KEY= KEY_PASSWORD_FILE= FIPS= PLUGIN= ); at=$(abspath build/installed); rm -rf $$at/old $$at/new $$at/again $$at/clone $$at/outside*; \
	"$${make[@]}" VERSION=0.1.1 DIST=$$at/old >build/installed.log 2>&1 && \
	"$${make[@]}" VERSION=0.2.0 DIST=$$at/new >>build/installed.log 2>&1 && \
	"$${make[@]}" VERSION=0.2.0 DIST=$$at/new PRODUCT=websuite >>build/installed.log 2>&1 && \
	make --no-print-directory package-collect ARCHS=amd64 VERSION=0.2.0 DIST=$$at/new >>build/installed.log 2>&1 || { tail build/installed.log; exit 2; }
	@if [ -n "$(ELSEWHERE)" ]; then git clone -q . build/installed/clone && \
		make --no-print-directory -C build/installed/clone package package-collect ARCHS=amd64 VERSION=0.2.0 DIST=$(abspath build/installed)/again >>build/installed.log 2>&1 || \
		{ tail build/installed.log; exit 2; }; fi
	@$(GOBUILD) -o $(BIN)/test/ ./test/cmd/installed
	@$(BIN)/test/installed -old build/installed/old -new build/installed/new $(if $(ELSEWHERE),-again $(abspath build/installed)/again) $(if $(PYTHON),,-python=false) -work build/installed

# Tests the packages that use cryptography, and whole cycles of host and plugin, built with Go's validated module.
fips: setup
	GOFIPS140=$(or $(FIPS),v1.0.0) go run ./cmd/host version | grep -F '(FIPS 140-3, with'
	GOFIPS140=$(or $(FIPS),v1.0.0) go test ./core/anonymize ./core/product ./core/upload ./core/gate ./core/wire ./core/pluginhost
	GOFIPS140=$(or $(FIPS),v1.0.0) CGO_ENABLED=0 go test ./test/e2e -run 'TestScripts/(send|upload|consent|signed)$$'

# Tests the packages' units under a real systemd, resident and by timer, in an emulated machine whose clock is ahead or behind by CLOCK, for example
# +3y or -1y. Needs root and some minutes.
CLOCK ?= +0y
systemd: setup
	@make --no-print-directory package ARCHS=amd64 KEY= FIPS= PRODUCT=dma DIST=build/systemd/packages >build/systemd.log 2>&1 || { tail build/systemd.log; exit 2; }
	CLOCK=$(CLOCK) test/systemd.sh build/systemd build/systemd/packages

# Benchmarks of the most expensive packages, of growth with what waits, is recorded, is named or is registered, of whole cycles against the floor of
# their own stack and a script, in ROUNDS rounds by turns, of a backlog, and of the resident host. It prints figures and judges nothing.
bench:
	@$(MAKE) --no-print-directory build
	go test -run '^$$' -bench . -benchmem ./core/... ./plugins/...
	CGO_ENABLED=0 go test -run '^$$' -bench Cycle -benchtime $(ROUNDS)x ./test/e2e
	CGO_ENABLED=0 go test -run '^$$' -bench Backlog -benchtime 3x ./test/e2e
	CGO_ENABLED=0 go test -run '^$$' -bench Idle -benchtime 1x ./test/e2e

# Measures a receiver next to nginx and JetStream, as usual for some minutes; DOCUMENTS=500 is a short form. It prints figures and judges nothing.
# collect/SIZE.md has its figures. ROUNDS= is the number of turns, ONLY= the parts: handler, upload, connections.
DOCUMENTS ?= 100000
ONLY      ?= handler,upload,connections
fleet-load: $(BIN)/usagedata-collect
	go -C collect/bench build -o $(abspath $(BIN))/test/fleet-load .
	@d=$(DOCUMENTS); cd collect/bench && $(abspath $(BIN))/test/fleet-load -receiver $(abspath $(BIN))/usagedata-collect -only $(ONLY) \
		-documents $$d -uploads $$((d / 20)) -connections $$((d < 10000 ? d / 5 : 2000)) -rounds $(if $(filter file,$(origin ROUNDS)),$$((d < 2000 ? 1 : 3)),$(ROUNDS))

# Measures which labeled identifiers get through: in our own lines, and in those in LEAK_DATA if that folder exists. Fails on a leak.
LEAK_DATA  ?= $(wildcard ../shared/data/leak)
LEAK_LINES := $(wildcard test/leak/testdata/*.jsonl core/anonymize/testdata/*.jsonl) $(if $(LEAK_DATA),$(wildcard $(LEAK_DATA)/*.jsonl))
export USAGEDATA_LEAK_DATA ?= $(abspath $(LEAK_DATA))

leaktest:
	@$(GOBUILD) -o $(BIN)/test/ ./test/cmd/leaktest
	@echo "as text:"; $(BIN)/test/leaktest $(LEAK_LINES)
	@echo "as fields of their kind:"; $(BIN)/test/leaktest -typed $(LEAK_LINES)
	@echo "as fields of each kept kind:"; $(BIN)/test/leaktest -mistyped $(LEAK_LINES)

# Kills hosts with SIGKILL at random moments of their cycles: nothing is lost, nothing counts twice.
KILLS ?= 500
kills:
	CGO_ENABLED=0 go test -run TestKilledHosts -v ./test/e2e -args -kills $(KILLS)

# Kills receivers behind a balancer with SIGKILL at random moments, and their store: what was accepted is stored.
receiver-kills: KILLS = 200
receiver-kills:
	CGO_ENABLED=0 go -C collect test -run TestKilled -v -timeout 3h ./cluster -args -kills $(KILLS)

# One service runs so many hours, each in six seconds: it takes no more memory, descriptors and files than at first.
HOURS ?= 500
hours:
	CGO_ENABLED=0 go test -run TestManyHours -v -timeout 3h ./test/e2e -args -hours $(HOURS)

# Tests uploads that a denial interrupts: followed at once by consent, or while another process holds locks.
WITHDRAWALS ?= 500
withdrawals:
	CGO_ENABLED=0 go test -run TestWithdrawals -v -timeout 90m ./test/e2e -args -withdrawals $(WITHDRAWALS)

# Plants bugs on purpose, and prints the rule that catches each; then runs appliance-years of hourly cycles under seeded faults, on all cores. A
# failing seed is printed and can be replayed. make test has a short form of both.
YEARS ?= 1000
SEED  ?= 1
simulate:
	@go test -c -o $(BIN)/test/simulate ./test/simulate
	@GOGC=400 $(BIN)/test/simulate -test.run '^(TestPlantedBugsAreFound|TestYears)$$' -test.timeout 0 -years $(YEARS) -seed $(SEED)

# Plants each bug of test/planted/bugs; the test that is named there must fail. Then the bugs of the simulation. It shows which tests
# may be removed. BUGS is a pattern of ids; ALL=1 runs all tests of the package and lists those that fail.
BUGS ?= .
planted: setup
	@$(GOBUILD) -o $(BIN)/test/ ./test/cmd/planted
	@$(BIN)/test/planted -run '$(BUGS)' $(if $(ALL),-all)

# Counts the bytes of an hour on the wire; hours with packet loss run ROUNDS times. make test has one round. Needs network namespaces.
ROUNDS ?= 10
wire: setup
	go test ./test/wire -timeout 0 -count 1 -v -args -rounds $(ROUNDS)

# Measures time and memory of previews on a machine with thousands of interfaces, mounts and more, and then with twice as many. Needs namespaces, 4 GB and
# some minutes. make test has a smaller machine.
large: setup
	go test ./test/large -run TestPreview -timeout 0 -count 1 -v -args -full
	go test ./test/large -run '^$$' -bench . -benchtime 1x -timeout 0

# Runs every misbehaving plugin once, and CYCLES cycles in one host; make shelf CYCLES=1000 is the full test.
CYCLES ?= 60
shelf: setup build
	@CGO_ENABLED=0 $(GOBUILD) -o $(BIN)/test/ ./test/cmd/shelf ./test/plugins/misbehave
	@$(BIN)/test/shelf -host $(BIN)/usagedata -plugin $(BIN)/test/misbehave -cycles $(CYCLES)

# Tests the plugin's confinement on Debian's kernel, with control groups of version 2 and an older Landlock, in an emulated machine. Needs root.
kernel: setup
	@test/kernel.sh build/kernel

# Runs the conformance suite on the plugins of all products, or of PRODUCT if it is given, and on the plugins that are
# broken on purpose, unless SELFTEST=no. The reports are in build/conformance/<product>/. Each collects COLLECTS times in one process.
# BASELINE= is a folder with the products of the last release, to compare with; KEY= and KEY_PASSWORD_FILE= sign each result.json.
# For no failure in 50 runs of each product, with a busy processor: make conformance RUNS=50 HOGS=1 COLLECTS=20 SELFTEST=no
COLLECTS ?= 200
SELFTEST ?= yes
RUNS     ?= 1
HOGS     ?= 0
BASELINE ?=
conformance: export P_BASELINE = $(BASELINE)
conformance: export P_KEY      = $(KEY)
conformance: export P_PASSWORD = $(KEY_PASSWORD_FILE)
conformance: setup build
	@CGO_ENABLED=0 $(GOBUILD) -ldflags '-s -w' -o $(BIN)/test/ ./test/conformance/cmd/conformance ./test/conformance/cmd/products
	@$(BIN)/test/products -bin $(BIN) -out build/conformance -collects $(COLLECTS) -runs $(RUNS) -hogs $(HOGS) -baseline "$$P_BASELINE" -key "$$P_KEY" -password-file "$$P_PASSWORD" $(if $(filter no,$(SELFTEST)),-self-test=false) $(if $(filter file,$(origin PRODUCT)),,-products $(PRODUCT) -python=false -self-test=false)
	@$(if $(filter no,$(SELFTEST)),,$(if $(filter file,$(origin PRODUCT)),$(BIN)/test/conformance receiver -self-test))

# Runs every fuzzer for FUZZTIME.
FUZZTIME ?= 10s
fuzz:
	@FUZZTIME=$(FUZZTIME) test/fuzz.sh

setup:
	@mkdir -p build
	@test/setup.sh

clean:
	rm -rf bin build dist
