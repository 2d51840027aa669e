"""The test suites of real packages in the bare free-threaded interpreter and under `gilcheck run`: the
outcome of every test must be the same, and a suite of one thread may cost at most 1.8 times the processor
time. Source distributions are those of third_party/test-suites.lock, got by pip and kept in the user's cache.

Exit status: 0 all the same and within the bound, 1 not, 2 no interpreter or no packages.
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
import tarfile
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[1]
LOCK = ROOT / "third_party" / "test-suites.lock"
UNPACKED = ROOT / "build" / "suites"
BOUND = 1.8
# Their options want plugins that have nothing to do with what is tested.
OPTIONS = ["-q", "-p", "no:cacheprovider", "-o", "addopts="]


def cache() -> pathlib.Path:
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "gilcheck" / "test-suites"


def pinned() -> list[str]:
    return ["-".join(pair) for pair in re.findall(r"^([\w-]+)==([\w.]+)", LOCK.read_text(), re.MULTILINE)]


def fetch() -> list[pathlib.Path]:
    """The unpacked packages. Raises CalledProcessError if they cannot be had."""
    archives = [cache() / f"{name}.tar.gz" for name in pinned()]
    if not all(archive.exists() for archive in archives):
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps",
                        "--no-binary", ":all:", "--require-hashes", "-r", LOCK, "-d", cache()], check=True,
                       stdin=subprocess.DEVNULL)
    UNPACKED.mkdir(parents=True, exist_ok=True)
    folders = []
    for archive in archives:
        folder = UNPACKED / archive.name.removesuffix(".tar.gz")
        if not folder.exists():
            with tarfile.open(archive) as content:
                content.extractall(UNPACKED, filter="data")
        folders.append(folder)
    return folders


class Run:
    def __init__(self, package: pathlib.Path, command: list[str], kind: str) -> None:
        record = UNPACKED / f"{package.name}.{kind}.xml"
        record.unlink(missing_ok=True)
        source = "src" if (package / "src").is_dir() else "."
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": source}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([*command, *OPTIONS, f"--junitxml={record}"], cwd=package, env=environment,
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


def both(package: pathlib.Path, gilcheck: str, python: str) -> tuple[Run, Run]:
    bare = Run(package, [python, "-m", "pytest"], "bare")
    watched = Run(package, [gilcheck, "run", "--python", python, "--", "pytest"], "run")
    return bare, watched


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gilcheck", default=str(ROOT / "build" / "gilcheck"))
    options = parser.parse_args()
    found = subprocess.run([options.gilcheck, "interpreter", "path", "3.13t"], capture_output=True, text=True)
    if found.returncode != 0:
        print("no managed interpreter: `gilcheck interpreter install 3.13t` builds it", file=sys.stderr)
        return 2
    python = found.stdout.strip()
    try:
        packages = fetch()
    except subprocess.CalledProcessError as error:
        print(f"the packages cannot be had: {error}", file=sys.stderr)
        return 2
    subprocess.run([options.gilcheck, "run", "--python", python, "--", "python", "-c", "pass"], capture_output=True)
    ratios, same = [], True
    print(f"{'suite':22} {'tests':>6} {'bare s':>7} {'run s':>7} {'ratio':>6} {'races':>6}  outcomes")
    for package in packages:
        bare, watched = both(package, options.gilcheck, python)
        equal = bare.outcomes == watched.outcomes and len(bare.outcomes) > 0
        same = same and equal
        ratios.append(watched.seconds / bare.seconds)
        print(f"{package.name:22} {len(bare.outcomes):6} {bare.seconds:7.1f} {watched.seconds:7.1f} "
              f"{ratios[-1]:6.2f} {watched.races!s:>6}  {'the same' if equal else 'DIFFERENT'}", flush=True)
    good = max(ratios) <= BOUND
    print(f"processor time: geometric mean {statistics.geometric_mean(ratios):.2f}, worst {max(ratios):.2f} "
          f"(bound {BOUND}): {'met' if good else 'missed'}")
    return 0 if same and good else 1


if __name__ == "__main__":
    sys.exit(main())
