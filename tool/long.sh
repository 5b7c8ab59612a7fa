# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
# shellcheck shell=sh
# ./check --long [PART...]: the long tests, sourced by ./check. Parts: fuzz crash kill body load cohort (all
# by default); fuzz, crash beside kill and body, load, and cohort follow one another, about 90 minutes on two
# quiet cores.
# A part that passes appends its lines to doc/validation/long.csv: commit, date, command, figures; one
# that fails appends nothing and makes the exit status 1.
#
# Sizes, for trying the script; lines of a run of another size go to build-check-results/long.csv:
#   LONG_FUZZ_RUNS      executions of the HL7 v2 parser     10000000
#   LONG_FUZZ_SECONDS   for each other fuzzer               20
#   LONG_CRASH_POINTS   kills and power cuts, each          10000
#   LONG_KILLS          of the real server                  1000
#   LONG_MEMBERS        random patients under random care   1000000
#   LONG_MESSAGES       end to end                          1000000
#   LONG_CASES          twin experiments, of each kind      1000

long_csv=doc/validation/long.csv
[ -z "${LONG_FUZZ_RUNS:-}${LONG_FUZZ_SECONDS:-}${LONG_CRASH_POINTS:-}${LONG_KILLS:-}${LONG_MEMBERS:-}${LONG_MESSAGES:-}${LONG_CASES:-}" ] ||
    long_csv=$results/long.csv
: "${LONG_FUZZ_RUNS:=10000000}" "${LONG_FUZZ_SECONDS:=20}" "${LONG_CRASH_POINTS:=10000}"
: "${LONG_KILLS:=1000}" "${LONG_MEMBERS:=1000000}" "${LONG_MESSAGES:=1000000}" "${LONG_CASES:=1000}"
progress_s=${LONG_PROGRESS_S:-60}

commit=$(git rev-parse --short=12 HEAD)
[ -z "$(git status --porcelain --untracked-files=no)" ] || commit="$commit+changes"

running=
trap '[ -z "$running" ] || kill $running 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM

# note COMMAND FIGURES: one line of the table.
note() {
    mkdir -p "$(dirname "$long_csv")"
    [ -f "$long_csv" ] || echo "commit,date,command,figures" >"$long_csv"
    printf '%s,%s,"%s","%s"\n' "$commit" "$(date -u +%Y-%m-%dT%H:%MZ)" "$1" "$(printf %s "$2" | tr '\n"' ";'")" \
        >>"$long_csv"
    say "$2"
}

# part_begin NAME COMMAND...: in the background; TAP to NAME.tap, the rest to NAME.log, status to NAME.rc.
part_begin() {
    name=$1
    shift
    rm -f "$results/$name.tap" "$results/$name.log" "$results/$name.rc"
    (
        part_began=$(date +%s) status=0
        env "$@" >"$results/$name.tap" 2>"$results/$name.log" &
        child=$!
        trap 'kill "$child" 2>/dev/null' TERM
        wait "$child" || status=$?
        echo "# $(($(date +%s) - part_began)) s" >>"$results/$name.log"
        echo "$status" >"$results/$name.rc"
    ) &
    running="$running $!"
}

# Names of those that are under way.
still_running() {
    for name in "$@"; do
        [ -f "$results/$name.rc" ] || echo "$name"
    done
}

alive() {
    for pid in $running; do
        ! kill -0 "$pid" 2>/dev/null || return 0
    done
    return 1
}

# parts_wait NAME...: until all have ended; shows the newest count that each has written, now and then.
parts_wait() {
    waited=0
    while [ -n "$(still_running "$@")" ] && alive; do
        sleep 1
        waited=$((waited + 1))
        [ $((waited % progress_s)) = 0 ] || continue
        for name in $(still_running "$@"); do
            stage "$name: $(newest_count "$name")"
        done
    done
    wait
    running=
}

newest_count() {
    line=$(cat "$results/$1.log" "$results/$1.tap" 2>/dev/null | grep '^# [^o]' | tail -n 1)
    echo "${line:-under way}"
}

# part_end NAME COMMAND: counts its TAP; a line for the table when nothing failed.
part_end() {
    failed_before=$failed passed_before=$passed
    count "$results/$1.tap"
    status=$(cat "$results/$1.rc" 2>/dev/null || echo 1)
    if [ "$status" = 0 ] && [ "$failed" = "$failed_before" ] && [ "$passed" -gt "$passed_before" ]; then
        note "$2" "$(cat "$results/$1.tap" "$results/$1.log" | grep -E '^(# [0-9]|ok )')"
        return
    fi
    [ "$failed" -gt "$failed_before" ] || failed=$((failed + 1))
    say "$1 failed; its last lines:"
    tail -n 20 "$results/$1.log" >&2
}

