#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""Adds up TAP lines: `tool/tally.py [--failed] FILE ...` prints "passed failed skipped".

A FILE is Meson's testlog.json (a program's stdout is TAP, or nothing: then it is one test) or plain
TAP. Node's runner nests its tests and closes with totals: those count. A program that ended badly
without a "not ok" line of its own counts as one failure. --failed lists the failures instead."""
import json
import re
import sys

LINE = re.compile(r"^\s*(not )?ok\b[^#]*(#\s*(SKIP)\b)?", re.I)
NODE_TOTAL = re.compile(r"^(?:#|\u2139) (pass|fail|cancelled|skipped|todo) (\d+)$", re.M)


def tally_node(text):
    """The totals that Node's runner closes with, or None."""
    totals = {word: int(n) for word, n in NODE_TOTAL.findall(text)}
    if "pass" not in totals:
        return None
    names = [line.strip() for line in text.split("\n") if line.lstrip().startswith("not ok")]
    return (totals["pass"], totals["fail"] + totals.get("cancelled", 0),
            totals.get("skipped", 0) + totals.get("todo", 0), names)


def tally_tap(text):
    """passed, failed, skipped, names of the failed."""
    node = tally_node(text)
    if node:
        return node
    passed = failed = skipped = 0
    names = []
    for line in text.split("\n"):
        found = LINE.match(line)
        if not found:
            continue
        if found.group(3):
            skipped += 1
        elif found.group(1):
            failed += 1
            names.append(line.strip())
        else:
            passed += 1
    return passed, failed, skipped, names


def only_skipped(test, skipped):
    """cmocka writes a skipped test as "not ok 2 # SKIP", and Meson takes that for a failure."""
    return test["result"] == "FAIL" and skipped > 0 and test.get("returncode") == 0


def tally_meson(path):
    total, names = [0, 0, 0], []
    with open(path, encoding="utf-8") as f:
        for line in f:
            test = json.loads(line)
            p, n, s, failed = tally_tap(test.get("stdout", ""))
            if test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL") and n == 0 and \
                    not only_skipped(test, s):
                n, failed = 1, [f"ended with {test['result']} ({test.get('returncode')})"]
            if test["result"] == "SKIP" and p + n + s == 0:
                s = 1
            if p + n + s == 0:
                p = 1
            total = [a + b for a, b in zip(total, (p, n, s))]
            names += [f"{test['name']}: {x}" for x in failed]
    return total, names


def main(paths, list_failed):
    total, names = [0, 0, 0], []
    for path in paths:
        if path.endswith(".json"):
            counts, failed = tally_meson(path)
        else:
            with open(path, encoding="utf-8", errors="replace") as f:
                p, n, s, failed = tally_tap(f.read())
            counts = (p, n, s)
        total = [a + b for a, b in zip(total, counts)]
        names += failed
    print("\n".join(names) if list_failed else " ".join(map(str, total)))


if __name__ == "__main__":
    main([a for a in sys.argv[1:] if a != "--failed"], "--failed" in sys.argv)
