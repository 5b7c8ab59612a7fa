# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
# shellcheck shell=sh
# What ./start and ./check need of the machine. Sourced, from the project's root.

BUILD_PACKAGES="gcc libc6-dev pkg-config meson ninja-build libsqlite3-dev libwebsockets-dev libcyaml-dev libyaml-dev libcap-dev zlib1g-dev libflac-dev"
CHECK_PACKAGES="clang libclang-rt-14-dev llvm clang-format git libcmocka-dev python3-hl7 chromium procps"

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# Installs the Debian packages that are missing; says which. Needs root only when some are.
need_packages() {
    missing=""
    for package in "$@"; do
        dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -q '^installed$' ||
            missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    say "installing:$missing"
    [ "$(id -u)" = 0 ] || die "these packages are missing; install them as root: apt-get install$missing"
    command -v apt-get >/dev/null || die "this script installs by apt-get; install by hand:$missing"
    log=$(mktemp)
    if ! { apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
        >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        rm -f "$log"
        die "apt-get could not install the packages; see its lines above"
    fi
    rm -f "$log"
}

# Node.js and npm: the machine's own when there are some, else Debian's.
need_node() {
    command -v node >/dev/null && command -v npm >/dev/null && return 0
    need_packages nodejs npm
}

# npm packages of a folder, from its committed lock file; quick when nothing changed.
need_npm() {
    need_node
    if [ ! -f "$1/node_modules/.package-lock.json" ] ||
        [ "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]; then
        say "$1: npm ci"
        (cd "$1" && npm ci --no-audit --no-fund --loglevel=error >&2) ||
            die "npm ci failed in $1; see its lines above"
        touch "$1/node_modules/.package-lock.json"
    fi
}

# need_build DIRECTORY MESON_OPTIONS... : configures once, builds what changed.
need_build() {
    directory=$1
    shift
    if [ ! -f "$directory/build.ninja" ]; then
        say "configuring $directory"
        meson setup "$directory" "$@" >"$directory.log" 2>&1 ||
            { tail -n 15 "$directory.log" >&2; die "meson could not configure $directory"; }
        rm -f "$directory.log"
    fi
    ninja -C "$directory" --quiet >&2 || die "the build in $directory failed; see its lines above"
}
