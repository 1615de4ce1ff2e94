#!/usr/bin/env bash
# Installs what the tests run against: npm and Python packages from the lock files beside this script, and system packages
# that are missing, and cargo-nextest. With names of cargo's tools (`install.sh cargo-deny`), those alone. Quick when everything is
# there. Needs no terminal; says in one line what it cannot get.
set -euo pipefail
cd "$(dirname "$0")"

fail() {
    echo "install: $*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# apt PACKAGE WHAT: installs a Debian package, or says how to.
apt() {
    local package=$1 what=$2 sudo=()
    has apt-get || fail "$what is missing: install \`$package\` with your package manager"
    if [ "$(id -u)" != 0 ]; then
        has sudo && sudo -n true 2>/dev/null || fail "$what is missing: run \`sudo apt-get install -y $package\`"
        sudo=(sudo -n)
    fi
    echo "install: $package" >&2
    if [ -z "${apt_updated:-}" ]; then
        "${sudo[@]}" apt-get update -qq >&2 || fail "\`apt-get update\` failed, $what is missing"
        apt_updated=yes
    fi
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >&2 ||
        fail "$what is missing, and \`apt-get install $package\` failed"
}

# fresh LOCK STAMP: true when STAMP was left by this very LOCK.
fresh() { [ "$(cat "$2" 2>/dev/null)" = "$(sha256sum <"$1")" ]; }
stamp() { sha256sum <"$1" >"$2"; }

tools() {
    has node || fail "Node.js is missing: version 20 or newer from https://nodejs.org"
    local node
    node=$(node -p 'process.versions.node.split(".")[0]')
    [ "$node" -ge 20 ] || fail "Node.js $node is too old: version 20 or newer from https://nodejs.org"
    has npm || fail "npm is missing: it comes with Node.js from https://nodejs.org"
    has python3 || fail "Python is missing: run \`sudo apt-get install -y python3 python3-venv\`"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
        fail "$(python3 --version) is too old: version 3.10 or newer"
    has openssl || apt openssl "openssl"
    has cargo || fail "Rust is missing: from https://rustup.rs"
}

npm_packages() {
    fresh package-lock.json node_modules/.stamp && return
    echo "install: npm packages" >&2
    npm ci --silent >&2 || fail "\`npm ci\` failed in $PWD"
    stamp package-lock.json node_modules/.stamp
}

python_packages() {
    fresh requirements.txt .venv/.stamp && return
    echo "install: Python packages" >&2
    python3 -m venv --clear .venv >&2 || fail "Python's venv is missing: run \`sudo apt-get install -y python3-venv\`"
    .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt >&2 ||
        fail "\`pip install -r requirements.txt\` failed in $PWD"
    stamp requirements.txt .venv/.stamp
}

system_packages() {
    has cmark-gfm || apt cmark-gfm "cmark-gfm"
    has chromium || apt chromium "Chromium"
    ./postgres.sh --bin >/dev/null 2>&1 || apt postgresql "the PostgreSQL server"
}

# The GFM specification comes with Debian's cmark-gfm; it is not copied here because of its licence (CC BY-SA 4.0).
specification() {
    [ -s spec.txt ] && return
    local packed=usr/share/doc/cmark-gfm/spec.txt.gz
    if [ -e "/$packed" ]; then
        gunzip -c "/$packed" >spec.txt
    elif has dpkg-deb && has apt-get; then
        # Slim images leave documentation out when they install.
        local folder
        folder=$(mktemp -d)
        (cd "$folder" && apt-get download -qq cmark-gfm >&2 && dpkg-deb --fsys-tarfile ./*.deb | tar -xO "./$packed") |
            gunzip -c >spec.txt || fail "the GFM specification is missing: \`apt-get download cmark-gfm\` failed"
        rm -r "$folder"
    else
        fail "the GFM specification is missing: put \`test/spec.txt\` of cmark-gfm 0.29 into $PWD"
    fi
}

# cargo_tool NAME: installs a tool of cargo that is missing. It is built from its source, which takes some minutes.
cargo_tool() {
    local name=$1 version
    case $name in
    cargo-nextest) version=0.9.143 ;;
    cargo-deny) version=0.20.2 ;;
    *) fail "\`$name\` is not known here" ;;
    esac
    cargo "${name#cargo-}" --version >/dev/null 2>&1 && return
    echo "install: $name $version, which takes some minutes" >&2
    cargo install --quiet --locked "$name" --version "$version" >&2 ||
        fail "$name is missing, and \`cargo install --locked $name --version $version\` failed"
}

if [ $# -gt 0 ]; then
    for name in "$@"; do
        cargo_tool "$name"
    done
    exit
fi
tools
cargo_tool cargo-nextest
npm_packages
python_packages
system_packages
specification
