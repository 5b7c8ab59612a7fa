#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""Turns knowledge/medication.csv and knowledge/medication_route.csv into C tables.

    tool/make_medication_table.py           writes core/record/medication_table.h
    tool/make_medication_table.py --check   compares it with what is checked in; 1 when they differ

Checks on the way: rows count up from 0, keys, codes and names are unique, kinds and routes are known, uptakes
are of drugs, every row has a source, every code to verify is one of the row.
"""
import sys

from make_quantity_table import HEAD, ROOT, c_text, name_table, read_csv

KINDS = ["other", "drug", "fluid", "antipyretic", "oxygen"]
ROUTES = ["other", "iv", "im", "sc", "inhaled", "nasal", "oral", "rectal", "sublingual"]


def fail(sentence):
    sys.exit("make_medication_table: " + sentence)


def medication_lines(rows):
    lines = ["static const plx_medication_info medication_rows[] = {"]
    rxnorm, atc, names = [], [], []
    for i, row in enumerate(rows):
        if int(row["row"]) != i:
            fail("row %d of medication.csv says %s" % (i, row["row"]))
        if row["kind"] not in KINDS or not row["source"]:
            fail("%s has no source, or a kind that is not known" % row["key"])
        lines.append("    {%s, PLX_MEDICATION_%s}," % (c_text(row["key"]), row["kind"].upper()))
        rxnorm += [(code, i) for code in row["rxnorm"].split()]
        atc += [(code, i) for code in row["atc"].split()]
        names += [(name, i) for name in row["names"].split(";") if name]
        if not set(row["verify"].split()) <= set(row["rxnorm"].split() + row["atc"].split()):
            fail("%s verifies a code that it does not have" % row["key"])
    if any(name != name.lower() for name, _ in names):
        fail("names are written in small letters")
    if len({row["key"] for row in rows}) != len(rows):
        fail("a key stands twice")
    lines += ["};", ""]
    return lines + name_table("rxnorm", rxnorm) + name_table("atc", atc) + name_table("medication", names)


def route_lines(rows, keys):
    routes = [row for row in rows if row["kind"] == "route"]
    uptakes = [row for row in rows if row["kind"] == "uptake"]
    if len(routes) + len(uptakes) != len(rows) or any(row["route"] not in ROUTES for row in rows):
        fail("medication_route.csv has a kind or a route that is not known")
    lines = name_table("route", [(row["name"], ROUTES.index(row["route"])) for row in routes])
    lines += ["static const uptake uptakes[] = {"]
    for row in uptakes:
        if row["name"] not in keys or not row["source"] or not 0 < float(row["share"]) <= 1:
            fail("the uptake of %s is not complete" % row["name"])
        lines.append("    {%d, PLX_ROUTE_%s, %s, %s}," % (keys.index(row["name"]), row["route"].upper(),
                                                          row["uptake_s"], row["share"]))
    return lines + ["};"]


def main():
    medications, routes = read_csv("medication.csv"), read_csv("medication_route.csv")
    head = HEAD.replace("make_quantity_table", "make_medication_table").replace(
        "name_table.h\"\n#include \"core/record/quantity.h", "medication.h\"\n#include \"core/record/name_table.h")
    guard = "PLX_CORE_RECORD_MEDICATION_TABLE_H"
    text = head % ("knowledge/medication*.csv", "medication.c", guard, guard)
    text += "typedef struct uptake {\n    uint16_t medication, route;\n    double over_s, share;\n} uptake;\n\n"
    lines = medication_lines(medications) + route_lines(routes, [row["key"] for row in medications])
    text += "\n".join(lines) + "\n\n#endif\n"
    path = ROOT / "core/record/medication_table.h"
    if sys.argv[1:] == ["--check"]:
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return 0
        print("core/record/medication_table.h differs: run tool/make_medication_table.py")
        return 1
    if sys.argv[1:]:
        fail("the only option is --check")
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
