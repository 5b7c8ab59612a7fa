#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""Runs the libFuzzer targets of a build directory: `tool/fuzz.py BUILDDIR [--seconds N | --runs N]
[--only NAME | --but NAME] [--jobs N]`. TAP on stdout, one line a target with the executions done; --runs
is met by N processes of one target together (--jobs), each with a corpus of its own. Progress on stderr
every half minute. A target's seeds are the files under SOURCE/FOLDER/seed/ of its room, when it has some.
A finding, undefined behaviour included, is kept in BUILDDIR/finding/."""
import argparse
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRESS_S = 30
PULSE = re.compile(r"^#(\d+)\s", re.M)
DONE = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


def name_of(target):
    return os.path.basename(target)[len("fuzz_"):]


def seeds_of(name):
    return [d for top in ("core", "edge")
            for d in glob.glob(os.path.join(ROOT, top, "**", "seed", name), recursive=True)
            if os.path.isdir(d)]


def tail_of(path, n=20000):
    with open(path, "rb") as f:
        f.seek(max(0, os.path.getsize(path) - n))
        return f.read().decode(errors="replace")


class Job:
    """One process on one target; its executions as far as they are known."""

    def __init__(self, target, options, number):
        self.target, self.options, self.number = target, options, number
        self.log = tempfile.NamedTemporaryFile(suffix=".log")

    def executions(self):
        text = tail_of(self.log.name)
        found = DONE.findall(text) or PULSE.findall(text)
        return int(found[-1]) if found else 0

    def run(self):
        """True when it ended well. Without halt_on_error a run with undefined behaviour ends well."""
        options, name = self.options, name_of(self.target)
        finding = os.path.join(options.build, "finding", name + "-")
        os.makedirs(os.path.dirname(finding), exist_ok=True)
        environment = dict(os.environ, UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")
        with tempfile.TemporaryDirectory() as corpus:
            command = [self.target, corpus, *seeds_of(name), "-print_final_stats=1", "-timeout=20",
                       "-rss_limit_mb=4096", "-artifact_prefix=" + finding]
            command += [f"-runs={-(-options.runs // options.jobs)}"] if options.runs else \
                       [f"-max_total_time={options.seconds}"]
            command += [f"-seed={self.number}"] if options.jobs > 1 else []
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=self.log, env=environment)
        if done.returncode != 0:
            sys.stderr.write(tail_of(self.log.name, 6000))
        return done.returncode == 0


def report_progress(jobs, options, over):
    wanted = f" of {options.runs}" if options.runs else ""
    while not over.wait(PROGRESS_S):
        done = {}
        for job in jobs:
            done[name_of(job.target)] = done.get(name_of(job.target), 0) + job.executions()
        for name, n in done.items():
            if n and (options.runs == 0 or n < options.runs):
                sys.stderr.write(f"# fuzz {name}: {n}{wanted} executions\n")
        sys.stderr.flush()


def targets_of(options):
    found = sorted(t for t in glob.glob(os.path.join(options.build, "fuzz_*"))
                   if os.access(t, os.X_OK) and os.path.isfile(t))
    return [t for t in found
            if options.only in ("", name_of(t)) and name_of(t) != options.but]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--but", default="")
    options = parser.parse_args()
    targets = targets_of(options)
    print(f"1..{len(targets)}", flush=True)
    good, over = len(targets) > 0, threading.Event()
    jobs = [[Job(t, options, number + 1) for number in range(options.jobs)] for t in targets]
    progress = threading.Thread(target=report_progress, args=(sum(jobs, []), options, over))
    progress.start()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = [[pool.submit(job.run) for job in of_target] for of_target in jobs]
        for i, (target, of_target, results) in enumerate(zip(targets, jobs, runs), 1):
            well = all([r.result() for r in results])
            executions = sum(job.executions() for job in of_target)
            ok = well and executions > 0 and executions >= options.runs
            good &= ok
            print(f"{'ok' if ok else 'not ok'} {i} - fuzz {name_of(target)}: {executions} executions",
                  flush=True)
    over.set()
    progress.join()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
