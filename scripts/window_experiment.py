#!/usr/bin/env python3
"""Run one program of corpus/window/ in racing threads and count torn results.

A program defines ``make() -> state``, ``step(state)`` (the idiom) and
``torn(state, n_ops) -> int``. Here four threads call ``step`` on one state while
the interpreter hands the GIL over as often as it can (a switch interval of one
microsecond). A step that raises counts as torn; ``torn`` judges the state that is
left, given the number of steps that did not raise.

The result is one JSON object on stdout. ``switches`` says how often two steps in a
row were made by different threads: a zero in ``torn`` weighs no more than that
number. Runs on CPython 3.9 and later and imports nothing but the standard library.
"""

import argparse
import importlib.util
import json
import pathlib
import re
import sys
import sysconfig
import threading
import time
from typing import Any, Dict, List, NamedTuple

THREADS = 4
SWITCH_INTERVAL = 1e-6  # seconds; the smallest that every CPython version accepts

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "corpus" / "window"

CLASSES = ("gil-masked", "already-racy", "gil-masked-if-builtin")
_CARETS = re.compile(r"^#( *)(\^+)(.*)$")
_MARK = re.compile(r"^ (GIL\d{3}) (\S+)$")
_MISS = re.compile(r"^ *# FN: (GIL\d{3}) \S.*$")


class Expectation(NamedTuple):
    """What the analyser must say about the code over a `#   ^^^^ GIL101 class` line.

    `line` is the line of the code; `column` and `end_column` are 1-based, the end
    exclusive, like positions in the analyser's JSON. `missed`: the line after the
    mark is `# FN: GIL101 why`, so the analyser is known not to find it.
    """

    rule: str
    cls: str
    line: int
    column: int
    end_column: int
    missed: bool


def expectations(path: pathlib.Path) -> List[Expectation]:
    """The marks of a program, in order. ValueError for a malformed mark or none."""
    found: List[Expectation] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, text in enumerate(lines, 1):
        carets = _CARETS.match(text)
        if carets is None:
            if "^^" in text and text.lstrip().startswith("#"):
                raise ValueError(f"{path.name}:{number}: a mark starts in column 1")
            continue
        mark = _MARK.match(carets.group(3))
        if mark is None or mark.group(2) not in CLASSES:
            raise ValueError(f"{path.name}:{number}: malformed mark: {text.strip()}")
        start, end = carets.start(2), carets.end(2)
        code = lines[number - 2] if number > 1 else ""
        if end > len(code) or not code[start:end].strip() or code.startswith("#"):
            raise ValueError(f"{path.name}:{number}: the carets are not under code")
        miss = _MISS.match(lines[number]) if number < len(lines) else None
        missed = miss is not None and miss.group(1) == mark.group(1)
        found.append(
            Expectation(*mark.groups(), number - 1, start + 1, end + 1, missed)
        )
    if not found:
        raise ValueError(f"{path.name}: no expectation")
    return found


def idioms() -> List[str]:
    """The names of all programs, sorted."""
    return sorted(path.stem for path in CORPUS.glob("*.py"))


def load(name: str) -> Any:
    """The program as a module of its own."""
    path = CORPUS / (name + ".py")
    spec = importlib.util.spec_from_file_location("window_" + name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Cycle:
    """Garbage that only the cycle collector finds, with a finaliser in Python."""

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        pass


def race(module: Any, n_ops: int, finalisers: bool = False) -> Dict[str, int]:
    """Make at least `n_ops` steps on a new state in THREADS threads at once.

    With `finalisers`, every step leaves a Cycle behind.
    """
    state = module.make()
    step = module.step
    if finalisers:

        def step(state: Any, step: Any = module.step) -> None:
            Cycle()
            step(state)

    per_thread = -(-n_ops // THREADS)
    start = threading.Barrier(THREADS)
    runner = [-1]
    counts = [(0, 0)] * THREADS
    errors: Dict[str, int] = {}

    def run(me: int) -> None:
        failed = switches = 0
        start.wait()
        for _ in range(per_thread):
            try:
                step(state)
            except Exception as error:  # any exception is a torn step
                failed += 1
                errors[f"{type(error).__name__}: {error}"[:80]] = 1
            if runner[0] != me:
                runner[0] = me
                switches += 1
        counts[me] = (failed, switches)

    threads = [threading.Thread(target=run, args=(me,)) for me in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failed = sum(count[0] for count in counts)
    ops = per_thread * THREADS
    return {
        "ops": ops,
        "switches": sum(count[1] for count in counts),
        "errors": failed,
        "torn": failed + module.torn(state, ops - failed),
    }


def experiment(
    name: str,
    n_ops: int,
    repeats: int,
    budget: float,
    until_torn: bool = False,
    finalisers: bool = False,
) -> Dict[str, Any]:
    """Race `name` up to `repeats` times, within about `budget` seconds.

    At least one race is always made. With `until_torn`, stop at the first race
    that tore something.
    """
    module = load(name)
    total = {"ops": 0, "switches": 0, "errors": 0, "torn": 0}
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    began = time.monotonic()
    runs = 0
    try:
        while runs < repeats and (runs == 0 or time.monotonic() - began < budget):
            for key, value in race(module, n_ops, finalisers).items():
                total[key] += value
            runs += 1
            if until_torn and total["torn"]:
                break
    finally:
        sys.setswitchinterval(interval)
    return {
        "idiom": name,
        "python": "%d.%d.%d" % sys.version_info[:3],
        "runs": runs,
        **total,
        "seconds": round(time.monotonic() - began, 3),
    }


def gil_enabled() -> bool:
    """Whether this interpreter runs with the GIL."""
    if not sysconfig.get_config_var("Py_GIL_DISABLED"):
        return True
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Run one program of corpus/window/ in racing threads and print "
        "how often its idiom was torn, as JSON."
    )
    parser.add_argument("idiom", choices=idioms(), metavar="IDIOM", help="its name")
    parser.add_argument(
        "--ops", type=int, default=100_000, help="steps per race (default: %(default)s)"
    )
    parser.add_argument(
        "--repeats", type=int, default=3, help="most races (default: %(default)s)"
    )
    parser.add_argument(
        "--budget",
        type=float,
        default=10.0,
        help="seconds after which no new race starts (default: %(default)s)",
    )
    parser.add_argument(
        "--until-torn", action="store_true", help="stop after the first torn race"
    )
    parser.add_argument(
        "--finalisers",
        action="store_true",
        help="leave garbage with a Python finaliser to the cycle collector at every step",
    )
    options = parser.parse_args()
    if not gil_enabled():
        parser.error("this interpreter runs without the GIL")
    result = experiment(
        options.idiom,
        options.ops,
        options.repeats,
        options.budget,
        options.until_torn,
        options.finalisers,
    )
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
