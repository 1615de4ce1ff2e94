# The two commands: `make run` starts Rollcall (the sandbox, when no GitHub App is configured), `make test` passes every test.

.PHONY: run test lint deny bench model

# How many acts the model is searched from each station of a rollout.
DEPTH ?= 2

# $(call need,TOOL,WHAT TO DO) fails with one line when a tool is missing.
need = @command -v $(1) >/dev/null 2>&1 || { echo "$(1) is missing: $(2)" >&2; exit 1; }

# Where known vulnerabilities are listed; a machine without a way to it checks the rest.
ADVISORIES = https://github.com/RustSec/advisory-db

run:
	$(call need,cargo,install Rust 1.95 or newer from https://rustup.rs)
	cargo run --release --locked

test:
	$(call need,cargo,install Rust 1.95 or newer from https://rustup.rs)
	$(call need,cargo-nextest,cargo install --locked cargo-nextest)
	tests/partners/install.sh
	cargo nextest run --locked

bench:
	$(call need,cargo,install Rust 1.95 or newer from https://rustup.rs)
	cargo bench --locked

lint:
	$(call need,cargo,install Rust 1.95 or newer from https://rustup.rs)
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

deny:
	$(call need,cargo-deny,cargo install --locked cargo-deny)
	cargo deny --locked check bans licenses sources
	@if git ls-remote --quiet $(ADVISORIES) HEAD >/dev/null 2>&1; \
	then cargo deny --locked check advisories; \
	else echo "advisories were not checked: $(ADVISORIES) cannot be reached" >&2; fi

model:
	$(call need,cargo,install Rust 1.95 or newer from https://rustup.rs)
	cargo run --release --locked --example model -- $(DEPTH)
