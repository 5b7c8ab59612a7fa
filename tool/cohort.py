#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""cohort.py FILE CASES: JSON lines of `pollux patient cohort --json` -> TAP with the figures beside their bars.

A bar that is missed is told and is no failure: the test is that all cases were run and every table is there."""
import json
import sys

TABLES = {"cohort", "forecast", "deficit_ml", "bleeding_10min", "mechanism", "differential", "parameter"}


def percent(value):
    return "none" if value is None else f"{100 * value:.1f} %"


def rounded(value, digits=0):
    return "none" if value is None else f"{value:.{digits}f}"


def figures(rows):
    head = next(r for r in rows if r["table"] == "cohort")
    bar = "80 to 97" if head["truth"] == "perturbed" else "87 to 93"
    yield (f"{head['cases']:.0f} cases, {head['members']:.0f} members, {head['truth']}: {head['lost_before']:.0f} "
           f"lost before the origin, {head['lost_after']:.0f} after it")
    for r in rows:
        if r["table"] == "forecast" and r["vital"] != "all":
            skill = "" if r["skill_persistence"] is None else f", skill {r['skill_persistence']:.2f}"
            yield (f"{r['minutes']:.0f} min {r['vital']}: 90 % intervals hold {percent(r['cover90'])} (bar {bar}), "
                   f"CRPS {rounded(r['crps'], 2)}{skill}")
        elif r["table"] == "deficit_ml":
            yield (f"{r['n']:.0f} deficits ({r['who']}; bars 250 with, 350 without): MAE {rounded(r['mae'])} mL, "
                   f"bias {rounded(r['bias'])}, intervals hold {percent(r['cover90'])}")
        elif r["table"] == "bleeding_10min":
            yield f"{r['n']:.0f} bleedings {r['rate']}: met {percent(r['met'])}, intervals hold {percent(r['cover90'])}"
        elif r["table"] == "differential":
            first = "" if r["top1"] is None else (f"top-1 {percent(r['top1'])} (bar 80), abstained "
                                                  f"{percent(r['abstained'])} (bar 20), ")
            yield (f"{r['n']:.0f} {r['who']}: {first}log-score {rounded(r['log_score'], 3)}, shock index "
                   f"{rounded(r['log_score_shock_index'], 3)}")
        elif r["table"] == "parameter" and r["parameter"] == "all":
            yield f"{r['n']:.0f} parameters: 90 % intervals hold {percent(r['cover90'])} (bar 85 to 95)"


def main():
    if len(sys.argv) != 3:
        sys.stderr.write(__doc__ + "\n")
        return 2
    with open(sys.argv[1], encoding="utf-8") as f:
        rows = [json.loads(line) for line in f if line.strip()]
    tables = {r["table"] for r in rows}
    whole = tables >= TABLES and next(r["cases"] for r in rows if r["table"] == "cohort") == int(sys.argv[2])
    print("1..1")
    if tables >= TABLES:
        for line in figures(rows):
            print(f"# {line}")
    print(f"{'ok' if whole else 'not ok'} 1 - all cases were run and every table is there")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
