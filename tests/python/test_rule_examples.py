"""The examples of the rule catalogue are programs, and the program judges them as promised: those in
Python run, those in C and C++ compile.

The block under "Example" must make gilcheck report its rule and no other; what stands under
"Use instead" must be free of findings. Rules from GIL901 are those of `gilcheck run`. The binary is $GILCHECK, or build/gilcheck.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

import c_corpus_programs
import c_headers
import interpreters
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("GILCHECK", ROOT / "build" / "gilcheck")).absolute()
PAGES = sorted((ROOT / "rules").glob("GIL*.md"))
# What a block is called in the pages -> how its file is called.
LANGUAGES = {"python": "example.py", "c": "example.c", "cpp": "example.cc"}
HANDLES_C = BINARY.is_file() and c_corpus_programs.handles_c(str(BINARY))
HEADINGS = ["What it finds", "Why it matters", "Example", "Use instead", "When it is wrong", "References"]


def sections(text):
    """Heading of level two -> its text, in order; headings inside code blocks do not count."""
    result = {}
    heading, fenced = None, False
    for line in text.splitlines(keepends=True):
        if line.startswith("```"):
            fenced = not fenced
        if line.startswith("## ") and not fenced:
            heading = line[3:].strip()
            result[heading] = ""
        elif heading is not None:
            result[heading] += line
    return result


def programs(section):
    """(language, source) of each block that is a program."""
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return [(language, source) for language, source in blocks if language in LANGUAGES]


def examples(*languages):
    result = []
    for page in PAGES:
        code = page.name.split("-")[0]
        found = sections(page.read_text(encoding="utf-8"))
        for heading, expected in (("Example", {code}), ("Use instead", set())):
            for index, (language, source) in enumerate(programs(found[heading])):
                if language not in languages:
                    continue
                name = f"{code}-{heading.lower().replace(' ', '-')}-{index}"
                result.append(pytest.param(language, source, expected, id=name))
    return result


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_has_the_fixed_headings_and_both_programs(page):
    found = sections(page.read_text(encoding="utf-8"))
    assert list(found) == HEADINGS
    languages = {language for heading in ("Example", "Use instead")
                 for language, _ in programs(found[heading])}
    assert programs(found["Example"])
    assert programs(found["Use instead"])
    assert languages <= ({"c", "cpp"} if page.name.startswith(("GIL5", "GIL904")) else {"python"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_to_other_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).is_file(), target


@pytest.mark.parametrize("language, source, expected", examples("python"))
def test_example_terminates(language, source, expected, tmp_path):
    program = tmp_path / LANGUAGES[language]
    program.write_text(source, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    if not expected:
        assert run.stderr == "", "no thread of the better program dies of an exception"


@pytest.mark.parametrize("free_threaded", [False, True], ids=["gil", "free-threaded"])
@pytest.mark.parametrize("language, source, expected", examples("c", "cpp"))
def test_example_compiles(language, source, expected, free_threaded, tmp_path):
    program = tmp_path / LANGUAGES[language]
    program.write_text(source, encoding="utf-8")
    command = [*c_corpus_programs.compiler(program), "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
               *c_corpus_programs.flags(program, "3.13", free_threaded), program.name]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr


def judge_native_run(program, expected):
    python = interpreters.installed("3.13t-tsan")
    build = [str(BINARY), "tsan-env", "--python", python, "sh", "-c",
             f"$CC $CFLAGS -shared -fPIC -I{interpreters.include(python)} -o program.so {program.name}"]
    made = subprocess.run(build, cwd=program.parent, capture_output=True, text=True, timeout=60, check=False)
    assert made.returncode == 0, made.stderr
    (program.parent / "threads.py").write_text(
        "import threading, program\n"
        "together = threading.Barrier(2)\n"
        "def work():\n"
        "    together.wait()\n"
        "    for _ in range(50_000): program.count()\n"
        "threads = [threading.Thread(target=work) for _ in range(2)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n")
    run = subprocess.run(
        [str(BINARY), "run", "--tsan", "--python", python, "--output-format", "sarif", "--", "python", "threads.py"],
        capture_output=True, text=True, cwd=program.parent, timeout=120, check=False, stdin=subprocess.DEVNULL)
    assert run.returncode == (66 if expected else 0), run.stdout + run.stderr
    assert {result["ruleId"] for result in json.loads(run.stdout)["runs"][0]["results"]} == expected


def judge_run(program, expected):
    python = interpreters.managed("3.13t")
    run = subprocess.run(
        [str(BINARY), "run", "--python", str(python), "--output-format", "sarif", "--", "python", program.name],
        capture_output=True, text=True, cwd=program.parent, timeout=120, check=False, stdin=subprocess.DEVNULL,
    )
    assert run.returncode == (66 if expected else 0), run.stdout + run.stderr
    results = json.loads(run.stdout)["runs"][0]["results"]
    assert {result["ruleId"] for result in results} == expected


@pytest.mark.parametrize("language, source, expected", examples(*LANGUAGES))
def test_example_is_judged_as_promised(language, source, expected, tmp_path, request):
    runs = "[GIL9" in request.node.name
    assert BINARY.is_file(), f"{BINARY} is not built"
    program = tmp_path / LANGUAGES[language]
    program.write_text(source, encoding="utf-8")
    if language != "python":
        if not HANDLES_C:
            pytest.skip("this gilcheck has no C pass")
        command = [*c_corpus_programs.compiler(program),
                   *c_corpus_programs.flags(program, "3.13", True), "-c", program.name]
        (tmp_path / "compile_commands.json").write_text(json.dumps(
            [{"directory": str(tmp_path), "file": program.name, "arguments": command}]))
        # The state that makes a claim false has a finding of its own.
        if expected == {"GIL502"}:
            expected = {"GIL502", "GIL505"}
    if runs:
        (judge_run if language == "python" else judge_native_run)(program, expected)
        return
    run = subprocess.run(
        [str(BINARY), "check", "--isolated", "--output-format", "json", program.name],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert run.returncode == (1 if expected else 0), run.stdout + run.stderr
    findings = json.loads(run.stdout)["findings"]
    assert {finding["rule"] for finding in findings} == expected, json.dumps(findings, indent=2)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_rule_command_prints_the_page(page):
    assert BINARY.is_file(), f"{BINARY} is not built"
    code = page.name.split("-")[0]
    run = subprocess.run(
        [str(BINARY), "rule", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    for heading in HEADINGS:
        assert heading in run.stdout
