# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
# shellcheck shell=sh
# ./check --long [PART...]: the long tests, sourced by ./check. Parts: fuzz crash kill load (all by default).
# Each appends one line to doc/validation/long.csv: commit, date, command, figures.

long_csv=doc/validation/long.csv
commit=$(git rev-parse --short=12 HEAD)
[ -z "$(git status --porcelain --untracked-files=no)" ] || commit="$commit+changes"
[ -f "$long_csv" ] || echo "commit,date,command,figures" >"$long_csv"

note() {
    printf '%s,%s,"%s","%s"\n' "$commit" "$(date -u +%Y-%m-%dT%H:%MZ)" "$1" "$(printf %s "$2" | tr "\n\"" ";'")" \
        >>"$long_csv"
    say "$2"
}

long_fuzz() {
    stage "long fuzz: ${FUZZ_RUNS:=12000000} executions of the parser, ${FUZZ_OTHER_RUNS:=2000000} of each other target"
    CC=clang need_build build-check-asan -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true
    for target in build-check-asan/fuzz_*; do
        [ -f "$target" ] && [ -x "$target" ] || continue
        name=${target#build-check-asan/fuzz_}
        runs=$FUZZ_OTHER_RUNS
        [ "$name" = hl7v2 ] && runs=$FUZZ_RUNS
        command="tool/fuzz.py build-check-asan --runs $runs --only $name"
        python3 tool/fuzz.py build-check-asan --runs "$runs" --only "$name" >"$results/fuzz_$name.tap" || true
        count "$results/fuzz_$name.tap"
        note "$command" "$(grep -E '^(not )?ok' "$results/fuzz_$name.tap")"
    done
}

# long_test NAME COMMAND...: a test program of build-check with its points set by the environment.
long_test() {
    name=$1
    shift
    CMOCKA_MESSAGE_OUTPUT=TAP POLLUX="$PWD/build-check/pollux" env "$@" >"$results/$name.tap" 2>"$results/$name.log" ||
        tail -n 20 "$results/$name.log" >&2
    count "$results/$name.tap"
    note "$*" "$(cat "$results/$name.tap" "$results/$name.log" | grep -E '^(#|ok|not ok)' | tail -n 12)"
}

long_crash() {
    stage "10,000 kills and power cuts of the store"
    need_build build-check
    long_test crash POLLUX_CRASH_POINTS=10000 ./build-check/store_crash_test
}

long_kill() {
    stage "1,000 kills of the real server"
    need_build build-check
    long_test kill POLLUX_KILLS=1000 ./build-check/kill_test
}

long_load() {
    stage "a million messages end to end"
    need_build build-check
    bench/end_to_end.sh build-check 1000000 >"$results/load.csv" 2>"$results/load.log" || tail -n 5 "$results/load.log" >&2
    note "bench/end_to_end.sh build-check 1000000" "$(cat "$results/load.csv")"
}

for part in ${*:-fuzz crash kill load}; do
    case $part in
    fuzz | crash | kill | load) "long_$part" ;;
    *) die "no such part: $part (fuzz crash kill load)" ;;
    esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
