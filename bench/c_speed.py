"""Cost of the C pass, one translation unit at a time, on real extension packages and CPython's modules.

Each unit is handled by one process of its own per program, in turn, with the same flags and the same
precompiled header, which gilcheck has made. User CPU time counts, the least of several rounds: these
machines are shared. The results are medians of the units' ratios. Bounds:

  a worker of gilcheck : clang -fsyntax-only                                  at most 1.25
  a worker of gilcheck : clang-tidy -checks=-*,concurrency-*                  less than 1
  peak memory of a worker : that of libclang parsing and visiting nothing     at most 1.2

The floor is bench/c_parse_floor.cc.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import real_packages  # noqa: E402

FEWEST_UNITS = 40


def program(name: str) -> str | None:
    return shutil.which(f"{name}-19") or shutil.which(name)


def cost(command: list[str], folder: str) -> tuple[float, int, bool]:
    """User seconds, peak resident kilobytes, and whether it went well."""
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime, usage.ru_maxrss, process.returncode == 0


def jobs_below(folder: pathlib.Path, options: argparse.Namespace, cache: str) -> list[list[str]]:
    """Directory, file, precompiled header, flags: of the units that have such a header, where the
    parse is shortest and what gilcheck adds weighs most."""
    shown = subprocess.run([options.unit, "jobs", str(folder), cache, options.gilcheck],
                           capture_output=True, text=True, check=True).stdout
    jobs = [line.split("\t") for line in shown.splitlines()]
    return [job for job in jobs if job[2]]


def spread(jobs: list, count: int) -> list:
    return jobs if len(jobs) <= count else [jobs[i * len(jobs) // count] for i in range(count)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--units", type=int, default=48, help="how many, spread over what there is")
    parser.add_argument("--tidy-units", type=int, default=12, help="of these, with clang-tidy as well")
    parser.add_argument("--gilcheck", default=str(ROOT / "build" / "gilcheck"))
    parser.add_argument("--unit", default=str(ROOT / "build" / "bench" / "bench_c_unit"))
    parser.add_argument("--floor", default=str(ROOT / "build" / "bench" / "bench_c_parse_floor"))
    parser.add_argument("--verbose", action="store_true", help="a line for each unit")
    options = parser.parse_args()
    clang, tidy = program("clang"), program("clang-tidy")
    if clang is None or tidy is None or not os.path.exists(options.floor):
        print("left out: clang, clang-tidy or libclang's headers are missing")
        return 0

    packages = [p.directory for p in real_packages.selected(
        real_packages.parser().parse_args(["list", "--kind", "c"])) if p.directory.is_dir()]
    source = subprocess.run([str(ROOT / "scripts" / "cpython_source.sh"), "3.13"],
                            capture_output=True, text=True)
    with tempfile.TemporaryDirectory() as cache:
        own = [job for folder in packages for job in jobs_below(folder, options, cache)]
        modules = []
        if source.returncode == 0:
            tree = pathlib.Path(source.stdout.strip().splitlines()[-1])
            modules = [job for job in jobs_below(tree, options, cache)
                       if "/Modules/" in job[1]]
        jobs = spread(own, options.units // 2)
        jobs += spread(modules, options.units - len(jobs))
        with_tidy = {id(job) for job in spread(jobs, options.tidy_units)}
        names = ("gilcheck", "clang", "clang-tidy", "libclang")
        ratios: dict[str, list[float]] = {"clang": [], "clang-tidy": [], "libclang": [], "memory": []}
        left_out = 0
        for job in jobs:
            folder, file, pch, *flags = job
            commands = {
                "gilcheck": [options.unit, "lower", *job],
                "clang": [clang, "-fsyntax-only", "-w", *flags, "-include-pch", pch, file],
                "libclang": [options.floor, *job],
            }
            if id(job) in with_tidy:
                commands["clang-tidy"] = [tidy, "-checks=-*,concurrency-*", "--quiet", file, "--", "-w",
                                          *flags, "-include-pch", pch]
            seconds: dict[str, float] = {}
            memory: dict[str, int] = {}
            good = True
            for _ in range(options.rounds):
                for name in names:
                    if name not in commands:
                        continue
                    took, peak, well = cost(commands[name], folder)
                    # A unit that clang refuses is no measure of speed.
                    good = good and (well or name == "clang-tidy")
                    seconds[name] = min(took, seconds.get(name, took))
                    memory[name] = min(peak, memory.get(name, peak))
            if not good:
                left_out += 1
                continue
            for name in ("clang", "clang-tidy", "libclang"):
                if name in seconds:
                    ratios[name].append(seconds["gilcheck"] / max(seconds[name], 0.001))
            ratios["memory"].append(memory["gilcheck"] / memory["libclang"])
            if options.verbose:
                print(f"  {ratios['clang'][-1]:.2f} {ratios['libclang'][-1]:.2f} "
                      f"{ratios['memory'][-1]:.2f} {seconds['gilcheck']:.3f} s {pathlib.Path(file).name}")

    measured = len(ratios["clang"])
    print(f"{measured} translation units of {len(packages)} packages and CPython's Modules, "
          f"{left_out} that clang refuses left out, {options.rounds} rounds, {os.cpu_count()} processors")
    status = 0
    if measured < FEWEST_UNITS:
        print(f"  fewer than {FEWEST_UNITS} units: `scripts/real_packages.py fetch --kind c` gets more")
        status = 1
    for title, name, bound in (("worker : clang -fsyntax-only, user time", "clang", 1.25),
                               ("worker : clang-tidy concurrency, user time", "clang-tidy", 1.0),
                               ("worker : libclang parsing alone, user time", "libclang", None),
                               ("worker : libclang parsing alone, peak memory", "memory", 1.2)):
        values = sorted(ratios[name])
        if not values:
            continue
        median = statistics.median(values)
        verdict = ""
        if bound is not None:
            verdict = f"<= {bound}  {'met' if median <= bound else 'MISSED'}"
            status |= median > bound
        quartiles = f"({values[len(values) // 4]:.2f} to {values[3 * len(values) // 4]:.2f})"
        print(f"  {title:46} {median:6.2f}  {quartiles:16} {verdict}")
    return status


if __name__ == "__main__":
    sys.exit(main())
