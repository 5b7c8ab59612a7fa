# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""Second opinion for json_test.c: Python's own parser, made as strict as RFC 8259 and our limits.

Reads lines "<document in hex> <rewritten document in hex, or - when it was refused>"; prints each
disagreement; exit status 1 when there is one.
"""
import json
import sys


def strict_object(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("duplicate key")
    for key in keys:
        key.encode("utf-8")
    return dict(pairs)


def refuse(constant):
    raise ValueError(constant)


def depth_of(value):
    """Also refuses lone surrogates, which Python lets pass."""
    if isinstance(value, str):
        value.encode("utf-8")
        return 0
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return 1 + max([depth_of(v) for v in value], default=0)
    return 0


def load(data):
    value = json.loads(data.decode("utf-8", "strict"), object_pairs_hook=strict_object,
                       parse_int=lambda text: ("number", text),
                       parse_float=lambda text: ("number", text), parse_constant=refuse)
    if depth_of(value) > 64:
        raise ValueError("too deep")
    return value


def opinion(data):
    try:
        return True, load(data)
    except (ValueError, RecursionError):
        return False, None


def main():
    bad = total = accepted = 0
    for line in open(sys.argv[1], encoding="ascii"):
        document, rewritten = line.rstrip("\n").split(" ")
        document = bytes.fromhex(document)
        good, value = opinion(document)
        total += 1
        accepted += good
        if good != (rewritten != "-") or good and load(bytes.fromhex(rewritten)) != value:
            bad += 1
            print("disagreement:", document, rewritten)
    print("# %d documents, %d accepted, %d disagreements" % (total, accepted, bad))
    return bad > 0 or accepted == 0 or accepted == total


if __name__ == "__main__":
    sys.exit(main())
