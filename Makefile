# The two commands: `make run` starts Rollcall (the sandbox, when no GitHub App is configured), `make test` passes every test.

.PHONY: run test lint deny audit sbom bench fuzz model soak

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
	cd tests/partners && node --test --test-reporter=dot
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

# Random input for everything that reads what others wrote; `make fuzz RUNS=100000` is a quick look.
RUNS = 10000000
fuzz:
	$(call need,cargo-fuzz,cargo install --locked cargo-fuzz)
	RUNS=$(RUNS) fuzz/run

# The known vulnerabilities of both lock files; needs a way to them.
audit:
	$(call need,cargo-audit,cargo install --locked cargo-audit)
	cargo audit
	cargo audit --file fuzz/Cargo.lock

# The bill of materials of the program, in target/rollcall.cdx.json.
sbom:
	$(call need,cargo,install Rust 1.95 or newer from https://rustup.rs)
	tests/partners/install.sh
	mkdir -p target
	cd tests/partners && node sbom.mjs ../../target/rollcall.cdx.json

# Kills the program at random moments while many rollouts run. PROCESSES=2 is two of them on one PostgreSQL.
KILLS = 500
ROLLOUTS = 20
PROCESSES = 1
SEED = $(shell date +%s)
soak:
	$(call need,cargo-nextest,cargo install --locked cargo-nextest)
	ROLLCALL_SOAK=$(KILLS),$(ROLLOUTS),$(PROCESSES),$(SEED) cargo nextest run --locked --no-capture -E 'test(killed_at_random)'
