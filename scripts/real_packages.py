#!/usr/bin/env python3
"""Analyse real packages: the pinned ones and the standard library of CPython 3.11.

    real_packages.py fetch      download and unpack what corpus/real/packages.lock pins
    real_packages.py list       what there is, and how large
    real_packages.py run        analyse all of it, keep the JSON, print a table
    real_packages.py verdicts   show the high-confidence findings nobody has judged yet
    real_packages.py precision  how many of the findings shown by default are right, as tables

With --kind c all of them are about extension modules, and findings in C and C++ files only: the source
distributions that packages-c.lock pins, and the Modules/ of CPython 3.13. The default are the Python ones.

Archives are kept in the user's cache, sources and results in build/real/ and build/real-c/. Each step
does only what is left to do. Needs only the standard library, and pip for downloads.
Exit status: 0 done, 1 something could not be fetched or analysed, 2 wrong use.
"""

import argparse
import csv
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import real_packages_c  # noqa: E402
from real_packages_c import CPYTHON, Failure  # noqa: E402

LOCK = ROOT / "corpus" / "real" / "packages.lock"
VERDICTS = ROOT / "corpus" / "real" / "verdicts.tsv"
LOCK_C = ROOT / "corpus" / "real" / "packages-c.lock"
LOCK_SUITES = ROOT / "corpus" / "real" / "suites.lock"
UNPACKED = ROOT / "build" / "real"
UNPACKED_C = ROOT / "build" / "real-c"
UNPACKED_SUITES = ROOT / "build" / "suites"

STDLIB = "cpython-stdlib"
STDLIB_VERSION = "3.11"
# Not part of what programs import: tests, and what is installed beside the library.
STDLIB_LEFT_OUT = ("test", "tests", "idle_test", "site-packages", "dist-packages")

# What a translation unit can be made of; setup.py and its like say how.
C_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".def")
C_KEPT = (*C_SOURCES, ".py", ".pyi", ".pyx", ".pxd", ".toml", ".cfg", ".build", ".txt", ".in")

CONFIDENCES = ("high", "medium", "low")
# Translation units that were not understood in full, as the coverage counts them.
INCOMPLETE = ("units_missing_headers", "units_with_errors")
VERDICT_COLUMNS = ("fingerprint", "package", "rule", "location", "verdict", "reason")
VERDICT_WORDS = ("true", "false", "benign")

_PIN = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)"
    r"\s+--hash=sha256:(?P<sha256>[0-9a-f]{64})\s+#\s*(?P<kind>\S.*)$"
)


class Package(NamedTuple):
    """One thing to analyse. `sha256` is None for what is CPython's own."""

    name: str
    version: str
    sha256: Optional[str]
    kind: str
    c: bool = False  # extension modules
    suite: bool = False  # wanted whole, for its tests

    @property
    def sdist(self) -> bool:
        return self.c or self.suite

    @property
    def label(self) -> str:
        return f"{self.name}-{self.version}"

    @property
    def directory(self) -> pathlib.Path:
        if self.name == CPYTHON:
            return real_packages_c.cpython_source() / "Modules"
        return (UNPACKED_C if self.c else UNPACKED_SUITES if self.suite else UNPACKED) / self.label

    @property
    def result(self) -> pathlib.Path:
        return (UNPACKED_C if self.c else UNPACKED) / "results" / f"{self.label}.json"


class Verdict(NamedTuple):
    """One row of verdicts.tsv: what a person said about a finding."""

    fingerprint: str
    package: str
    rule: str
    location: str
    verdict: str
    reason: str


# ---------------------------------------------------------------------------- what there is


def pinned(lock: pathlib.Path = LOCK) -> List[Package]:
    """The packages of a lock file, in its order."""
    packages = []
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        pin = _PIN.match(line)
        if pin is None:
            raise Failure(f"{lock.name}:{number}: not a pin: {line}")
        packages.append(Package(**pin.groupdict(), c=lock == LOCK_C, suite=lock == LOCK_SUITES))
    return packages


