"""Speed and memory of `gilcheck check` on the standard library of an installed CPython 3.11.

Ratios between whole processes of one run, interleaved, medians of several rounds: these
machines are noisy, so no absolute time is a result. Bounds:

  whole cold analysis : tree-sitter parsing alone, same bytes, same threads   at most 1.6
  1 thread : 2 threads                                                        at least 1.7
  peak memory per source line                                                 at most 1 kB
  cold : warm second run                                                      at least 5
"""

from __future__ import annotations

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import real_packages  # noqa: E402


def run(command: list[str], stdin: str | None = None) -> tuple[float, int]:
    """Wall seconds and peak resident kilobytes of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    if stdin:
        process.stdin.write(stdin)
        process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with status {process.returncode}")
    return seconds, usage.ru_maxrss


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--gilcheck", default=str(ROOT / "build" / "gilcheck"))
    parser.add_argument("--floor", default=str(ROOT / "build" / "bench" / "bench_parse_floor"))
    options = parser.parse_args()

    library = next(p for p in real_packages.selected(real_packages.parser().parse_args(["list"]))
                   if p.name == real_packages.STDLIB).directory
    shown = subprocess.run(
        [options.gilcheck, "check", "--isolated", "--no-respect-gitignore", "--show-files",
         str(library)], capture_output=True, text=True, check=True).stdout
    files = [line for line in shown.splitlines() if line.endswith(".py")]
    files = [f if os.path.isabs(f) else os.path.abspath(f) for f in files]
    lines = sum(pathlib.Path(f).read_bytes().count(b"\n") for f in files)
    listing = "\n".join(files) + "\n"

    def check(threads: int, *more: str) -> list[str]:
        return [options.gilcheck, "check", "--isolated", "--no-respect-gitignore", "--exit-zero",
                "--output-format", "json", "-j", str(threads), *more, str(library)]

    times: dict[str, list[float]] = {}
    memory = 0
    with tempfile.TemporaryDirectory() as cache:
        run(check(2, "--no-cache"))  # the files are in the page cache from here on
        run(check(2, "--cache-dir", cache))
        for _ in range(options.rounds):
            for threads in (1, 2):
                times.setdefault(f"parse {threads}", []).append(
                    run([options.floor, str(threads)], listing)[0])
                seconds, peak = run(check(threads, "--no-cache"))
                times.setdefault(f"cold {threads}", []).append(seconds)
                memory = max(memory, peak)
            times.setdefault("warm 2", []).append(run(check(2, "--cache-dir", cache))[0])

    def ratio(above: str, below: str) -> float:
        return statistics.median(a / b for a, b in zip(times[above], times[below]))

    print(f"{len(files)} files, {lines} lines of the standard library, "
          f"{options.rounds} rounds, {os.cpu_count()} processors")
    # Ours are at most two; the average is over a minute, most of which was the measurement.
    if os.getloadavg()[0] > (os.cpu_count() or 1) + 1:
        print(f"  other programs compete (load {os.getloadavg()[0]:.0f}): the bounds on time may be "
              "missed for that alone")
    for name, values in times.items():
        print(f"  {name + ' threads' if name[-1] != '1' else name + ' thread':<16}"
              f" {min(values):7.3f} {statistics.median(values):7.3f} {max(values):7.3f}  s (min median max)")
    rows = [
        ("whole : parse, 1 thread", ratio("cold 1", "parse 1"), "<=", 1.6),
        ("whole : parse, 2 threads", ratio("cold 2", "parse 2"), "<=", 1.6),
        ("1 thread : 2 threads", ratio("cold 1", "cold 2"), ">=", 1.7),
        ("parse alone 1 : 2 threads", ratio("parse 1", "parse 2"), "", 0),
        ("peak kB per line", memory / lines, "<=", 1.0),
        ("cold : warm", ratio("cold 2", "warm 2"), ">=", 5.0),
    ]
    missed = 0
    for name, value, relation, bound in rows:
        verdict = ""
        if relation:
            met = value <= bound if relation == "<=" else value >= bound
            missed += not met
            verdict = f"{relation} {bound:g}  {'met' if met else 'MISSED'}"
        print(f"  {name:<28} {value:7.2f}  {verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
