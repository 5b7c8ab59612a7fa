#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""Goal: the closing line of ./check counts every test once and hides no failure. Oracle: reports of a
few lines, counted by hand. Tolerance: none. TAP on stdout."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def meson(result, stdout, returncode=0):
    return json.dumps({"name": "t", "result": result, "stdout": stdout, "returncode": returncode}) + "\n"


NODE = "ok 1 - a\n    not ok 1 - b\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 2\n# todo 0\n"
# name of the report, its text, the line printed, what --failed names (None: nothing)
CASES = [
    ("x.tap", "1..3\nok 1 - a\nok 2 - b # SKIP no peer\nnot ok 3 - c\n", "1 1 1", "not ok 3 - c"),
    ("x.tap", "", "0 0 0", None),
    ("x.tap", NODE, "3 2 2", "not ok 1 - b"),
    ("x.json", meson("OK", "ok 1 - a\nok 2 - b\n"), "2 0 0", None),
    ("x.json", meson("OK", ""), "1 0 0", None),
    ("x.json", meson("SKIP", "1..0 # SKIP none\n"), "0 0 1", None),
    # cmocka writes a skipped test as "not ok 2 # SKIP", which Meson takes for a failure
    ("x.json", meson("FAIL", "ok 1 - a\nnot ok 2 # SKIP b\n"), "1 0 1", None),
    ("x.json", meson("FAIL", "not ok 1 # SKIP b\nnot ok 2 - c\n"), "0 1 1", "not ok 2 - c"),
    ("x.json", meson("FAIL", "ok 1 - a\n"), "1 1 0", "ended with FAIL"),
    ("x.json", meson("ERROR", "ok 1 - a\nnot ok 2 # SKIP b\n", 1), "1 1 1", "ended with ERROR"),
    ("x.json", meson("FAIL", "not ok 1 # SKIP b\n", 134), "0 1 1", "ended with FAIL (134)"),
    ("x.json", meson("TIMEOUT", "ok 1 - a\nnot ok 2 # SKIP b\n"), "1 1 1", "ended with TIMEOUT"),
    ("x.json", meson("OK", "ok 1 - a\n") + meson("ERROR", "", -11), "1 1 0", "ended with ERROR (-11)"),
]


def tally(*arguments):
    return subprocess.run([sys.executable, os.path.join(HERE, "tally.py"), *arguments],
                          capture_output=True, text=True).stdout.strip()


def check(name, text, counts, failed):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        named = tally("--failed", path)
        return tally(path) == counts and (named == "" if failed is None else failed in named)


def main():
    results = [check(*case) for case in CASES]
    print(f"1..{len(CASES)}")
    for i, (case, good) in enumerate(zip(CASES, results), 1):
        print(f"{'ok' if good else 'not ok'} {i} - {json.dumps(case[1])[:60]}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
