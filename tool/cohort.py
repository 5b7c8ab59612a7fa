#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""cohort.py FILE... CASES: JSON lines of `pollux patient cohort --json` -> TAP with the figures beside their bars.

Several files are parts of one cohort (--from, --limit): sums are added, means are weighted by n; a skill is that of the
weighted scores. A bar that is missed is told and is no failure: the test is that all cases were run and every table is
there."""
import json
import sys

TABLES = {"cohort", "forecast", "deficit_ml", "bleeding_10min", "mechanism", "differential", "parameter"}


def percent(value):
    return "none" if value is None else f"{100 * value:.1f} %"


def rounded(value, digits=0):
    return "none" if value is None else f"{value:.{digits}f}"


SUMS = {"n", "cases", "lost_before", "lost_after"}
FIXED = {"minutes", "members"}


def persistence(row):
    """Score of the rival, from the skill over it."""
    skill = row.get("skill_persistence")
    return None if skill is None or row["crps"] is None else row["crps"] / (1 - skill)


def merged(parts):
    """One row of the same row of several parts."""
    row = {}
    rivals = [(persistence(p), p["crps"], p["n"]) for p in parts] if "skill_persistence" in parts[0] else []
    for key, first in parts[0].items():
        counts = parts[0]["table"] == "mechanism"
        if isinstance(first, str) or key in FIXED:
            row[key] = first
        elif key in SUMS or counts:
            row[key] = sum(p[key] for p in parts)
        elif key == "rank_p":
            row[key] = None  # of all ranks together
        elif key == "skill_persistence":
            known = [r for r in rivals if r[0] is not None]
            rival = sum(r[0] * r[2] for r in known)
            row[key] = 1 - sum(r[1] * r[2] for r in known) / rival if rival else None
        else:
            known = [(p[key], p["n"]) for p in parts if p[key] is not None and p["n"]]
            n = sum(w for _, w in known)
            row[key] = sum(x * w for x, w in known) / n if n else None
    return row


def read(paths):
    rows = {}
    for path in paths:
        with open(path, encoding="utf-8") as f:
            for line in f:
                row = json.loads(line) if line.strip() else {"table": "case"}
                if row["table"] == "case":
                    continue
                name = (row["table"], row.get("minutes"), *(v for v in row.values() if isinstance(v, str)))
                rows.setdefault(name, []).append(row)
    return [merged(parts) for parts in rows.values()]


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
            yield (f"{r['n']:.0f} bleedings {r['rate']}: met {percent(r['met'])}, mean error "
                   f"{percent(r['error_share'])}, intervals hold {percent(r['cover90'])}")
        elif r["table"] == "differential":
            first = "" if r["top1"] is None else (f"top-1 {percent(r['top1'])} (bar 80), abstained "
                                                  f"{percent(r['abstained'])} (bar 20), right when said "
                                                  f"{percent(r['right_when_said'])}, ")
            yield (f"{r['n']:.0f} {r['who']}: {first}log-score {rounded(r['log_score'], 3)}, shock index "
                   f"{rounded(r['log_score_shock_index'], 3)}")
        elif r["table"] == "parameter" and r["parameter"] == "all":
            yield f"{r['n']:.0f} parameters: 90 % intervals hold {percent(r['cover90'])} (bar 85 to 95)"


def main():
    if len(sys.argv) < 3:
        sys.stderr.write(__doc__ + "\n")
        return 2
    rows = read(sys.argv[1:-1])
    tables = {r["table"] for r in rows}
    whole = tables >= TABLES and next(r["cases"] for r in rows if r["table"] == "cohort") == int(sys.argv[-1])
    print("1..1")
    if tables >= TABLES:
        for line in figures(rows):
            print(f"# {line}")
    print(f"{'ok' if whole else 'not ok'} 1 - all cases were run and every table is there")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
