#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""Goal: tool/fuzz.py takes no target for good that is not: undefined behaviour, a heap overflow, a leak,
a trap, too few executions, no target at all. Oracle: targets of a line each. Tolerance: none. TAP on
stdout."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = """#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    volatile int big = INT_MAX;
    char *memory = malloc(4);
    (void)data, (void)n, (void)big;
    %s;
    free(memory);
    return 0;
}
"""
# name, statement, arguments, exit status, words on stdout
CASES = [
    ("clean", "", ["--runs", "1000"], 0, r"ok 1 - fuzz clean: \d{4} executions"),
    ("clean", "", ["--runs", "1001", "--jobs", "2"], 0, r"^ok 1 - fuzz clean: 100[2-9] executions"),
    ("undefined", "if (n > 1) big += 1", ["--runs", "1000"], 1, "not ok 1 - fuzz undefined"),
    ("overflow", "if (n > 1) memory[n + 2] = 1", ["--runs", "1000"], 1, "not ok 1 - fuzz overflow"),
    ("leak", "if (n > 1) memory = NULL", ["--runs", "1000"], 1, "not ok 1 - fuzz leak"),
    ("trap", "if (n > 1) __builtin_trap()", ["--seconds", "5"], 1, "not ok 1 - fuzz trap"),
    ("early", "if (n > 1) exit(0)", ["--runs", "1000"], 1, "not ok 1 - fuzz early"),
    ("clean", "", ["--only", "other"], 1, "1..0"),
    ("clean", "", ["--but", "clean"], 1, "1..0"),
]


def check(name, statement, arguments, status, words):
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "x.c")
        with open(source, "w", encoding="utf-8") as f:
            f.write(TARGET % statement)
        subprocess.run(["clang", "-fsanitize=fuzzer,address,undefined", source, "-o",
                        os.path.join(folder, "fuzz_" + name)], check=True)
        done = subprocess.run([sys.executable, os.path.join(HERE, "fuzz.py"), folder, *arguments],
                              capture_output=True, text=True)
        return done.returncode == status and re.search(words, done.stdout, re.M) is not None


def main():
    if not shutil.which("clang"):
        print("1..0 # SKIP no clang")
        return 0
    print(f"1..{len(CASES)}")
    good = True
    for i, case in enumerate(CASES, 1):
        passed = check(*case)
        good &= passed
        print(f"{'ok' if passed else 'not ok'} {i} - {case[0]} {' '.join(case[2])}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