def interpreter_facts(interpreter: str) -> Optional[Dict[str, str]]:
    """Version and library directory of an interpreter, or None if it does not start."""
    script = (
        "import json, platform, sysconfig; print(json.dumps({"
        "'version': platform.python_version(), 'stdlib': sysconfig.get_path('stdlib')}))"
    )
    try:
        done = subprocess.run([interpreter, "-I", "-c", script], capture_output=True, text=True)
    except OSError:
        return None
    return json.loads(done.stdout) if done.returncode == 0 else None


def standard_library(interpreter: Optional[str]) -> Tuple[Package, pathlib.Path]:
    """The library of `interpreter`, else of the first suitable 3.11 on PATH.

    The operating system's own interpreter is preferred (its library carries PEP 668's
    marker), so that one machine gives the same findings in every environment.
    """
    name = f"python{STDLIB_VERSION}"
    candidates = [interpreter] if interpreter else [
        os.path.join(directory, name) for directory in os.get_exec_path()
    ] + [sys.executable]
    best = None
    for candidate in candidates:
        facts = interpreter_facts(candidate)
        if facts is None or not facts["version"].startswith(STDLIB_VERSION + "."):
            continue
        library = pathlib.Path(facts["stdlib"])
        package = Package(STDLIB, facts["version"], None, "standard library")
        if (library / "EXTERNALLY-MANAGED").exists():
            return package, library
        best = best or (package, library)
    if best is None:
        raise Failure(f"no CPython {STDLIB_VERSION} found; name one with --stdlib-python")
    return best


def cpython_modules() -> Package:
    version = (real_packages_c.cpython_source() / "version").read_text(encoding="utf-8").strip()
    return Package(CPYTHON, version.partition("-")[0], None, "CPython's Modules/", True)


def selected(options: argparse.Namespace) -> List[Package]:
    """All packages, or those named with --only; what is CPython's own comes last."""
    c = options.kind == "c"
    packages = pinned(LOCK_C if c else LOCK)
    own = CPYTHON if c else STDLIB
    if not options.only or own in options.only:
        try:
            packages.append(cpython_modules() if c else standard_library(options.stdlib_python)[0])
        except Failure as failure:
            if options.only or options.stdlib_python:
                raise
            print(f"left out: {failure}", file=sys.stderr)
    if not options.only:
        return packages
    unknown = set(options.only) - {package.name for package in packages}
    if unknown:
        lock = LOCK_C if c else LOCK
        raise Failure(f"not in {lock.name}: {', '.join(sorted(unknown))}")
    return [package for package in packages if package.name in options.only]


def sources(directory: pathlib.Path, endings: Tuple[str, ...] = (".py",)) -> Iterator[pathlib.Path]:
    return (path for path in directory.rglob("*") if path.suffix in endings and path.is_file())


def size(directory: pathlib.Path, endings: Tuple[str, ...] = (".py",)) -> Tuple[int, int]:
    """Number of files with these endings, and of lines in them."""
    files = lines = 0
    for path in sources(directory, endings):
        files += 1
        lines += path.read_bytes().count(b"\n")
    return files, lines


# ---------------------------------------------------------------------------- progress, tables


class Progress:
    """One line on the terminal that says what is going on; silent elsewhere."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._shown = sys.stderr.isatty()

    def step(self, text: str) -> None:
        self._done += 1
        if self._shown:
            line = f"\r\033[K[{self._done}/{self._total}] {text}"
            print(line, end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def print_table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Columns of numbers are set to the right, the others to the left."""
    table = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*table)]
    numeric = [
        all(re.fullmatch(r"[\d,.]*", cell) for cell in column[1:])
        for column in zip(*table)
    ]
    for row in table:
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric)
        ]
        print("  ".join(cells).rstrip())


# ---------------------------------------------------------------------------- fetch


def cache_directory(sdists: bool = False) -> pathlib.Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(base) / "gilcheck" / ("sdists-c" if sdists else "wheels")


