#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""Goal: the pictures of patient fit, forecast and whatif are well-formed SVG, and what is drawn is what is
told. Oracle: the numbers of --json of the same run, put on the axis that the picture's own tick labels
make. Tolerance: a tenth of a pixel and the rounding of the numbers. TAP on stdout."""
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

HERE = os.path.dirname(os.path.abspath(__file__))
CHART = os.path.join(HERE, "..", "knowledge", "physiology", "vitals", "bleeding.csv")
NS = "{http://www.w3.org/2000/svg}"
ROWS, ARMS = 11, ["none", "crystalloid 500 mL 15 min", "oxygen 2 L/min device=nasal_cannula"]


def run(command, words, folder):
    path = os.path.join(folder, command + ".svg")
    done = subprocess.run([os.environ["POLLUX"], "patient", command, CHART, "--plot", path, "--json", *words],
                          capture_output=True, text=True, check=True)
    with open(path, encoding="utf-8") as f:
        text = f.read()
    assert not re.search(r"\b(nan|inf)\b", text), "a number that is none"
    return ET.fromstring(text), [json.loads(line) for line in done.stdout.splitlines()]


def of(root, tag, cls):
    return [e for e in root.iter(NS + tag) if e.get("class") == cls]


def near(a, b, tolerance=0.16):
    assert abs(a - b) <= tolerance, f"{a} is not {b}"


def group(root, cls, name):
    for g in root.iter(NS + "g"):
        if g.get("class") == cls and name in "".join(g.find(NS + "text").itertext()):
            return g
    raise AssertionError("no panel " + name)


def y_of(g):
    """Value -> pixel, by the first two and last labels of the value axis."""
    ticks = [(float(e.text), float(e.get("y")) - 4) for e in of(g, "text", "tick")
             if e.get("text-anchor") == "end"]
    assert len(ticks) >= 3
    (v0, y0), (v1, y1) = ticks[0], ticks[-1]
    near(y0 + (ticks[1][0] - v0) / (v1 - v0) * (y1 - y0), ticks[1][1])
    return lambda value: y0 + (value - v0) / (v1 - v0) * (y1 - y0)


def numbers(e):
    return [float(n) for n in re.findall(r"-?\d+\.?\d*", e.get("d"))]


def forecast(folder):
    root, told = run("forecast", ["--now", "--horizons", "5m,15m,30m"], folder)
    fans = of(root, "g", "fan")
    assert len(fans) == 6  # five vitals and the mean pressure
    assert len(of(root, "path", "wide")) == len(of(root, "path", "median")) == 6
    assert len(of(root, "circle", "measured")) == ROWS * 5
    g = group(root, "fan", "Heart rate")
    y = y_of(g)
    # measured: 90 at the first row, 86 at the last
    near(float(of(g, "circle", "measured")[0].get("cy")), y(90))
    near(float(of(g, "circle", "measured")[-1].get("cy")), y(86))
    middle, wide = numbers(of(g, "path", "median")[0]), numbers(of(g, "path", "wide")[0])
    assert len(middle) == 6 and len(wide) == 12
    for h in range(3):
        v = told[1 + h]["vitals"]["hr_bpm"]
        near(middle[2 * h + 1], y(v["p50"]))
        near(wide[2 * h + 1], y(v["p95"]))
        near(wide[11 - 2 * h], y(v["p05"]))
    assert middle[0] < middle[2] < middle[4]
    assert len(of(root, "rect", "chance")) == 9


def whatif(folder):
    words = [w for arm in ARMS[1:] for w in ("--arm", arm)]
    root, told = run("whatif", words, folder)
    assert len(of(root, "g", "compared")) == 8
    assert len(of(root, "path", "arm")) == 8 * 3 * 3
    g = group(root, "compared", "Mean arterial")
    y, arms = y_of(g), of(g, "path", "arm")
    for n, line in enumerate(told):  # arm by arm in the output, horizon by horizon in the picture
        arm, horizon = divmod(n, 3)
        assert line["arm"] == ARMS[arm]
        at = numbers(arms[horizon * 3 + arm])
        near(at[1], y(line["values"]["map_mmhg"]["p95"]))
        near(at[2], y(line["values"]["map_mmhg"]["p05"]))
    assert len({r.get("fill") for r in of(root, "rect", "key")}) == 3
    shown = "".join(root.itertext())
    assert all(arm in shown for arm in ARMS)


def fit(folder):
    root, told = run("fit", ["--members", "32"], folder)
    bars = of(root, "rect", "mechanism")
    assert len(bars) == 7
    for bar, share in zip(bars, told[0]["mechanisms"].values()):
        near(float(bar.get("width")), 300 * share)
    lines = of(root, "path", "hidden")
    assert len(lines) == len(told[0]["hidden_all_causes"]) == 6
    for line in lines:
        x0, _, x1 = numbers(line)
        assert 600 < x0 <= x1 < 960


def refuse(folder):
    """What cannot be written is one sentence; text of the user is text."""
    path = os.path.join(folder, "no", "where.svg")
    done = subprocess.run([os.environ["POLLUX"], "patient", "whatif", CHART, "--members", "16", "--minutes", "1",
                           "--arm", "passive_leg_raise", "--plot", path], capture_output=True, text=True)
    assert done.returncode == 1 and "this file cannot be written: " + path in done.stderr
    done = subprocess.run([os.environ["POLLUX"], "patient", "forecast", CHART, "--plot", path],
                          capture_output=True, text=True)
    assert done.returncode == 2 and "--plot and --acvpu go with --now" in done.stderr
    done = subprocess.run([os.environ["POLLUX"], "patient", "fit", CHART, "--no-mechanism", "--plot", path],
                          capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1


def main():
    tests = [forecast, whatif, fit, refuse]
    print(f"1..{len(tests)}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for i, test in enumerate(tests, 1):
            try:
                test(folder)
                print(f"ok {i} - {test.__name__}")
            except (AssertionError, subprocess.CalledProcessError, ET.ParseError, KeyError, IndexError) as e:
                print(f"# {type(e).__name__}: {e}\nnot ok {i} - {test.__name__}")
                failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
