#!/usr/bin/env python3
"""Measure every idiom of corpus/window/ on the interpreters given, into measured.tsv.

One row per idiom and interpreter: the rules and class marked in the program, the
exact version, the steps made, how often the threads took turns, and how many
results were torn. The marks hold since 3.11; older interpreters are controls, whose
torn results show what an experiment can see. The file is written by this program only.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
from typing import Dict, List, Tuple

import window_experiment

TABLE = window_experiment.CORPUS / "measured.tsv"
HEADER = ("idiom", "rules", "class", "python", "ops", "switches", "torn")
NAMES = ("python3.11", "python3.12", "python3.13", "python3.14")


def progress(text: str) -> None:
    """Show `text` on the terminal's last line, if there is a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def working(interpreter: str) -> bool:
    """Whether `interpreter` starts and has a GIL."""
    probe = (
        "import sys; "
        "sys.exit(not getattr(sys, '_is_gil_enabled', lambda: True)())"
    )
    try:
        return subprocess.run([interpreter, "-c", probe], capture_output=True).returncode == 0
    except OSError:
        return False


def interpreters(named: List[str]) -> List[str]:
    """Those named, or else this one and all in NAMES that work, one per version."""
    if named:
        for interpreter in named:
            if not working(interpreter):
                raise SystemExit(f"{interpreter}: does not start, or has no GIL")
        return named
    found: Dict[str, str] = {}
    for name in (sys.executable, *NAMES):
        path = shutil.which(name)
        if path is None or not working(path):
            continue
        version = subprocess.run(
            [path, "-c", "import sys; print(sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        found.setdefault(version, path)
    return list(found.values())


def marked(name: str) -> Tuple[str, str]:
    """The rules of a program, and its class: already-racy if any region of it is."""
    marks = window_experiment.expectations(window_experiment.CORPUS / f"{name}.py")
    rules = ",".join(dict.fromkeys(mark.rule for mark in marks))
    racy = any(mark.cls == "already-racy" for mark in marks)
    return rules, "already-racy" if racy else marks[0].cls


def measure(interpreter: str, name: str, ops: int, budget: float) -> Dict[str, object]:
    """The result of one experiment; RuntimeError if the program does not run."""
    script = pathlib.Path(window_experiment.__file__)
    command = [interpreter, str(script), name, "--ops", str(ops)]
    command += ["--repeats", "1000", "--budget", str(budget)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise RuntimeError(reason[0])
    result: Dict[str, object] = json.loads(done.stdout)
    return result


def version_of(result: Dict[str, object]) -> Tuple[int, ...]:
    return tuple(int(part) for part in str(result["python"]).split("."))


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Measure every idiom of corpus/window/ and write measured.tsv."
    )
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="INTERPRETER",
        help="an interpreter to measure on; repeatable (default: this one and "
        + ", ".join(NAMES)
        + " where they are on PATH)",
    )
    parser.add_argument(
        "--ops",
        type=int,
        default=100_000,
        help="steps per race (default: %(default)s)",
    )
    parser.add_argument(
        "--budget",
        type=float,
        default=1.0,
        help="seconds per idiom and interpreter (default: %(default)s)",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="IDIOM",
        help="measure this one, print the rows and leave the table alone; repeatable",
    )
    options = parser.parse_args()

    rows = []
    contradictions = 0
    for interpreter in interpreters(options.python):
        for name in options.only or window_experiment.idioms():
            rules, cls = marked(name)
            progress(f"{interpreter} {name}")
            try:
                result = measure(interpreter, name, options.ops, options.budget)
            except RuntimeError as error:
                progress("")
                print(f"{name}: {error}", file=sys.stderr)
                continue
            counts = [str(result[key]) for key in ("python", "ops", "switches", "torn")]
            rows.append((name, rules, cls, *counts))
            marks_hold = version_of(result) >= (3, 11)
            if marks_hold and cls != "already-racy" and result["torn"]:
                contradictions += 1
                progress("")
                print(f"{name}: {cls}, but torn: {result}", file=sys.stderr)
    progress("")
    rows.sort(key=lambda row: (row[0], *map(int, row[3].split("."))))
    text = "".join("\t".join(row) + "\n" for row in (HEADER, *rows))
    if options.only:
        print(text, end="")
    else:
        TABLE.write_text(text, encoding="utf-8")
        print(f"{len(rows)} rows, {contradictions} contradictions")
    return 1 if contradictions else 0


if __name__ == "__main__":
    sys.exit(main())
