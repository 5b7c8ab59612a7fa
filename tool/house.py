#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""The rules of the house as tests: `tool/house.py CHECK [ARGUMENT ...]`, TAP on stdout.

  arrow             includes follow app -> edge -> core and the order inside core; no cycles of rooms
  symbols LIB       core asks libc for nothing but memory, strings and exact arithmetic (nm -u)
  listed BUILDDIR   every .c file is compiled by some build target
  headers CC        every header compiles alone
  format            every C file is as clang-format leaves it
  size              functions, files and lines keep their limits
  words             no file names a path of a machine or leaves work marked as unfinished
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Who may include whom inside core: a room may use every room of a lower rank, and itself.
CORE_RANK = {"base": 0, "record": 1, "format": 2, "signal": 2, "score": 2, "physiology": 2,
             "department": 2, "census": 2, "vitals": 3, "triage": 3, "fit": 3, "hospital": 4, "clean": 4, "assimilate": 4, "diagnose": 4,
             "validate": 4, "cohort": 5, "ledger": 5, "twin": 6}
ALLOWED_SYMBOLS = re.compile(r"^(mem(cpy|move|set|cmp|chr|rchr)|bcmp|str(len|cmp|ncmp|chr|cspn|spn|nlen)"
                             r"|sqrt|fabs|floor|ceil|trunc|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_"
                             r"|__mem(cpy|move|set)_chk)$")
FUNCTION_LINES_MAX, FILE_LINES_MAX, COLUMNS_MAX = 70, 800, 100
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|root|home)/[\w.]")


