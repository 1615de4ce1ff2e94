# The two commands: `make run` starts Rollcall (the sandbox, when no GitHub App is configured), `make test` passes every test.

.PHONY: run test lint deny audit sbom bench fuzz model soak

# How many acts the model is searched from each station of a rollout.
DEPTH ?= 2

# $(call need,TOOL,WHAT TO DO) fails with one line when a tool is missing.
need = @command -v $(1) >/dev/null 2>&1 || { echo "$(1) is missing: $(2)" >&2; exit 1; }

# What every build needs: SQLite and the cryptography behind TLS are C.
define compilers
$(call need,cargo,install Rust 1.95 or newer from https://rustup.rs)
$(call need,cc,install a C compiler; on Debian: sudo apt-get install -y gcc libc6-dev)
endef

# Where known vulnerabilities are listed; a machine without a way to it checks the rest.
ADVISORIES = https://github.com/RustSec/advisory-db

run:
	$(compilers)
	cargo run --release --locked

test:
	$(compilers)
	tests/partners/install.sh
	cd tests/partners && node --test --test-reporter=dot
	cargo nextest run --locked

bench:
	$(compilers)
	cargo bench --locked

lint:
	$(compilers)
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

deny:
	$(compilers)
	tests/partners/install.sh cargo-deny
	cargo deny --locked check bans licenses sources
	@if git ls-remote --quiet $(ADVISORIES) HEAD >/dev/null 2>&1; \
	then cargo deny --locked check advisories; \
	else echo "advisories were not checked: $(ADVISORIES) cannot be reached" >&2; fi

model:
	$(compilers)
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
	$(compilers)
	tests/partners/install.sh
	mkdir -p target
	cd tests/partners && node sbom.mjs ../../target/rollcall.cdx.json

# Kills the program at random moments while many rollouts run. PROCESSES=2 is two of them on one PostgreSQL.
KILLS = 500
ROLLOUTS = 20
PROCESSES = 1
SEED = $(shell date +%s)
soak:
	$(compilers)
	tests/partners/install.sh cargo-nextest
	ROLLCALL_SOAK=$(KILLS),$(ROLLOUTS),$(PROCESSES),$(SEED) cargo nextest run --locked --no-capture -E 'test(killed_at_random)'
