"""Every labelled Cython program compiles as an extension module, as C and as C++, and gives exactly the
findings it expects, in the lines of its author."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess

import c_corpus_programs
import c_headers
import pytest
from corpus_programs import Expectation, MalformedProgram, Miss, Program, problems_with

GILCHECK = os.environ.get("GILCHECK", str(c_headers.ROOT / "build" / "gilcheck"))
ROOT = c_headers.ROOT / "corpus" / "cython"
EXPECTATION = re.compile(
    r"^# (?P<carets>\^+) (?P<rule>GIL\d+) (?P<window>[a-z-]+)(?: (?P<confidence>high|medium|low))?$"
)
MISS = re.compile(r"^# FN: (?P<rule>GIL\d+) (?P<why>.+)$")
LANGUAGES = {"c": ([], ["cc"]), "cpp": (["--cplus"], ["c++", "-std=c++17"])}


def read_file(path: pathlib.Path) -> Program:
    program = Program(path)
    code_line = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := EXPECTATION.match(line):
            # A finding stands for its line: where in it the carets lie says nothing.
            program.expectations.append(
                Expectation(path.name, code_line, 1, 1000, found["rule"],
                            None if found["window"] == "-" else found["window"],
                            found["confidence"] or "medium"))
        elif found := MISS.match(line):
            program.misses.append(Miss(path.name, code_line, found["rule"], found["why"]))
        elif re.match(r"^# ?(\^|FN|FP)", line):
            raise MalformedProgram(f"{path}:{number}: {line}")
        else:
            code_line = number
    return program


PROGRAMS = [read_file(path) for path in sorted(ROOT.rglob("*.pyx"))]


def name_of(program: Program) -> str:
    return program.path.relative_to(ROOT).as_posix()


def generate(program: Program, language: str, folder: pathlib.Path) -> pathlib.Path:
    """The generated source, beside a copy of the program."""
    from Cython.Compiler import Main  # noqa: F401  of build/venv: fails here if it is not there

    copy = folder / program.path.name
    shutil.copyfile(program.path, copy)
    generated = copy.with_suffix("." + language)
    options, _ = LANGUAGES[language]
    python = c_headers.ROOT / "build" / "venv" / "bin" / "python"
    done = subprocess.run([str(python), "-m", "cython", "-3", *options, copy.name, "-o", generated.name],
                          cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return generated


def flags(free_threaded: bool) -> list[str]:
    result = ["-isystem", str(c_headers.include_directory("3.13"))]
    return result + (["-DPy_GIL_DISABLED=1"] if free_threaded else [])


def check(generated: pathlib.Path, language: str, *options: str) -> list[dict]:
    folder = generated.parent
    _, compiler = LANGUAGES[language]
    (folder / "compile_commands.json").write_text(json.dumps(
        [{"directory": str(folder), "file": generated.name,
          "arguments": [*compiler, *flags(True), "-c", generated.name]}]))
    done = subprocess.run(
        [GILCHECK, "check", "--isolated", "--root", ".", "--no-cache", "--no-respect-gitignore",
         "--confidence", "low", "--output-format", "json", "--exit-zero", *options, generated.name],
        cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["findings"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_findings_are_those_expected(program, language, tmp_path):
    findings = check(generate(program, language, tmp_path), language)
    show = c_corpus_programs.describe
    problems = problems_with(program.expectations, program.misses, findings, show)
    problems += [f"not in the author's source: {show(f)}" for f in findings
                 if not f["path"].endswith(".pyx")]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("free_threaded", [False, True], ids=["gil", "free-threaded"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_program_is_an_extension_module(program, language, free_threaded, tmp_path):
    generated = generate(program, language, tmp_path)
    _, compiler = LANGUAGES[language]
    module = tmp_path / (program.path.stem + ".so")
    done = subprocess.run([*compiler, "-O0", "-Wall", "-Werror", "-fPIC", "-shared", *flags(free_threaded),
                           generated.name, "-o", str(module)],
                          cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_the_programs_are_paired_and_say_what_they_show():
    names = {name_of(program)[:-4] for program in PROGRAMS}
    bad = {name for name in names if name.endswith("_bad")}
    good = {name for name in names if name.endswith("_ok")}
    assert len(names) >= 28
    assert bad | good == names
    assert {name[:-4] for name in bad} == {name[:-3] for name in good}
    for program in PROGRAMS:
        assert bool(program.expectations or program.misses) == program.path.stem.endswith("_bad")
        assert program.path.read_text(encoding="utf-8").startswith("# "), name_of(program)


def program_named(name: str) -> Program:
    return next(program for program in PROGRAMS if name_of(program) == name)


def of_rule(findings: list[dict], rule: str) -> dict:
    return next(finding for finding in findings if finding["rule"] == rule)


def test_a_finding_speaks_of_the_author_s_names_and_shows_the_c_in_a_note(tmp_path):
    generated = generate(program_named("gil507_field/counter_bad.pyx"), "c", tmp_path)
    finding = of_rule(check(generated, "c"), "GIL507")
    assert "__pyx" not in json.dumps(finding)
    assert finding["location"]["name"] == "counter_bad.Counter.value"
    notes = [row for row in finding["evidence"] if row.get("path") == generated.name]
    assert len(notes) == 1
    line = generated.read_text().splitlines()[notes[0]["line"] - 1]
    assert "__pyx_v_self->value" in line


def test_generated_code_is_known_by_its_content(tmp_path):
    generated = generate(program_named("gil505_static/counter_bad.pyx"), "c", tmp_path)
    text = generated.read_text()
    other = tmp_path / "fast_path.c"
    other.write_text(text[text.index("#ifndef"):])  # renamed, and its first line cut off
    generated.unlink()
    finding = of_rule(check(other, "c"), "GIL505")
    assert finding["path"] == "counter_bad.pyx"


def test_without_its_source_a_finding_stands_in_the_c(tmp_path):
    program = program_named("gil505_static/counter_bad.pyx")
    generated = generate(program, "c", tmp_path)
    (tmp_path / program.path.name).unlink()
    found = check(generated, "c")
    assert {finding["path"] for finding in found} == {generated.name}
    assert of_rule(found, "GIL505")["location"]["name"] == "counter_bad.calls"


def test_a_source_that_was_changed_since_is_not_pointed_into(tmp_path):
    program = program_named("gil505_static/counter_bad.pyx")
    generated = generate(program, "c", tmp_path)
    copy = tmp_path / program.path.name
    copy.write_text("# one more line\n" + copy.read_text())
    assert of_rule(check(generated, "c"), "GIL505")["path"] == generated.name


def test_a_comment_in_the_source_suppresses_its_finding(tmp_path):
    program = program_named("gil505_static/counter_bad.pyx")
    text = program.path.read_text().replace("calls += 1\n", "calls += 1  # gilcheck: ignore[GIL505] fine\n")
    changed = tmp_path / "source" / program.path.name
    changed.parent.mkdir()
    changed.write_text(text)
    generated = generate(Program(changed), "c", tmp_path)
    assert of_rule(check(generated, "c"), "GIL505")["suppressed"]
    text = program.path.read_text().replace("    calls += 1\n",
                                            "    # gilcheck: ignore[GIL505] fine\n    calls += 1\n")
    changed.write_text(text)
    assert of_rule(check(generate(Program(changed), "c", tmp_path), "c"), "GIL505")["suppressed"]
