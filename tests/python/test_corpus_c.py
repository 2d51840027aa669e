"""Every labelled C program compiles as an extension module and gives exactly the findings it expects."""

from __future__ import annotations

import os

import c_corpus_programs
import c_headers
import pytest
from corpus_programs import problems_with

GILCHECK = os.environ.get("GILCHECK", str(c_headers.ROOT / "build" / "gilcheck"))
PROGRAMS = c_corpus_programs.load()
describe = c_corpus_programs.describe
HANDLES_C = os.path.isfile(GILCHECK) and c_corpus_programs.handles_c(GILCHECK)
LATER = [program for program in PROGRAMS
         if "PY_VERSION_HEX >= 0x030E" in program.path.read_text(encoding="utf-8")]
RULES = [f"GIL{number}" for number in range(501, 519)]


@pytest.mark.skipif(not HANDLES_C, reason="this gilcheck has no C pass")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_findings_are_those_expected(program, tmp_path):
    problems = problems_with(program.expectations, program.misses, program.findings(GILCHECK, tmp_path), describe)
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("free_threaded", [False, True], ids=["gil", "free-threaded"])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_program_is_an_extension_module(program, free_threaded, tmp_path):
    assert program.compile(tmp_path, "3.13", free_threaded) == ""


@pytest.mark.parametrize("program", LATER, ids=lambda program: program.name)
def test_program_with_a_fix_of_its_own_for_later_versions_is_one_there(program, tmp_path):
    assert program.compile(tmp_path, "3.14", True) == ""


def test_the_corpus_is_large_enough_and_paired():
    assert len(PROGRAMS) >= 120
    names = {program.stem for program in PROGRAMS}
    bad = {name for name in names if name.endswith("_bad")}
    good = {name for name in names if name.endswith("_ok")}
    assert bad | good == names
    assert {name[:-4] for name in bad} == {name[:-3] for name in good}
    for program in PROGRAMS:
        expects = bool(program.expectations or program.misses)
        assert expects == program.stem.endswith("_bad"), program.name
        assert program.path.read_text(encoding="utf-8").startswith("// "), program.name


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_pairs_in_its_own_folder(rule):
    folder = [program for program in PROGRAMS
              if program.path.parent.name.upper().startswith(rule) and program.expectations]
    assert len(folder) >= 3
    assert all(any(e.rule == rule for e in program.expectations) for program in folder)