def files(*endings, tests=True):
    """Every tracked or new file of the project with one of the endings, relative to the root."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True)
    if listed.returncode == 0:
        names = listed.stdout.split("\n")
    else:
        names = [os.path.relpath(os.path.join(d, f), ROOT) for d, _, fs in os.walk(ROOT) for f in fs]
    keep = [n for n in names if n.endswith(endings) and os.path.isfile(os.path.join(ROOT, n))
            and not n.startswith(("build", "web/node_modules"))]
    return sorted(n for n in keep if tests or not re.search(r"_(test|fuzz|bench)\.c$", n))


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as f:
        return f.read()


def includes(name):
    return re.findall(r'^\s*#\s*include\s+"([^"]+)"', read(name), re.M)


def room_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] in ("core", "edge") else parts[0]


def arrow_fault(name, target):
    """Why name must not include target, or None."""
    here, there = name.split("/"), target.split("/")
    is_test = re.search(r"_(test|fuzz|bench)\.c$", name) or here[0] in ("test", "bench")
    if there[0] not in ("core", "edge", "app"):
        return None if there[0] == here[0] else "include by the path from the root"
    layers = {"core": 0, "edge": 1, "app": 2}
    if is_test and here[0] in ("test", "bench"):
        return None
    if layers[there[0]] > layers.get(here[0], 2):
        return f"{here[0]} must not include {there[0]}"
    if here[0] == there[0] == "core" and here[1] != there[1]:
        if CORE_RANK.get(there[1], 9) >= CORE_RANK.get(here[1], 9):
            return f"core/{here[1]} must not include core/{there[1]}"
    if here[0] == there[0] == "core" and here[1] == "format" == there[1] and here[2] != there[2]:
        if not is_test:
            return f"formats do not include each other: {here[2]} and {there[2]}"
    if here[0] == there[0] == "edge" and here[1] != there[1] and there[1] != "host":
        return f"edge/{here[1]} must not include edge/{there[1]}; app joins rooms"
    return None


def check_arrow():
    faults, graph = [], {}
    for name in files(".c", ".h"):
        if name.split("/")[0] not in ("core", "edge", "app", "test", "bench"):
            continue
        for target in includes(name):
            fault = arrow_fault(name, target)
            if fault:
                faults.append(f"{name} includes {target}: {fault}")
            if room_of(name) != room_of(target) and not re.search(r"_(test|fuzz|bench)\.c$", name):
                graph.setdefault(room_of(name), set()).add(room_of(target))
    return faults + find_cycle(graph)


def find_cycle(graph):
    state = {}

    def visit(room, path):
        state[room] = "open"
        for other in sorted(graph.get(room, ())):
            if state.get(other) == "open":
                return [f"cycle of rooms: {' -> '.join(path + [room, other])}"]
            if other not in state:
                found = visit(other, path + [room])
                if found:
                    return found
        state[room] = "done"
        return []

    for room in sorted(graph):
        if room not in state:
            found = visit(room, [])
            if found:
                return found
    return []


def check_symbols(library):
    out = subprocess.run(["nm", "-A", "-u", "--no-sort", library], capture_output=True, text=True,
                         check=True).stdout
    defined = subprocess.run(["nm", "--defined-only", library], capture_output=True, text=True,
                             check=True).stdout
    own = {line.split()[-1] for line in defined.split("\n") if len(line.split()) == 3}
    faults = []
    for line in out.split("\n"):
        parts = line.split()
        if len(parts) < 2 or parts[-2] not in ("U", "w"):
            continue
        symbol = parts[-1]
        instrumented = symbol.startswith(("__asan", "__ubsan", "__tsan", "__sanitizer", "__gcov",
                                          "__llvm", "__cxa", "__sancov", "__start", "__stop"))
        if symbol not in own and not ALLOWED_SYMBOLS.match(symbol) and not instrumented:
            faults.append(f"{parts[0].split(':')[-2]}: core must not call {symbol}")
    return faults


def check_listed(build):
    with open(os.path.join(build, "meson-info", "intro-targets.json"), encoding="utf-8") as f:
        targets = json.load(f)
    listed = {os.path.relpath(s, ROOT) for t in targets for part in t["target_sources"]
              for s in part.get("sources", [])}
    fuzzed = set()  # fuzz targets are built only with -Dfuzz=true; their lists are in the build files
    for name in files("meson.build"):
        folder = os.path.dirname(name)
        fuzzed |= {os.path.join(folder, s) for s in re.findall(r"'([\w./]+_fuzz\.c)'", read(name))}
    return [f"{n} is compiled by no build file" for n in files(".c")
            if n not in listed and n not in fuzzed]


def check_headers(compiler):
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for name in files(".h"):
            unit = os.path.join(folder, "unit.c")
            with open(unit, "w", encoding="utf-8") as f:
                f.write(f'#include "{name}"\n#include "{name}"\n')
            flags = ["-std=c17", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function",
                     "-Wno-unused-const-variable", "-fsyntax-only", "-I", ROOT]
            if not name.startswith("core/"):
                flags.append("-D_GNU_SOURCE")
            done = subprocess.run(compiler.split() + flags + [unit], capture_output=True, text=True)
            if done.returncode != 0:
                faults.append(f"{name} does not compile alone: {done.stderr.strip().splitlines()[0]}")
    return faults


def check_format():
    if not shutil.which("clang-format"):
        return None
    names = files(".c", ".h")
    done = subprocess.run(["clang-format", "--dry-run", "-Werror"] + names, cwd=ROOT,
                          capture_output=True, text=True)
    wrong = {line.split(":")[0] for line in done.stderr.splitlines() if ": error: " in line}
    if done.returncode != 0 and not wrong:
        return [f"clang-format ends with {done.returncode}: {done.stderr.strip()[:200]}"]
    return [f"{name} is not formatted: run clang-format -i {name}" for name in names if name in wrong]


def function_lengths(text):
    """(name, lines) of each function: from its opening brace in column 0 to the closing one."""
    start, name = None, ""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if line == "{":
            start = i
            above = " ".join(lines[max(0, i - 6):i])
            found = re.findall(r"(\w+)\s*\([^;{}]*\)\s*$", above)
            name = found[-1] if found else "?"
        elif line == "}" and start is not None:
            yield name, i - start - 1
            start = None


def says_why(text):
    """A file or function may be longer when a comment says so: `long: the reason`."""
    return set(re.findall(r"\blong(?: \((\w+)\))?: ", text))


def check_size():
    faults = []
    for name in files(".c", ".h", ".ts", ".tsx"):
        text = read(name)
        allowed = says_why(text)
        lines = text.count("\n")
        if lines > FILE_LINES_MAX and "" not in allowed:
            faults.append(f"{name} has {lines} lines, {FILE_LINES_MAX} at most")
        if not name.endswith((".c", ".h")):
            continue
        for function, n in function_lengths(text):
            if n > FUNCTION_LINES_MAX and function not in allowed:
                faults.append(f"{name}: {function} has {n} lines, {FUNCTION_LINES_MAX} at most")
        faults += [f"{name}:{i + 1} is longer than {COLUMNS_MAX} columns"
                   for i, line in enumerate(text.split("\n")) if len(line) > COLUMNS_MAX]
    return faults


def check_words():
    faults = []
    for name in files(".c", ".h", ".ts", ".tsx", ".md", ".py", ".sh", ".build", ".yaml", ".csv",
                      "start", "check", "run"):
        text = read(name)
        if name != "tool/house.py":
            faults += [f"{name}: marked as unfinished: {w}" for w in UNFINISHED.findall(text)]
        faults += [f"{name}: names a path of one machine" for _ in MACHINE_PATH.findall(text)]
        if name.endswith((".c", ".h")) and text.split("\n")[0].find("SPDX-License-Identifier") < 0:
            faults.append(f"{name}: the first line is not the SPDX licence line")
    return faults


CHECKS = {"arrow": check_arrow, "symbols": check_symbols, "listed": check_listed,
          "headers": check_headers, "format": check_format, "size": check_size,
          "words": check_words}


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in CHECKS:
        sys.stderr.write(__doc__)
        return 2
    faults = CHECKS[sys.argv[1]](*sys.argv[2:])
    print("1..1")
    if faults is None:
        print(f"ok 1 - {sys.argv[1]} # SKIP its tool is not installed")
        return 0
    for fault in faults:
        print(f"# {fault}")
    print(f"{'not ok' if faults else 'ok'} 1 - {sys.argv[1]}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
