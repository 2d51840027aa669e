"""Python code that relies on functions of its own extension module: exactly the findings expected."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess

import c_corpus_programs
import c_headers
import corpus_programs
import pytest

GILCHECK = os.environ.get("GILCHECK", str(c_headers.ROOT / "build" / "gilcheck"))
ROOT = c_headers.ROOT / "corpus" / "mixed"
FOLDERS = sorted(path for path in ROOT.iterdir() if path.is_dir())
SOURCES = {".c", ".cc"}
HANDLES_C = os.path.isfile(GILCHECK) and c_corpus_programs.handles_c(GILCHECK)


def expectations(folder: pathlib.Path) -> list[corpus_programs.Expectation]:
    out = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix not in {".py", *SOURCES}:
            continue
        pattern = (corpus_programs if path.suffix == ".py" else c_corpus_programs).EXPECTATION
        width = 1 if path.suffix == ".py" else 2
        code_line = 0
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if found := pattern.match(line):
                column = len(found["gap"]) + width + 1
                out.append(corpus_programs.Expectation(
                    name, code_line, column, column + len(found["carets"]), found["rule"],
                    None if found["window"] == "-" else found["window"], found["confidence"] or "medium"))
            else:
                assert "^^^" not in line, f"{path}:{number}: {line}"
                code_line = number
    return out


def write_database(folder: pathlib.Path) -> None:
    flags = c_corpus_programs.flags
    (folder / "compile_commands.json").write_text(json.dumps([
        {"directory": str(folder), "file": str(path),
         "arguments": ["cc", *flags(path, "3.13", True), "-c", str(path)]}
        for path in folder.rglob("*") if path.suffix in SOURCES]))


def check(folder: pathlib.Path, *options: str) -> list[dict]:
    done = subprocess.run(
        [GILCHECK, "check", "--isolated", "--root", ".", "--no-respect-gitignore", "--confidence", "low",
         "--output-format", "json", "--exit-zero", *options, "."],
        cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["findings"]


@pytest.fixture
def program(request, tmp_path):
    """A copy of a folder, with a compile database."""
    copy = tmp_path / "program"
    shutil.copytree(ROOT / request.param, copy)
    write_database(copy)
    return copy


def cases(*names: str):
    chosen = names or tuple(folder.name for folder in FOLDERS)
    return pytest.mark.parametrize("program", chosen, indirect=True)


pytestmark = pytest.mark.skipif(not HANDLES_C, reason="this gilcheck has no C pass")


@cases()
def test_findings_are_those_expected(program, request):
    problems = corpus_programs.problems_with(
        expectations(program), [], check(program, "--no-cache"), c_corpus_programs.describe)
    assert not problems, "\n" + "\n".join(problems)


def test_folders_are_pairs_and_all_cross_languages():
    assert len(FOLDERS) >= 6
    stems = {folder.name.rpartition("_")[0] for folder in FOLDERS}
    assert {folder.name for folder in FOLDERS} == {f"{s}_{kind}" for s in stems for kind in ("bad", "ok")}
    for folder in FOLDERS:
        crossing = [e for e in expectations(folder) if e.rule == "GIL107"]
        assert bool(crossing) == folder.name.endswith("_bad")


@cases("serial_bad")
def test_a_finding_names_both_places(program):
    [found] = [f for f in check(program, "--no-cache") if f["rule"] == "GIL107"]
    assert found["path"] == "orders.py"
    assert [access["path"] for access in found["region"]] == ["orders.py", "serial.c"]
    assert any(row.get("path") == "serial.c" or "draw()" in row["text"] for row in found["evidence"])


@cases("serial_bad")
def test_the_answer_from_the_cache_follows_either_language(program, tmp_path):
    cached = ("--cache-dir", str(tmp_path / "cache"))
    first = check(program, *cached)
    assert check(program, *cached) == first
    source = program / "serial.c"
    source.write_text(source.read_text().replace("static long last;", "static _Thread_local long last;"))
    assert [f for f in check(program, *cached) if f["rule"] in {"GIL107", "GIL505"}] == []
    source.write_text(source.read_text().replace("static _Thread_local long", "static long"))
    assert check(program, *cached) == first
    caller = program / "orders.py"
    caller.write_text(caller.read_text().replace("numbers.append(serial.draw())", "pass"))
    assert [f["rule"] for f in check(program, *cached)].count("GIL107") == 0


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_module_compiles(folder, tmp_path):
    for path in folder.rglob("*"):
        if path.suffix not in SOURCES:
            continue
        copy = c_corpus_programs.CProgram(path)
        assert copy.compile(tmp_path, "3.13", True) == ""