def sha256_of(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def cached_archive(package: Package) -> Optional[pathlib.Path]:
    """The package's archive in the cache, if it is there and unharmed."""
    stem = package.name.replace("-", "[-_.]")
    ending = ".tar.gz" if package.sdist else "-*.whl"
    for path in cache_directory(package.sdist).glob(f"{stem}-{package.version}{ending}"):
        if sha256_of(path) == package.sha256:
            return path
    return None


def download(packages: List[Package]) -> None:
    """Gets the packages' wheels into the cache, with one call of pip."""
    cache = cache_directory()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        requirements = pathlib.Path(scratch) / "requirements.txt"
        requirements.write_text(
            "".join(f"{p.name}=={p.version} --hash=sha256:{p.sha256}\n" for p in packages)
        )
        command = [sys.executable, "-m", "pip", "download", "--quiet"]
        command += ["--disable-pip-version-check", "--require-hashes", "--no-deps"]
        # Pure-Python wheels, whatever interpreter runs this.
        command += ["--only-binary", ":all:", "--platform", "any", "--abi", "none"]
        command += ["--implementation", "py", "--python-version", STDLIB_VERSION]
        command += ["--dest", str(cache), "--requirement", str(requirements)]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise Failure("pip download failed:\n  " + "\n  ".join(lines[-5:]))


def download_sources(package: Package) -> None:
    """Gets one source distribution into the cache. pip asks its build backend for metadata: the setuptools
    of this environment or, where that is not the one it wants, what pip gets for it."""
    cache = cache_directory(True)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        requirements = pathlib.Path(scratch) / "requirements.txt"
        requirements.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet"]
        command += ["--disable-pip-version-check", "--require-hashes", "--no-deps"]
        command += ["--no-binary", ":all:"]
        command += ["--dest", str(cache), "--requirement", str(requirements)]
        for isolation in (["--no-build-isolation"], []):
            done = subprocess.run(command + isolation, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            if cached_archive(package) is not None:
                return
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise Failure(f"pip download of {package.label} failed:\n  " + "\n  ".join(lines[-5:]))


def unpack_sources(package: Package, archive: pathlib.Path) -> None:
    """What C_KEPT names of a source distribution, without its top folder; complete or not at all."""
    with build_up(package) as scratch, tarfile.open(archive) as members:
        for member in members:
            parts = pathlib.PurePosixPath(member.name).parts[1:]
            if not member.isfile() or ".." in parts or not parts:
                continue
            if pathlib.PurePosixPath(member.name).suffix not in C_KEPT:
                continue
            content = members.extractfile(member)
            if content is not None:
                target = scratch.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())


def unpack_whole(package: Package, archive: pathlib.Path) -> None:
    """All of a source distribution, without its top folder; complete or not at all."""
    with build_up(package) as scratch, tarfile.open(archive) as members:
        for member in members:
            member.name = member.name.partition("/")[2]
            if member.name:
                members.extract(member, scratch, filter="data")


def unpack(package: Package, archive: pathlib.Path) -> None:
    """The archive's Python sources in the package's directory, complete or not at all."""
    if package.suite:
        return unpack_whole(package, archive)
    if package.c:
        return unpack_sources(package, archive)
    with build_up(package) as scratch, zipfile.ZipFile(archive) as wheel:
        for name in wheel.namelist():
            if name.endswith(".py"):
                wheel.extract(name, scratch)  # drops "..", drives and leading slashes


def copy_library(package: Package, library: pathlib.Path) -> None:
    """The standard library's sources, without what STDLIB_LEFT_OUT names."""
    with build_up(package) as scratch:
        for path in sources(library):
            parts = path.relative_to(library).parts
            if not any(part in STDLIB_LEFT_OUT for part in parts):
                target = scratch.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


class build_up:
    """A scratch directory that becomes `package.directory` if nothing goes wrong."""

    def __init__(self, package: Package) -> None:
        self._target = package.directory

    def __enter__(self) -> pathlib.Path:
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._scratch = pathlib.Path(tempfile.mkdtemp(prefix=".unpack-", dir=self._target.parent))
        self._scratch.chmod(0o755)
        return self._scratch

    def __exit__(self, kind: Any, *details: Any) -> None:
        try:
            if kind is None and not self._target.exists():
                self._scratch.rename(self._target)
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)


def pinned_archive(package: Package) -> pathlib.Path:
    archive = cached_archive(package)
    if archive is None:
        raise Failure(f"{package.label}: pip left no archive with the pinned hash")
    return archive


