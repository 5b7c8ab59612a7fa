#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""Goal: the figures of a cohort stand beside their bars, and a run that is not whole is no pass. Oracle: a few
rows by hand. Tolerance: none. TAP on stdout."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = [
    {"table": "cohort", "truth": "perturbed", "cases": 2, "members": 48, "lost_before": 1, "lost_after": 0},
    {"table": "forecast", "vital": "hr_bpm", "minutes": 5, "n": 1, "cover90": 0.875, "crps": 1.5,
     "skill_persistence": None},
    {"table": "deficit_ml", "who": "bleeds", "n": 1, "mae": 200.4, "bias": -3, "cover90": None},
    {"table": "bleeding_10min", "rate": "above", "n": 0, "met": None, "error_share": None, "cover90": None},
    {"table": "mechanism", "true": "stable"},
    {"table": "differential", "who": "all", "n": 1, "top1": 0.5, "abstained": 0, "right_when_said": 0.5,
     "log_score": 1, "log_score_shock_index": 2},
    {"table": "parameter", "parameter": "all", "n": 12, "cover90": 0.9},
]
# name, rows, cases, words of the output, exit status
CASES = [
    ("figures beside bars", ROWS, 2, "# 5 min hr_bpm: 90 % intervals hold 87.5 % (bar 80 to 97), CRPS 1.50\n", 0),
    ("nothing known", ROWS, 2, "# 0 bleedings above: met none, mean error none, intervals hold none\n", 0),
    ("a table is missing", ROWS[:-1], 2, "not ok 1", 1),
    ("a case is missing", ROWS, 3, "not ok 1", 1),
    ("nothing at all", [], 2, "not ok 1", 1),
]
# A second part, with three times the weight: 1.5 and 3.5 make 3, and 1.5 of 3 and 3.5 of 7 are a skill of 0.5.
SECOND = [dict(ROWS[0], cases=5), dict(ROWS[1], n=3, crps=3.5, cover90=1, skill_persistence=0.5), *ROWS[2:]]
FIRST = [ROWS[0], dict(ROWS[1], skill_persistence=0.5), *ROWS[2:]]
PARTS = "5 min hr_bpm: 90 % intervals hold 96.9 % (bar 80 to 97), CRPS 3.00, skill 0.50\n"


def check(parts, cases, words, status):
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, f"{i}.json") for i in range(len(parts))]
        for path, rows in zip(paths, parts):
            with open(path, "w", encoding="utf-8") as f:
                f.write("".join(json.dumps(row) + "\n" for row in rows))
        done = subprocess.run([sys.executable, os.path.join(HERE, "cohort.py"), *paths, str(cases)],
                              capture_output=True, text=True)
        return words in done.stdout and done.returncode == status


def main():
    cases = [(name, [rows], n, words, status) for name, rows, n, words, status in CASES]
    cases.append(("two parts are weighted by their numbers", [FIRST, SECOND], 7, PARTS, 0))
    results = [check(*case[1:]) for case in cases]
    print(f"1..{len(cases)}")
    for i, (case, good) in enumerate(zip(cases, results), 1):
        print(f"{'ok' if good else 'not ok'} {i} - {case[0]}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
