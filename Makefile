# Everything there is to do with a checkout; `make help` lists it.

SHELL := bash
.DEFAULT_GOAL := help
.PHONY: up test check gen setup clean help

# Where rustup puts cargo, for shells that have not been told.
export PATH := $(PATH):$(HOME)/.cargo/bin

up: setup ## Build the product and start it, with its own Postgres and NATS
	cargo run --profile product -p momentum -- up

test: setup ## Run every test, on servers started for them
	cargo run --quiet -p testkit -- cargo test --workspace

check: setup ## Check formatting, lints, and that generated files are up to date
	cargo fmt --all --check
	cargo run --quiet -p testkit -- --database scripts/gen --check
	cargo clippy --workspace --all-targets -- -D warnings

gen: setup ## Generate anew what is generated and committed: .sqlx and openapi.json
	cargo run --quiet -p testkit -- --database scripts/gen

setup: ## Fetch Postgres and nats-server into .tools, unless they are there
	@scripts/setup

clean: ## Remove what was built and fetched; data stays
	cargo clean
	rm -rf .tools

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
