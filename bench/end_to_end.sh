#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
# Durable messages end to end: `pollux hl7 send` over many connections into `pollux serve`, each message
# answered after its sync, beside the disk's own sync. window: messages in flight on a connection. offered: messages a
# second that are asked for, 0: as many as are answered. lag: from the last answer until the twin has applied all. CSV on
# stdout. On a machine with other work: chrt -r 1 in front keeps it apart. Usage: bench/end_to_end.sh BUILDDIR [MESSAGES]
set -eu
build=$1
wanted=${2:-600000}
pollux=$build/pollux
folder=$(mktemp -d)
server=
stop() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
    rm -rf "$folder"
}
trap stop EXIT INT TERM

# A journey is about 38 messages of the simulated hospital; all are distinct.
"$pollux" hospital --journeys $(((wanted + 37) / 38)) --seed 5 --out "$folder/day.mllp" 2>/dev/null
once=$("$pollux" hl7 parse "$folder/day.mllp" --json | wc -l)
bytes=$(wc -c <"$folder/day.mllp")

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
port=$(free_port)
http=$(free_port)
wait_for() {
    python3 - "$1" <<'P'
import socket, sys, time
for _ in range(200):
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1).close()
        break
    except OSError:
        time.sleep(0.05)
P
}
run_case() {
    connections=$1 window=$2 offered=$3
    rm -rf "$folder/data"
    "$pollux" serve --data "$folder/data" --mllp "127.0.0.1:$port" --http "127.0.0.1:$http" 2>/dev/null &
    server=$!
    wait_for "$port"
    rate=
    [ "$offered" = 0 ] || rate="--rate $offered"
    "$pollux" hl7 send "$folder/day.mllp" --to "127.0.0.1:$port" --connections "$connections" \
        --window "$window" $rate --unordered --json >"$folder/sent.json"
    python3 - "$folder/sent.json" "$connections" "$window" "$((bytes / once))" "$http" "$offered" <<'P'
import json, sys, time, urllib.request
acked = time.monotonic()
r = json.load(open(sys.argv[1]))
done = 0
while done < r["sent"]:  # the twin answers between two entries: what it has done by then
    url = "http://127.0.0.1:%s/api/feeds" % sys.argv[5]
    feeds = json.load(urllib.request.urlopen(url, timeout=60))["interfaces"]
    done = sum(f[k] for f in feeds for k in ("applied", "duplicate", "ignored", "refused", "dead_open"))
    if time.monotonic() - acked > 300:
        sys.exit("the twin applied %d of %d messages" % (done, r["sent"]))
print("end_to_end,%d,%s,%s,%s,%s,%.1f,%.0f,%.2f,%.2f,%.2f,%.0f" % (
    r["sent"], *(sys.argv[k] for k in (4, 2, 3, 6)), r["seconds"], r["msg_per_s"],
    *(r["latency_ms"][k] for k in ("p50", "p99", "max")), 1e3 * (time.monotonic() - acked)))
P
    kill "$server"
    wait "$server" || true
    server=
    "$pollux" journal verify --data "$folder/data" >&2
}

echo "case,bytes,median_ms,p99_ms"
python3 - "$folder/probe" <<'P'
import os, sys, time
fd = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY, 0o600)
for size in (4096, 262144):
    took = []
    for _ in range(200):
        began = time.monotonic()
        os.write(fd, bytes(size))
        os.fdatasync(fd)
        took.append(1e3 * (time.monotonic() - began))
    took.sort()
    print("disk_sync,%d,%.3f,%.3f" % (size, took[100], took[198]))
P
echo "case,messages,mean_bytes,connections,window,offered,seconds,msg_per_s,ack_p50_ms,ack_p99_ms,ack_max_ms,lag_ms"
run_case 200 1 0
run_case 200 2 0
run_case 200 2 61000
run_case 200 4 0
run_case 200 8 0
echo "case,messages,seconds,msg_per_s,hash"
began=$(date +%s.%N)
"$pollux" journal replay --data "$folder/data" --json >"$folder/replay.json"
ended=$(date +%s.%N)
python3 - "$folder/replay.json" "$began" "$ended" <<'P'
import json, sys
r = json.load(open(sys.argv[1]))
s = float(sys.argv[3]) - float(sys.argv[2])
print("replay,%d,%.1f,%.0f,%s" % (r["entries"], s, r["entries"] / s, r["hash"][:16]))
P
