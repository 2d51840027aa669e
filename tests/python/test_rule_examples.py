"""The examples of the rule catalogue are programs: they run, and the program judges them as promised.

The block under "Example" must make gilcheck report its rule and no other; what stands under
"Use instead" must be free of findings. The binary is $GILCHECK, or build/gilcheck.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("GILCHECK", ROOT / "build" / "gilcheck")).absolute()
PAGES = sorted((ROOT / "rules").glob("GIL*.md"))
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
    return re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def examples():
    result = []
    for page in PAGES:
        code = page.name.split("-")[0]
        found = sections(page.read_text(encoding="utf-8"))
        for heading, expected in (("Example", {code}), ("Use instead", set())):
            for index, source in enumerate(programs(found[heading])):
                name = f"{code}-{heading.lower().replace(' ', '-')}-{index}"
                result.append(pytest.param(source, expected, id=name))
    return result


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_has_the_fixed_headings_and_both_programs(page):
    found = sections(page.read_text(encoding="utf-8"))
    assert list(found) == HEADINGS
    assert programs(found["Example"])
    assert programs(found["Use instead"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_to_other_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).is_file(), target


@pytest.mark.parametrize("source, expected", examples())
def test_example_terminates(source, expected, tmp_path):
    program = tmp_path / "example.py"
    program.write_text(source, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    if not expected:
        assert run.stderr == "", "no thread of the better program dies of an exception"


@pytest.mark.parametrize("source, expected", examples())
def test_example_is_judged_as_promised(source, expected, tmp_path):
    assert BINARY.is_file(), f"{BINARY} is not built"
    (tmp_path / "example.py").write_text(source, encoding="utf-8")
    run = subprocess.run(
        [str(BINARY), "check", "--isolated", "--output-format", "json", "example.py"],
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
