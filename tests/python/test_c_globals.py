"""The inventory of static variables against CPython's own: Tools/c-analyzer/cpython lists, for each
file, the variables that its authors want to make non-global (globals-to-fix.tsv) and those they looked at
and left alone (ignored.tsv). docs/cpython-globals.md explains where the two disagree."""

import collections
import json
import pathlib
import re
import subprocess
import sys

import pytest

import c_headers
from conftest import BINARY

SCRIPTS = pathlib.Path(__file__).parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
import real_packages_c  # noqa: E402

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "cpython-globals.md"
# A lock that is seen guards these, or no code that can be reached in this build touches them.
EXPLAINED = ("guarded", "lock", "unreached", "atomic", "thread-local")


def cpython_source():
    done = subprocess.run([SCRIPTS / "cpython_source.sh"], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip("needs CPython's source: " + (done.stderr.strip().splitlines() or ["?"])[-1])
    return pathlib.Path(done.stdout.strip())


@pytest.fixture(scope="module")
def cpython(tmp_path_factory):
    """The inventory and the findings of Modules/, and which of its files could be parsed."""
    source = cpython_source()
    headers = c_headers.include_directory()
    modules = source / "Modules"
    database = tmp_path_factory.mktemp("cpython") / "compile_commands.json"
    rows = real_packages_c.cpython_database(source, pathlib.Path(headers))
    real_packages_c.write_database(database, rows)
    files = [row["file"] for row in rows]
    common = ["--isolated", "--compile-commands", str(database)]
    inventory = subprocess.run([BINARY, "debug", "globals", *common, *files], cwd=modules,
                               capture_output=True, text=True)
    if "libclang" in inventory.stderr:
        pytest.skip("needs libclang: " + inventory.stderr.strip().splitlines()[-1])
    check = subprocess.run([BINARY, "check", *common, "--no-cache", "--confidence", "low",
                            "--output-format", "json", *files], cwd=modules, capture_output=True, text=True)
    return source, inventory.stdout, json.loads(check.stdout)


def split(name):
    function, _, variable = name.rpartition("()::")
    return (function or "-", variable)


def inventory_of(text):
    rows = {}
    for line in text.splitlines():
        found = re.match(r"(\S+):(\d+) (\S+) (\S+) ", line)
        if found:
            rows[("Modules/" + found[1], *split(found[4]))] = found[3]
    return rows


def still_there(path, name):
    """The lists name variables that are long gone from their files, and functions declared through a
    function type (`static PROLOG_HANDLER prolog0, ...`), which their tool takes for variables."""
    name = re.escape(name)
    text = path.read_text(encoding="utf-8", errors="replace")
    if re.search(rf"^(static [\w *]+ )?{name}\([^;]*\)\s*{{", text, re.M):
        return False
    return re.search(rf"^[ \t]*static\b[^;{{(]*\b{name}\b\s*(\[[^\]]*\])*\s*[=;,{{]"
                     rf"|^(?!extern)[A-Za-z_][\w \t*]*\b{name}\b\s*(\[[^\]]*\])*\s*[=;]",
                     text, re.M) is not None


def listed(source, table, files):
    for line in (source / "Tools/c-analyzer/cpython" / table).read_text().splitlines():
        cells = line.split("\t")
        if len(cells) < 3 or cells[0] not in files or line.startswith("#"):
            continue
        if still_there(source / cells[0], cells[2]):
            yield cells[0], cells[1], cells[2]


def findings(report):
    out = collections.defaultdict(list)
    for finding in report["findings"]:
        if finding["rule"] in ("GIL505", "GIL506", "GIL515", "GIL518"):
            out[split(finding["location"]["name"])].append(finding["confidence"])
    return out


@pytest.mark.parametrize("table", ["globals-to-fix.tsv", "ignored.tsv"])
def test_the_inventory_names_what_cpython_lists(cpython, table):
    source, text, _ = cpython
    rows = inventory_of(text)
    files = {row[0] for row in rows}
    wanted = list(listed(source, table, files))
    assert len(wanted) > 40
    missing = [row for row in wanted if row not in rows]
    assert len(missing) <= 0.05 * len(wanted), (len(wanted), missing)


def test_what_cpython_wants_to_fix_is_found(cpython):
    source, text, report = cpython
    rows = inventory_of(text)
    found = findings(report)
    files = {row[0] for row in rows}
    silent = [row for row in listed(source, "globals-to-fix.tsv", files)
              if row in rows and row[1:] not in found and rows[row] not in EXPLAINED]
    assert silent == []
    # What is explained away stands in the document, one by one.
    document = DOCUMENT.read_text()
    for row in listed(source, "globals-to-fix.tsv", files):
        if row in rows and row[1:] not in found:
            assert f"`{row[2]}`" in document, row


def test_what_cpython_left_alone_is_never_sure(cpython):
    source, text, report = cpython
    found = findings(report)
    files = {row[0] for row in inventory_of(text)}
    # Something is found about them, so that silence does not pass for agreement.
    assert any(found[row[1:]] for row in listed(source, "ignored.tsv", files))
    sure = [row for row in listed(source, "ignored.tsv", files) if "high" in found[row[1:]]]
    assert sure == []
