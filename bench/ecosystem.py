#!/usr/bin/env python3
"""Findings on real packages, or how they differ between two builds of the program.

Without --before: analyse every package of corpus/real/packages.lock and the standard
library, and print the table. With --before PROGRAM: print the findings that another
build reported and this one does not (-), those that are new (+), and those whose
confidence or class changed (~).
"""

import argparse
import os
import pathlib
import sys
from typing import Any, Dict, List, Tuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import real_packages  # noqa: E402

Findings = Dict[str, Dict[str, Any]]


def shown(program: pathlib.Path, package: real_packages.Package, low: bool) -> Findings:
    """The findings of `program` on a package, by fingerprint."""
    said, _ = real_packages.analyse(program, package, ["--no-cache"])
    return {
        finding["fingerprint"]: finding
        for finding in real_packages.reported(said)
        if low or finding["confidence"] != "low"
    }


def differences(before: Findings, after: Findings) -> List[Tuple[str, Dict[str, Any], str]]:
    """Sign, finding and remark of every finding that is not the same in both."""
    out = []
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            out.append(("-" if new is None else "+", new or old or {}, ""))
            continue
        changes = [
            f"{name}: {old[name]} -> {new[name]}"
            for name in ("confidence", "class")
            if old[name] != new[name]
        ]
        if changes:
            out.append(("~", new, ", ".join(changes)))
    return sorted(out, key=lambda entry: (entry[1]["path"], entry[1]["line"], entry[0]))


def compare(options: argparse.Namespace, packages: List[real_packages.Package]) -> int:
    before = pathlib.Path(options.before).resolve()
    after = pathlib.Path(options.gilcheck).resolve()
    rows = []
    progress = real_packages.Progress(len(packages))
    for package in packages:
        progress.step(package.label)
        entries = differences(
            shown(before, package, options.low), shown(after, package, options.low)
        )
        signs = [sign for sign, _, _ in entries]
        if entries:
            progress.close()
        for sign, finding, remark in entries:
            confidence = remark or f"{finding['confidence']}, {finding['class']}"
            place = f"{package.label}/{finding['path']}:{finding['line']}"
            print(f"{sign} {place} {finding['rule']} ({confidence}) {finding['message']}")
        rows.append([package.name, *(signs.count(sign) for sign in "+-~")])
    progress.close()
    print()
    total = ["total", *(sum(row[column] for row in rows) for column in (1, 2, 3))]
    changed = [row for row in rows if any(row[1:])]
    real_packages.print_table(["package", "new", "gone", "changed"], [*changed, total])
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Analyse the real packages and print the table of findings, or compare "
        "two builds of the program on them."
    )
    parser.add_argument(
        "--gilcheck",
        default=os.environ.get("GILCHECK", str(ROOT / "build" / "gilcheck")),
        metavar="PROGRAM",
        help="the program (default: $GILCHECK, else build/gilcheck)",
    )
    parser.add_argument(
        "--before", metavar="PROGRAM", help="compare with this build, for example of main"
    )
    parser.add_argument("--low", action="store_true", help="compare low confidence too")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="this package; repeatable"
    )
    options = parser.parse_args()

    only = [word for name in options.only for word in ("--only", name)]
    status = real_packages.main(["fetch", *only])
    if status != 0:
        return status
    if options.before is None:
        return real_packages.main(["run", "--gilcheck", options.gilcheck, *only])
    try:
        chosen = real_packages.parser().parse_args(["list", *only])
        return compare(options, real_packages.selected(chosen))
    except (real_packages.Failure, OSError) as failure:
        print(f"ecosystem: {failure}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