def suites() -> List[Package]:
    """The packages whose own tests are run, unpacked. Raises Failure."""
    packages = pinned(LOCK_SUITES)
    for package in packages:
        if package.directory.is_dir():
            continue
        if cached_archive(package) is None:
            download_sources(package)
        unpack(package, pinned_archive(package))
    return packages


def fetch(options: argparse.Namespace) -> int:
    missing = [p for p in selected(options) if not p.directory.is_dir()]
    wanted = [p for p in missing if p.sha256 and cached_archive(p) is None]
    if wanted:
        print(f"downloading {', '.join(p.label for p in wanted)}", file=sys.stderr)
        if options.kind == "c":
            for package in wanted:
                download_sources(package)
        else:
            download(wanted)
    progress = Progress(len(missing))
    for package in missing:
        progress.step(package.label)
        if package.sha256 is None:
            copy_library(package, standard_library(options.stdlib_python)[1])
            continue
        unpack(package, pinned_archive(package))
    progress.close()
    print(f"{len(missing)} unpacked, {len(selected(options)) - len(missing)} there already")
    return 0


# ---------------------------------------------------------------------------- run


def analyse(
    program: pathlib.Path, package: Package, extra: List[str]
) -> Tuple[Dict[str, Any], float]:
    """The program's answer about one package, and the seconds it took."""
    command = [str(program), "check", "--isolated", "--output-format", "json"]
    # The sources lie below build/, which this repository ignores.
    command += ["--root", ".", "--no-respect-gitignore"]
    command += ["--confidence", "low", *extra]
    if package.c:
        command += ["--python", str(real_packages_c.python_headers())]
    if package.name == CPYTHON:
        # Their makefile's flags; Modules/ alone has no build file to find them in.
        headers = real_packages_c.python_headers()
        rows = real_packages_c.cpython_database(package.directory.parent, headers)
        database = UNPACKED_C / package.label / "compile_commands.json"
        real_packages_c.write_database(database, rows)
        command += ["--compile-commands", str(database), *(row["file"] for row in rows)]
    else:
        command.append(".")
    began = time.monotonic()
    done = subprocess.run(command, cwd=package.directory, capture_output=True, text=True)
    seconds = time.monotonic() - began
    if done.returncode not in (0, 1):
        lines = done.stderr.strip().splitlines()[-3:]
        raise Failure(f"{package.label}: exit status {done.returncode}: {' '.join(lines)}")
    return json.loads(done.stdout), seconds


def counts(findings: List[Dict[str, Any]], key: str) -> Dict[str, int]:
    tally: Dict[str, int] = {}
    for finding in findings:
        tally[finding[key]] = tally.get(finding[key], 0) + 1
    return tally


def rule_summary(findings: List[Dict[str, Any]]) -> str:
    """"101:4 105:1", of the findings shown by default."""
    shown = [f for f in findings if f["confidence"] != "low"]
    tally = sorted(counts(shown, "rule").items())
    return " ".join(f"{rule[3:]}:{number}" for rule, number in tally)


