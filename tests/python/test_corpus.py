"""Every labelled program gives exactly the findings it expects, and its drive() ends."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import corpus_programs
import pytest
from corpus_programs import problems_with

GILCHECK = os.environ.get(
    "GILCHECK", str(pathlib.Path(__file__).resolve().parents[2] / "build" / "gilcheck"))
PROGRAMS = corpus_programs.load()


def describe(finding: dict) -> str:
    return (f"{finding['path']}:{finding['line']}:{finding['column']}: {finding['rule']} "
            f"{finding['class']} ({finding['confidence']}) {finding['message']}")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_findings_are_those_expected(program):
    problems = problems_with(program.expectations, program.misses, program.check(GILCHECK), describe)
    assert not problems, "\n" + "\n".join(problems)


def test_the_corpus_is_large_enough_and_paired():
    assert len(PROGRAMS) >= 150
    names = {program.name.removesuffix(".py") for program in PROGRAMS}
    bad = {name for name in names if name.endswith("_bad")}
    good = {name for name in names if name.endswith("_ok")}
    assert bad | good == names
    assert {name[:-4] for name in bad} == {name[:-3] for name in good}
    for program in PROGRAMS:
        expects = bool(program.expectations or program.misses)
        assert expects == program.name.removesuffix(".py").endswith("_bad"), program.name


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_drive_runs_to_its_end(program):
    main = program.path / "main.py" if program.path.is_dir() else program.path
    code = ("import runpy, sys; sys.path.insert(0, sys.argv[2]); "
            "runpy.run_path(sys.argv[1])['drive']()")
    done = subprocess.run([sys.executable, "-c", code, str(main), str(main.parent)],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