long_fuzz() {
    stage "long fuzz: $LONG_FUZZ_RUNS executions of the parser, then $LONG_FUZZ_SECONDS s of each other target"
    CC=clang need_build build-check-asan -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true
    command="tool/fuzz.py build-check-asan --only hl7v2 --runs $LONG_FUZZ_RUNS --jobs 2"
    part_begin fuzz_hl7v2 python3 $command
    parts_wait fuzz_hl7v2
    part_end fuzz_hl7v2 "$command"
    command="tool/fuzz.py build-check-asan --but hl7v2 --seconds $LONG_FUZZ_SECONDS"
    part_begin fuzz_others python3 $command
    parts_wait fuzz_others
    part_end fuzz_others "$command"
}

# long_processes PART...: of crash, kill and body, at the same time.
long_processes() {
    stage "long processes: $*"
    need_build build-check
    for part in "$@"; do
        case $part in
        crash) part_begin crash CMOCKA_MESSAGE_OUTPUT=TAP POLLUX_CRASH_POINTS="$LONG_CRASH_POINTS" \
            ./build-check/store_crash_test ;;
        kill) part_begin kill CMOCKA_MESSAGE_OUTPUT=TAP POLLUX="$PWD/build-check/pollux" \
            POLLUX_KILLS="$LONG_KILLS" ./build-check/kill_test ;;
        body) part_begin body CMOCKA_MESSAGE_OUTPUT=TAP POLLUX_BODY_MEMBERS="$LONG_MEMBERS" \
            ./build-check/physiology_body_test ;;
        esac
    done
    parts_wait "$@"
    for part in "$@"; do
        case $part in
        crash) part_end crash "POLLUX_CRASH_POINTS=$LONG_CRASH_POINTS build-check/store_crash_test" ;;
        kill) part_end kill "POLLUX_KILLS=$LONG_KILLS build-check/kill_test" ;;
        body) part_end body "POLLUX_BODY_MEMBERS=$LONG_MEMBERS build-check/physiology_body_test" ;;
        esac
    done
}

# The benchmark fails when a journal does not verify; here each of its cases must be there, too.
long_load() {
    stage "long load: $LONG_MESSAGES messages end to end"
    need_build build-check
    part_begin load bench/end_to_end.sh build-check "$LONG_MESSAGES"
    parts_wait load
    mv "$results/load.tap" "$results/load.csv"
    python3 - "$results/load.csv" "$LONG_MESSAGES" "$(cat "$results/load.rc")" >"$results/load.tap" <<'P'
import csv, sys
with open(sys.argv[1], newline="") as f:
    rows = [r for r in csv.reader(f) if r]
least = int(sys.argv[2]) * 0.8  # a journey has about 38 messages, fewer when there are few journeys
sent = [r for r in rows if r[0] == "end_to_end" and int(r[1]) >= least]
replayed = [r for r in rows if r[0] == "replay" and sent and int(r[1]) >= int(sent[-1][1])]
good = sys.argv[3] == "0" and len(sent) == 5 and len(replayed) == 1
print("1..1")
for r in sent:
    offered = "" if r[5] == "0" else f", {r[5]}/s offered"
    print(f"# {r[1]} messages, {r[3]} connections, window {r[4]}{offered}: {r[7]}/s, "
          f"ACK p50 {r[8]} ms, p99 {r[9]} ms")
for r in replayed:
    print(f"# {r[1]} entries replayed: {r[3]}/s")
print(("ok" if good else "not ok") + " 1 - every message durable and answered, journals verified")
P
    part_end load "bench/end_to_end.sh build-check $LONG_MESSAGES"
}

# The figures are told beside their bars; it fails when a case was not run.
long_cohort() {
    need_build build-check
    for truth in same perturbed; do
        part=cohort_$truth command="build-check/pollux patient cohort knowledge/cohort/adults.csv --limit $LONG_CASES --json"
        [ "$truth" = same ] || command="$command --perturbed"
        stage "long cohort: $LONG_CASES twin experiments, $truth model"
        part_begin "$part" $command
        parts_wait "$part"
        mv "$results/$part.tap" "$results/$part.json"
        python3 tool/cohort.py "$results/$part.json" "$LONG_CASES" >"$results/$part.tap" || true # the TAP tells
        part_end "$part" "$command"
    done
}

[ $# -gt 0 ] || set -- fuzz crash kill body load cohort
fuzz= processes= load= cohort=
for part in "$@"; do
    case $part in
    fuzz) fuzz=1 ;;
    load) load=1 ;;
    cohort) cohort=1 ;;
    crash | kill | body) case "$processes " in *" $part "*) ;; *) processes="$processes $part" ;; esac ;;
    *) die "no such part: $part (fuzz crash kill body load cohort)" ;;
    esac
done
[ -z "$fuzz" ] || long_fuzz
[ -z "$processes" ] || long_processes $processes
[ -z "$load" ] || long_load
[ -z "$cohort" ] || long_cohort
stage "done; the lines of what passed are in $long_csv"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
