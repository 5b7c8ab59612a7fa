#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""Goal: each rule of tool/house.py finds the fault it is there for, and is quiet on a clean tree.
Oracle: one fault planted in a tree of a few files. Tolerance: none. TAP on stdout."""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SPDX = "/* SPDX-License-Identifier: Apache-2.0 */\n/* SPDX-FileCopyrightText: 2026 The Pollux authors */\n"
CLEAN = {"core/base/a.h": SPDX + "typedef int plx_a;\n",
         "core/record/b.h": SPDX + '#include "core/base/a.h"\n',
         "edge/host/c.h": SPDX + '#include "core/record/b.h"\n',
         "edge/store/d.h": SPDX + '#include "edge/host/c.h"\n',
         "app/e.c": SPDX + '#include "edge/store/d.h"\n'}
LONG_FUNCTION = SPDX + "static void f(void)\n{\n" + "    ;\n" * 71 + "}\n"

# check, arguments, planted files, words that the report must hold (None: quiet)
CASES = [
    ("arrow", [], {}, None),
    ("arrow", [], {"core/base/x.h": SPDX + '#include "edge/host/c.h"\n'}, "core must not include edge"),
    ("arrow", [], {"core/base/x.h": SPDX + '#include "core/record/b.h"\n'}, "core/base must not include"),
    ("arrow", [], {"edge/acquire/x.h": SPDX + '#include "edge/store/d.h"\n'}, "app joins rooms"),
    ("arrow", [], {"edge/host/x.h": SPDX + '#include "app/e.h"\n', "app/e.h": SPDX}, "edge must not include app"),
    ("arrow", [], {"core/format/hl7v2/x.h": SPDX + '#include "core/format/json/y.h"\n',
                   "core/format/json/y.h": SPDX}, "formats do not include each other"),
    ("headers", ["cc"], {}, None),
    ("headers", ["cc"], {"core/base/x.h": SPDX + "plx_unknown f(void);\n"}, "does not compile alone"),
    ("size", [], {}, None),
    ("size", [], {"core/base/x.c": LONG_FUNCTION}, "f has 71 lines"),
    ("size", [], {"core/base/x.c": SPDX + "int a;\n" * 801}, "803 lines"),
    ("size", [], {"core/base/x.c": SPDX + "/*" + "x" * 100 + "*/\n"}, "longer than 100 columns"),
    ("words", [], {}, None),
    ("words", [], {"core/base/x.c": SPDX + "/* TO" + "DO later */\n"}, "unfinished"),
    ("words", [], {"core/base/x.c": SPDX + 'char *p = "/ro' + 'ot/x";\n'}, "path of one machine"),
    ("words", [], {"core/base/x.c": "int a;\n"}, "SPDX"),
    ("format", [], {"core/base/x.c": SPDX + "int   a;\n"}, "is not formatted"),
]


def run_in(folder, command):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def plant(folder, planted):
    os.makedirs(os.path.join(folder, "tool"))
    shutil.copy(os.path.join(HERE, "house.py"), os.path.join(folder, "tool"))
    shutil.copy(os.path.join(HERE, "..", ".clang-format"), folder)
    for name, text in {**CLEAN, **planted}.items():
        os.makedirs(os.path.join(folder, os.path.dirname(name)), exist_ok=True)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write(text)


def check_case(check, arguments, planted, words):
    with tempfile.TemporaryDirectory() as folder:
        plant(folder, planted)
        done = run_in(folder, [sys.executable, "tool/house.py", check, *arguments])
        if "# SKIP" in done.stdout:
            return True
        return done.returncode == 0 if words is None else \
            done.returncode == 1 and words in done.stdout


def check_symbols(code, good):
    """A library of one object whose only call is as given."""
    with tempfile.TemporaryDirectory() as folder:
        plant(folder, {"core/base/x.c": code})
        run_in(folder, ["cc", "-c", "core/base/x.c", "-o", "x.o"])
        run_in(folder, ["ar", "rc", "x.a", "x.o"])
        done = run_in(folder, [sys.executable, "tool/house.py", "symbols", "x.a"])
        return done.returncode == (0 if good else 1)


def main():
    results = [(f"{c} {'finds ' + w if w else 'is quiet'}", check_case(c, a, p, w))
               for c, a, p, w in CASES]
    results.append(("symbols is quiet", check_symbols(
        "#include <string.h>\nunsigned long f(const char *s) { return strlen(s); }\n", True)))
    results.append(("symbols finds malloc", check_symbols(
        "#include <stdlib.h>\nvoid *f(void) { return malloc(1); }\n", False)))
    print(f"1..{len(results)}")
    for i, (name, good) in enumerate(results, 1):
        print(f"{'ok' if good else 'not ok'} {i} - {name}")
    return 0 if all(good for _, good in results) else 1


if __name__ == "__main__":
    sys.exit(main())
