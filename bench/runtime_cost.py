"""Cost of the race detector: bench/runtime/workloads.py in the bare free-threaded interpreter and under
`gilcheck run`, in turn, with 2 and 8 threads. Wall time of the whole process is the least of several
rounds, since these machines are shared; memory is the process's peak. Bounds:

  wall time, geometric mean at most 2.5, worst at most 12
  memory,    geometric mean at most 2,   worst at most 6
"""

from __future__ import annotations

import argparse
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
WORKLOADS = ROOT / "bench" / "runtime" / "workloads.py"
sys.path.insert(0, str(WORKLOADS.parent))

import workloads  # noqa: E402
from managed import free_threaded  # noqa: E402


def measure(command: list[str]) -> tuple[float, int]:
    """Seconds of wall time and peak kilobytes."""
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, cwd=WORKLOADS.parent,
                          stdin=subprocess.DEVNULL)
    seconds = time.monotonic() - begun
    if done.returncode not in (0, 66):
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return seconds, int(done.stdout.split()[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gilcheck", default=str(ROOT / "build" / "gilcheck"))
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, action="append")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    python = free_threaded(options.gilcheck)
    times, sizes = {}, {}
    print(f"{'workload':20} {'threads':>7} {'bare s':>8} {'run s':>8} {'wall':>6} {'memory':>7}")
    for name in options.names or workloads.WORKLOADS:
        for threads in options.threads or (2, 8):
            program = [str(WORKLOADS), name, str(threads)]
            bare, run = [], []
            for _ in range(options.rounds):
                bare.append(measure([python, *program]))
                run.append(measure([options.gilcheck, "run", "--python", python, "--", "python", *program]))
            before, after = min(bare)[0], min(run)[0]
            key = (name, threads)
            times[key] = after / before
            sizes[key] = max(size for _, size in run) / max(size for _, size in bare)
            print(f"{name:20} {threads:7} {before:8.2f} {after:8.2f} {times[key]:6.2f} {sizes[key]:7.2f}", flush=True)
    met = True
    for what, ratios, mean_bound, worst_bound in (("wall", times, 2.5, 12), ("memory", sizes, 2, 6)):
        mean = statistics.geometric_mean(ratios.values())
        worst = max(ratios, key=ratios.get)
        good = mean <= mean_bound and ratios[worst] <= worst_bound
        met = met and good
        print(f"{what}: geometric mean {mean:.2f} (bound {mean_bound}), worst {ratios[worst]:.2f} {worst} "
              f"(bound {worst_bound}): {'met' if good else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
