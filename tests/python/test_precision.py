"""Findings on real packages are right as often as docs/precision.md says.

The packages are those of corpus/real/packages.lock and the standard library of the
installed CPython 3.11, and for the C pass those of packages-c.lock and the Modules/ of
CPython 3.13; what people said is in corpus/real/verdicts.tsv. The same steps by hand:
scripts/real_packages.py fetch, run, verdicts, precision, all with --kind c for C.
"""

import functools
import pathlib
import subprocess
import sys
import warnings
from typing import NamedTuple

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import real_packages  # noqa: E402

SCRIPT = ROOT / "scripts" / "real_packages.py"


class Least(NamedTuple):
    """What the numbers of one kind of packages must not fall below."""

    packages: int
    high: float  # share of true findings among those of high confidence
    shown: float  # of all that is shown by default
    judged: float  # share of what is shown by default that has been read


LEAST = {
    "python": Least(packages=18, high=0.80, shown=0.50, judged=0.90),  # shown was 0.508 when set
    "c": Least(packages=12, high=0.75, shown=0.50, judged=0.90),
}

pytestmark = pytest.mark.xdist_group("real packages")  # fetched and analysed once
each_kind = pytest.mark.parametrize("kind", sorted(LEAST))


def script(*arguments):
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


@functools.lru_cache(maxsize=None)
def packages(kind):
    """The packages at hand, analysed by the program under test."""
    fetched = script("fetch", "--kind", kind)
    if fetched.returncode != 0:
        pytest.skip(f"the packages could not be fetched: {fetched.stderr.strip()}")
    analysed = script("run", "--kind", kind)
    assert analysed.returncode == 0, analysed.stderr
    found = real_packages.selected(real_packages.parser().parse_args(["list", "--kind", kind]))
    if kind == "c" and not any(real_packages.units(p)["units_analysed"] for p in found):
        pytest.skip("needs libclang")
    return found


@functools.lru_cache(maxsize=None)
def judged_of_shown(kind):
    """Pairs of a shown finding's key and its verdict (None: not judged)."""
    names = {package.name for package in packages(kind)}
    verdicts = {(v.package, v.fingerprint): v for v in real_packages.read_verdicts()
                if v.package in names}
    found = real_packages.shown_findings(packages(kind))
    gone = len(verdicts.keys() - found.keys())
    if gone:
        warnings.warn(f"{gone} verdicts of findings that are not shown any more")
    return [(key, verdicts.get(key)) for key in found]


def judged(kind):
    """The same, of high-confidence findings only."""
    high = real_packages.high_findings(packages(kind))
    return [(key, verdict) for key, verdict in judged_of_shown(kind) if key in high]


def share_of_true(pairs):
    words = [verdict.verdict for _, verdict in pairs if verdict]
    assert words, "nothing has been judged"
    right = words.count("true")
    print(f"precision {right}/{len(words)} = {right / len(words):.3f}")
    return right / len(words)


def test_enough_packages_are_pinned():
    pins = real_packages.pinned()
    assert len(pins) >= LEAST["python"].packages
    assert len({pin.name for pin in pins}) == len(pins)
    assert len({pin.kind for pin in pins}) >= 6


def test_verdicts_are_well_formed():
    verdicts = real_packages.read_verdicts()
    keys = [(verdict.package, verdict.fingerprint) for verdict in verdicts]
    assert len(set(keys)) == len(keys)
    known = {pin.name for pin in real_packages.pinned()} | {real_packages.STDLIB}
    known |= {pin.name for pin in real_packages.pinned(real_packages.LOCK_C)}
    known.add(real_packages.CPYTHON)
    assert {verdict.package for verdict in verdicts} <= known


def test_every_package_is_analysed_completely():
    incomplete = []
    for package in packages("python"):
        coverage = real_packages.answer(package)["coverage"]
        files = real_packages.size(package.directory)[0]
        if not coverage["files_analysed"] == coverage["files_found"] == files:
            incomplete.append((package.label, files, coverage))
    assert not incomplete


def test_enough_extension_packages_are_analysed():
    analysed = [package for package in packages("c")
                if real_packages.units(package)["units_analysed"]]
    assert len(analysed) >= LEAST["c"].packages
    failed = [package.label for package in packages("c")
              if real_packages.units(package)["units_failed"]]
    assert not failed


@each_kind
def test_every_high_confidence_finding_is_judged(kind):
    found = real_packages.high_findings(packages(kind))
    missing = []
    for key, verdict in judged(kind):
        if verdict is None:
            package, finding = found[key]
            place = f"{package.label}/{finding['path']}:{finding['line']}"
            missing.append(f"{place} {finding['rule']} {finding['fingerprint']}")
    assert not missing, f"{len(missing)} to read: scripts/real_packages.py verdicts --rows"


@each_kind
def test_high_confidence_precision(kind):
    assert share_of_true(judged(kind)) >= LEAST[kind].high


@each_kind
def test_precision_of_what_is_shown_by_default(kind):
    assert share_of_true(judged_of_shown(kind)) >= LEAST[kind].shown


@each_kind
def test_nearly_all_that_is_shown_is_judged(kind):
    words = [verdict is not None for _, verdict in judged_of_shown(kind)]
    print(f"judged {sum(words)} of {len(words)}")
    assert sum(words) >= LEAST[kind].judged * len(words)


def test_the_table_counts_each_group():
    rows = real_packages.precision_rows(
        [("a", "true"), ("a", "true"), ("a", "false"), ("a", None), ("b", None)], ["b", "a", "c"]
    )
    assert rows == [["b", 1, 0, 0, 0, 1, ""], ["a", 4, 2, 1, 0, 1, "66.7"]]


@pytest.mark.parametrize(
    "row",
    [
        "f1\trequests\tGIL101\ta.py:1\tmaybe\treason",  # no such verdict
        "f1\trequests\tGIL101\ta.py:1\ttrue\t",  # no reason
        "f1\trequests\tGIL101\ta.py:1\ttrue",  # a column short
    ],
)
def test_a_malformed_verdict_is_an_error(tmp_path, monkeypatch, row):
    table = tmp_path / "verdicts.tsv"
    table.write_text("\t".join(real_packages.VERDICT_COLUMNS) + "\n" + row + "\n")
    monkeypatch.setattr(real_packages, "VERDICTS", table)
    with pytest.raises(real_packages.Failure):
        real_packages.read_verdicts()


def test_a_package_with_another_hash_is_refused(tmp_path, monkeypatch):
    pin = real_packages.pinned()[0]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = real_packages.cache_directory()
    cache.mkdir(parents=True)
    stem = pin.name.replace("-", "_")
    (cache / f"{stem}-{pin.version}-py3-none-any.whl").write_bytes(b"something else")
    assert real_packages.cached_archive(pin) is None


def test_help_names_every_command():
    shown = script("--help")
    assert shown.returncode == 0
    for command in ("fetch", "list", "run", "verdicts", "precision"):
        assert command in shown.stdout
        assert script(command, "--help").returncode == 0


def test_an_unknown_package_is_an_error():
    done = script("list", "--only", "no-such-package")
    assert done.returncode == 1
    assert "no-such-package" in done.stderr
