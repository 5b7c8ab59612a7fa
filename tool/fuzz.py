#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""Runs every libFuzzer target of a build directory: `tool/fuzz.py BUILDDIR [--seconds N | --runs N]
[--only NAME]`. TAP on stdout, one line a target with the executions done. A target's seeds are the files
under SOURCE/FOLDER/seed/ of its room, when it has some. A finding is kept in BUILDDIR/finding/."""
import argparse
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def seeds_of(name):
    return [d for d in glob.glob(os.path.join(ROOT, "**", "seed", name), recursive=True)
            if os.path.isdir(d)]


def run(target, options):
    name = os.path.basename(target)[len("fuzz_"):]
    finding = os.path.join(options.build, "finding", name + "-")
    os.makedirs(os.path.dirname(finding), exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        command = [target, corpus, *seeds_of(name), "-print_final_stats=1", "-rss_limit_mb=4096",
                   "-timeout=20", "-artifact_prefix=" + finding]
        command.append(f"-runs={options.runs}" if options.runs else
                       f"-max_total_time={options.seconds}")
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    found = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    executions = int(found.group(1)) if found else 0
    if done.returncode != 0:
        sys.stderr.write(done.stderr[-6000:])
    return name, executions, done.returncode == 0 and executions > 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    targets = sorted(t for t in glob.glob(os.path.join(options.build, "fuzz_*"))
                     if os.access(t, os.X_OK) and os.path.isfile(t) and options.only in ("", os.path.basename(t)[len("fuzz_"):]))
    print(f"1..{len(targets)}")
    good = len(targets) > 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda t: run(t, options), targets)
        for i, (name, executions, ok) in enumerate(results, 1):
            good &= ok
            print(f"{'ok' if ok else 'not ok'} {i} - fuzz {name}: {executions} executions",
                  flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