def reported(package: Package, said: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The findings of an answer that no comment in the source suppresses; of the files of the
    package's kind."""
    findings = [finding for finding in said["findings"] if not finding["suppressed"]]
    return [f for f in findings if f["path"].endswith((".py", ".pyi")) != package.c]


def units(package: Package) -> Dict[str, int]:
    """What the last run says about the package's translation units."""
    found: Dict[str, int] = answer(package)["coverage"]["c"] or {}
    return {key: found.get(key, 0) for key in ("units_analysed", "units_failed", *INCOMPLETE)}


def run(options: argparse.Namespace) -> int:
    program = pathlib.Path(options.gilcheck).resolve()
    if not program.exists():
        raise Failure(f"{options.gilcheck} does not exist; `make build` makes it")
    packages = [p for p in selected(options) if p.directory.is_dir()]
    absent = [p.label for p in selected(options) if not p.directory.is_dir()]
    c = options.kind == "c"
    extra = ["--assume", options.assume] if options.assume else []
    if options.no_cache:
        extra.append("--no-cache")
    rows, failures = [], [f"{label}: not there; `fetch` gets it" for label in absent]
    everything: List[Dict[str, Any]] = []
    total_lines, total_seconds = 0, 0.0
    progress = Progress(len(packages))
    for package in packages:
        progress.step(package.label)
        try:
            said, seconds = analyse(program, package, extra)
        except Failure as failure:
            failures.append(str(failure))
            continue
        package.result.parent.mkdir(parents=True, exist_ok=True)
        package.result.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
        findings = reported(package, said)
        everything += findings
        lines = size(package.directory, C_SOURCES if c else (".py",))[1]
        total_lines += lines
        total_seconds += seconds
        tally = counts(findings, "confidence")
        levels = [tally.get(level, 0) for level in CONFIDENCES]
        row: List[object] = [package.name, package.version, package.kind, f"{lines:,}"]
        if c:
            seen = units(package)
            row += [seen["units_analysed"], sum(seen[key] for key in INCOMPLETE)]
        row += [f"{seconds:.2f}"]
        rows.append([*row, *levels, rule_summary(findings)])
    progress.close()
    tally = counts(everything, "confidence")
    levels = [tally.get(level, 0) for level in CONFIDENCES]
    total: List[object] = ["total", "", "", f"{total_lines:,}"]
    total += [sum(row[column] for row in rows) for column in (4, 5)] if c else []
    rows.append([*total, f"{total_seconds:.2f}", *levels, ""])
    header = ["package", "version", "kind", "lines", *(("units", "incomplete") if c else ())]
    header += ["seconds", *CONFIDENCES]
    print_table([*header, "high and medium per rule"], rows)
    print()
    by_rule = []
    for rule in sorted(counts(everything, "rule")):
        tally = counts([f for f in everything if f["rule"] == rule], "confidence")
        by_rule.append([rule, *(tally.get(level, 0) for level in CONFIDENCES)])
    print_table(["rule", *CONFIDENCES], by_rule)
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


# ---------------------------------------------------------------------------- list


def list_packages(options: argparse.Namespace) -> int:
    rows = []
    for package in selected(options):
        row: List[object] = [package.name, package.version, package.kind]
        if package.directory.is_dir():
            files, lines = size(package.directory, C_SOURCES if package.c else (".py",))
            row += [f"{files:,}", f"{lines:,}"]
        else:
            row += ["", ""]
        rows.append(row)
    print_table(["package", "version", "kind", "files", "lines"], rows)
    return 0


# ---------------------------------------------------------------------------- verdicts


def read_verdicts() -> List[Verdict]:
    """The rows of verdicts.tsv. Failure for a row that is not a verdict."""
    with open(VERDICTS, encoding="utf-8", newline="") as table:
        rows = list(csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not rows or tuple(rows[0]) != VERDICT_COLUMNS:
        raise Failure(f"{VERDICTS.name}: the header must be {' '.join(VERDICT_COLUMNS)}")
    verdicts = []
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(VERDICT_COLUMNS) or not all(cell.strip() for cell in row):
            raise Failure(f"{VERDICTS.name}:{number}: {len(VERDICT_COLUMNS)} filled columns needed")
        verdict = Verdict(*row)
        if verdict.verdict not in VERDICT_WORDS:
            raise Failure(f"{VERDICTS.name}:{number}: a verdict is {', '.join(VERDICT_WORDS)}")
        verdicts.append(verdict)
    return verdicts


def answer(package: Package) -> Dict[str, Any]:
    """What the last run said about a package."""
    if not package.result.exists():
        raise Failure(f"{package.label} has not been analysed; `run` does it")
    said: Dict[str, Any] = json.loads(package.result.read_text(encoding="utf-8"))
    return said


def shown_findings(
    packages: List[Package],
) -> Dict[Tuple[str, str], Tuple[Package, Dict[str, Any]]]:
    """The last run's findings that are shown by default, by package name and fingerprint."""
    found = {}
    for package in packages:
        for finding in reported(package, answer(package)):
            if finding["confidence"] != "low":
                found[package.name, finding["fingerprint"]] = (package, finding)
    return found


def high_findings(packages: List[Package]) -> Dict[Tuple[str, str], Tuple[Package, Dict[str, Any]]]:
    """The high-confidence findings of the last run, by package name and fingerprint."""
    found = shown_findings(packages)
    return {key: entry for key, entry in found.items() if entry[1]["confidence"] == "high"}


def frame(package: Package, path: str, line: int, end_line: int, around: int) -> List[str]:
    """Numbered source lines; `>` marks those from `line` to `end_line`."""
    try:
        text = (package.directory / path).read_bytes().decode("utf-8", "replace")
    except OSError:
        return ["    (source not found)"]
    out = []
    lines = text.splitlines()
    for number in range(max(1, line - around), min(len(lines), end_line + around) + 1):
        sign = ">" if line <= number <= end_line else " "
        out.append(f"  {sign}{number:6} | {lines[number - 1]}")
    return out


def site(item: Dict[str, Any]) -> str:
    return f"{item['path']}:{item['line']}" if item.get("path") else ""


def block(package: Package, finding: Dict[str, Any], around: int) -> str:
    """One finding as a person wants to read it, to judge it."""
    cls = finding["class"] or "no window"
    out = [
        "=" * 100,
        f"{package.label}  {finding['path']}:{finding['line']}:{finding['column']}  "
        f"{finding['rule']} {finding['name']} ({cls})  fingerprint {finding['fingerprint']}",
        f"  {finding['message']}",
        f"  location   {finding['location']['kind']} {finding['location']['name']}"
        f"   in {finding['symbol'] or 'module'}",
    ]
    for side in ("region", "conflicts"):
        for access in finding[side]:
            locks = ", ".join(access["locks"]) or "no lock"
            out.append(f"  {side:10} {access['kind']} at {site(access)}, {locks}")
    if finding["switch_point"]:
        out.append(f"  switch     {finding['switch_point']['text']}")
    for item in finding["evidence"]:
        where = f" ({site(item)})" if site(item) else ""
        out.append(f"  {item.get('kind', 'evidence'):10} {item['text']}{where}")
    accesses = [access for access in finding["region"] if access["path"] == finding["path"]]
    last = max([finding["end_line"], *(access["end_line"] for access in accesses)])
    last = min(last, finding["line"] + 60)
    out += ["", *frame(package, finding["path"], finding["line"], last, around)]
    seen = {(finding["path"], finding["line"])}
    for access in finding["conflicts"]:
        if (access["path"], access["line"]) in seen:
            continue
        seen.add((access["path"], access["line"]))
        out.append(f"    conflict in {access.get('symbol') or 'module'}, {site(access)}")
        out += frame(package, access["path"], access["line"], access["end_line"], 2)
    return "\n".join(out) + "\n"


def show_verdicts(options: argparse.Namespace) -> int:
    packages = selected(options)
    found = (shown_findings if options.medium else high_findings)(packages)
    names = {package.name for package in packages}
    verdicts = [verdict for verdict in read_verdicts() if verdict.package in names]
    judged = {(verdict.package, verdict.fingerprint) for verdict in verdicts}
    shown = 0
    for key, (package, finding) in found.items():
        if options.all or key not in judged:
            shown += 1
            print(block(package, finding, options.context))
            if options.rows:
                place = f"{finding['path']}:{finding['line']}"
                row = (finding["fingerprint"], package.name, finding["rule"], place, "?", "?")
                print("\t".join(row) + "\n")
    current = shown_findings(packages)
    stale = [v for v in verdicts if (v.package, v.fingerprint) not in current]
    for verdict in stale:
        print(f"stale: {verdict.package} {verdict.location} {verdict.rule} "
              f"{verdict.fingerprint} ({verdict.verdict}: {verdict.reason})")
    words = [v.verdict for v in verdicts if (v.package, v.fingerprint) in found]
    tally = ", ".join(f"{words.count(word)} {word}" for word in VERDICT_WORDS)
    what = "findings of high and medium confidence" if options.medium else "high-confidence findings"
    print(f"{len(found)} {what}, {shown} shown")
    print(f"judged: {tally}; {len(stale)} stale")
    if words:
        print(f"precision {words.count('true') / len(words):.3f}")
    return 0


# ---------------------------------------------------------------------------- precision


def precision_rows(
    judged: List[Tuple[str, Optional[str]]], order: Iterable[str]
) -> List[List[object]]:
    """Per group, in `order`: findings, true, false, benign, unjudged, share of true in per cent.

    `judged` has a pair for each finding: its group and its verdict (None: not judged).
    """
    rows: List[List[object]] = []
    for group in order:
        words = [word for name, word in judged if name == group]
        if not words:
            continue
        tally = [words.count(word) for word in VERDICT_WORDS]
        share = f"{100 * tally[0] / sum(tally):.1f}" if sum(tally) else ""
        rows.append([group, len(words), *tally, words.count(None), share])
    return rows


def show_precision(options: argparse.Namespace) -> int:
    packages = selected(options)
    verdicts = {(v.package, v.fingerprint): v.verdict for v in read_verdicts()}
    found = shown_findings(packages)
    header = ["findings", *VERDICT_WORDS, "unjudged", "% true"]

    def table(title: str, groups: List[str], order: Iterable[str], total: bool = False) -> None:
        words = [verdicts.get(key) for key in found]
        rows = precision_rows(list(zip(groups, words)), order)
        if total:
            rows += precision_rows([("shown", word) for word in words], ["shown"])
        print_table([title, *header], rows)
        print()

    findings = [finding for _, finding in found.values()]
    table("confidence", [finding["confidence"] for finding in findings], CONFIDENCES, total=True)
    rules = [finding["rule"] for finding in findings]
    table("rule", rules, sorted(set(rules)))
    names = [name for name, _ in found]
    table("package", names, sorted(set(names)))
    silent = sorted({package.name for package in packages} - set(names))
    print(f"nothing shown: {', '.join(silent) or 'no package'}")
    return 0


# ---------------------------------------------------------------------------- command line


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        description="Analyse real packages: those pinned in corpus/real/packages.lock and the "
        "standard library of an installed CPython 3.11, or extension modules (--kind c)."
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--only", action="append", default=[], metavar="NAME",
        help="this package only; repeatable; the standard library is " + STDLIB
        + f", CPython's extension modules are {CPYTHON}",
    )
    shared.add_argument("--kind", choices=("python", "c"), default="python", help="which packages")
    shared.add_argument(
        "--stdlib-python", metavar="INTERPRETER",
        help=f"the CPython {STDLIB_VERSION} whose standard library is analysed (default: the "
        "operating system's own, else the first on PATH)",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("fetch", parents=[shared], help="download and unpack what is missing")
    one.set_defaults(action=fetch)
    one = commands.add_parser("list", parents=[shared], help="print the packages and their sizes")
    one.set_defaults(action=list_packages)
    one = commands.add_parser("run", parents=[shared], help="analyse, keep the JSON, print a table")
    one.add_argument(
        "--gilcheck", default=os.environ.get("GILCHECK", str(ROOT / "build" / "gilcheck")),
        metavar="PROGRAM", help="the program (default: $GILCHECK, else build/gilcheck)",
    )
    one.add_argument("--assume", choices=("auto", "threaded", "single"), help="passed on")
    one.add_argument("--no-cache", action="store_true", help="passed on")
    one.set_defaults(action=run)
    one = commands.add_parser(
        "verdicts", parents=[shared], help="show the high-confidence findings not yet judged"
    )
    one.add_argument("--all", action="store_true", help="those judged too")
    one.add_argument("--medium", action="store_true", help="those of medium confidence too")
    one.add_argument(
        "--context", type=int, default=12, metavar="LINES",
        help="lines of source around a finding (default: %(default)s)",
    )
    one.add_argument("--rows", action="store_true", help="with the row to fill in for verdicts.tsv")
    one.set_defaults(action=show_verdicts)
    one = commands.add_parser(
        "precision", parents=[shared], help="print how many of the findings shown are right"
    )
    one.set_defaults(action=show_precision)
    return top


def main(arguments: Optional[List[str]] = None) -> int:
    options = parser().parse_args(arguments)
    try:
        status: int = options.action(options)
        return status
    except Failure as failure:
        print(f"real_packages: {failure}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
