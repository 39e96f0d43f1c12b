# Everything there is to do with a checkout; `make help` lists it.

SHELL := bash
.DEFAULT_GOAL := help
.PHONY: up build fetch test e2e fuzz chaos chaos-long chaos-planted programs check gen bench bench-quick soak followers redelivered rebuild-killed setup clean help

# Where rustup puts cargo, for shells that have not been told.
export PATH := $(PATH):$(HOME)/.cargo/bin

# npm's own record of what it installed: older than the lock file, it is out of date.
WEB_MODULES := web/node_modules/.package-lock.json
WEB_SOURCES := $(shell find web/src web/public web/scripts web/index.html web/vite.config.ts -type f 2>/dev/null)

# Programs for tests are named as such and not as packages: those would have features of their own, and most of what they
# are made of would be built twice.
BUILD := cargo build --quiet
# Runs something with servers for tests.
TESTKIT := cargo run --quiet --bin testkit --

# A seed decides what is hurt, when, and for how long: `target/debug/chaos plan --seed 7` shows it. The short run has less
# load and more patience, as a debug build on a busy machine needs; the long one hurts what `make up` builds.
CHAOS_SHORT := --seed $(or $(SEED),1) --seconds 140 --clients 8 --people 24 --rate 40 --patience 3
CHAOS_LONG := --seed $(or $(SEED),1) --seconds $$(($(or $(MINUTES),30) * 60)) $(if $(ONLY),--only $(ONLY))\
  $(if $(LASTS),--lasts $(LASTS)) $(if $(CALM),--calm $(CALM))

up: setup web/dist/index.html ## Build the product and start it, with its own Postgres and NATS
	cargo run --profile product -p momentum -- up

build: setup web/dist/index.html ## Build the product and do not start it: target/product/momentum
	cargo build --profile product -p momentum

# What cargo needs comes while the app is built: on a new machine that is minutes of waiting for the network. Who compiles
# then waits for the rest of it, and is told what goes wrong.
fetch:
	@cargo fetch --quiet --locked --target "$$(rustc --print host-tuple)" 2>/dev/null &

test: fetch setup-oldest web/dist/index.html ## Run every test, on servers and in a browser started for them
	cd web && npm test && npm run --silent budget
	$(TESTKIT) cargo test --workspace
	MOMENTUM_TEST_NATS_SERVER='$(CURDIR)/.tools/nats-server-oldest' $(TESTKIT) cargo test --workspace --test bus
	$(MAKE) e2e
	$(MAKE) chaos

e2e: setup-browser web/dist/index.html ## Run only the tests in a browser
	$(BUILD) --bin momentum
	cd web && npm run e2e

fuzz: setup web/dist/index.html ## Ask the API thousands of things, good and bad (SECONDS=600, SEED=...)
	$(BUILD) --bin momentum
	scripts/fuzz-http $(SECONDS)

chaos: programs ## Hurt the running product for three minutes, and check what clients were told (SEED=1)
	target/debug/chaos run $(CHAOS_SHORT)

chaos-long: BUILT_AS := product
chaos-long: programs ## The same at full load for as long as you like (SEED=1, MINUTES=30, ONLY=kill-each, LASTS=1800, CALM=20)
	target/product/chaos run $(CHAOS_LONG)

programs: setup-clock web/dist/index.html
	$(BUILD) --profile $(or $(BUILT_AS),dev) --bin momentum-next --features momentum/next-version
	$(BUILD) --profile $(or $(BUILT_AS),dev) --bin momentum --bin chaos

chaos-planted: setup web/dist/index.html ## Plant bugs in a copy of the product, and see that each is found (ONLY=missing-fence)
	cargo run --quiet --bin chaos --features chaos/planted -- planted $(if $(ONLY),--only $(ONLY))

check: setup $(WEB_MODULES) ## Check formatting, lints, and that generated files are up to date
	cargo fmt --all --check
	cd web && npm run check
	$(TESTKIT) --database scripts/gen --check
	cargo clippy --workspace --all-targets -- -D warnings

gen: setup $(WEB_MODULES) ## Generate anew what is generated and committed: .sqlx, openapi.json, the app's types
	$(TESTKIT) --database scripts/gen
	cd web && npm run gen

# Build both first, so that the time is spent on measuring: the page is about what is packaged, which takes longer to build;
# all else measures what `make up` builds. MILLIONS=5 grows the log further.
MEASURED = $(or $(BUILT_AS),product)
BENCH = $(BUILD) --profile $(MEASURED) -p momentum -p bench && target/$(MEASURED)/bench
MOMENTUM = --momentum target/$(MEASURED)/momentum

bench: BUILT_AS := release
bench: setup web/dist/index.html ## Measure everything against baselines, and write docs/performance.md: twelve minutes once it is built
	$(BENCH) run $(MOMENTUM) --page docs/performance.md $(if $(MILLIONS),--millions $(MILLIONS))

bench-quick: setup web/dist/index.html ## Measure less of everything, within three minutes
	$(BENCH) run $(MOMENTUM) --quick

soak: setup web/dist/index.html ## Put half of the greatest load on it for an hour (MINUTES=60), and see that nothing grows
	$(BENCH) soak $(MOMENTUM) $(if $(MINUTES),--minutes $(MINUTES))

followers: setup web/dist/index.html ## Have the log followed while 64 write and transactions stay open all around: nobody may miss anything (EVENTS=5000000)
	$(BENCH) followers $(MOMENTUM) $(if $(EVENTS),--events $(EVENTS))

redelivered: setup web/dist/index.html ## Have messages come twice, late and in another order: nothing may take effect twice (MESSAGES=1000000)
	$(BENCH) redelivered $(MOMENTUM) $(if $(MESSAGES),--messages $(MESSAGES))

rebuild-killed: setup web/dist/index.html ## Rebuild a long log under load, killed every five seconds: it must end, with the same rows (EVENTS=10000000)
	$(BENCH) rebuild-killed $(MOMENTUM) $(if $(EVENTS),--events $(EVENTS))

$(WEB_MODULES): web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: $(WEB_MODULES) $(WEB_SOURCES)
	cd web && npm run build

setup: ## Fetch Postgres and nats-server into .tools, unless they are there
	@scripts/setup

# And what some tests need besides: `scripts/setup` says what there is.
setup-%:
	@scripts/setup $*

clean: ## Remove what was built and fetched; data stays, and each Postgres, without which it could not be read
	cargo clean
	if [ -d .tools ]; then find .tools -mindepth 1 -maxdepth 1 ! -name 'postgres*' -exec rm -rf {} +; fi

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
