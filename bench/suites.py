"""The test suites of real packages (corpus/real/suites.lock) in the bare free-threaded interpreter and under
`gilcheck run`: the outcome of every test must be the same, and a suite of one thread may cost at most 1.8
times the processor time.

Exit status: 0 all the same and within the bound, 1 not, or no interpreter or no packages.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "bench" / "runtime")]

import real_packages  # noqa: E402
from managed import free_threaded  # noqa: E402

BOUND = 1.8
# Their options want plugins that have nothing to do with what is tested.
OPTIONS = ["-q", "-p", "no:cacheprovider", "-o", "addopts="]


class Run:
    """One run of a package's tests: seconds of processor time, how each ended, races (None for a bare run)."""

    def __init__(self, package: real_packages.Package, command: list[str], kind: str) -> None:
        folder = package.directory
        record = folder.with_name(f"{folder.name}.{kind}.xml")
        record.unlink(missing_ok=True)
        source = "src" if (folder / "src").is_dir() else "."
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": source}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([*command, *OPTIONS, f"--junitxml={record}"], cwd=folder, env=environment,
                              capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.output = done.stdout + done.stderr
        self.outcomes: dict[tuple[str, str], tuple[str, ...]] = {}
        if record.exists():
            for case in xml.etree.ElementTree.parse(record).iter("testcase"):
                kinds = tuple(part.tag for part in case if part.tag in ("failure", "error", "skipped"))
                self.outcomes[case.get("classname", ""), case.get("name", "")] = kinds
        found = re.search(r"gilcheck: (\d+) races? found", self.output)
        self.races = int(found[1]) if found else None


def both(package: real_packages.Package, gilcheck: str, python: str) -> tuple[Run, Run]:
    bare = Run(package, [python, "-m", "pytest"], "bare")
    watched = Run(package, [gilcheck, "run", "--python", python, "--", "pytest"], "run")
    return bare, watched


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gilcheck", default=str(ROOT / "build" / "gilcheck"))
    options = parser.parse_args()
    python = free_threaded(options.gilcheck)
    try:
        packages = real_packages.suites()
    except real_packages.Failure as failure:
        raise SystemExit(str(failure)) from None
    ratios, same = [], True
    print(f"{'suite':22} {'tests':>6} {'bare s':>7} {'run s':>7} {'ratio':>6} {'races':>6}  outcomes")
    for package in packages:
        bare, watched = both(package, options.gilcheck, python)
        equal = bare.outcomes == watched.outcomes and len(bare.outcomes) > 0
        same = same and equal
        ratios.append(watched.seconds / bare.seconds)
        print(f"{package.label:22} {len(bare.outcomes):6} {bare.seconds:7.1f} {watched.seconds:7.1f} "
              f"{ratios[-1]:6.2f} {watched.races!s:>6}  {'the same' if equal else 'DIFFERENT'}", flush=True)
    good = max(ratios) <= BOUND
    print(f"processor time: geometric mean {statistics.geometric_mean(ratios):.2f}, worst {max(ratios):.2f} "
          f"(bound {BOUND}): {'met' if good else 'missed'}")
    return 0 if same and good else 1


if __name__ == "__main__":
    sys.exit(main())
