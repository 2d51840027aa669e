"""What README.md shows is what the program prints, and what it tells to type works."""

import pathlib
import re
import shlex

import pytest

import interpreters

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLE = next(text for language, text in BLOCK.findall(README) if language == "python")
COMMANDS = [
    line.split("#")[0].strip()
    for _, text in BLOCK.findall(README)
    for line in text.splitlines()
    if line.startswith("gilcheck ")
]


def test_the_example_of_the_readme(project):
    shown = next(text for _, text in BLOCK.findall(README) if text.startswith("$ gilcheck "))
    command, _, output = shown.partition("\n")
    project.write("stats.py", EXAMPLE)
    done = project.run(*shlex.split(command)[2:])
    assert done.stdout == output
    assert done.stderr == ""


def test_the_architecture_page_walks_through_the_same_example():
    page = (ROOT / "docs" / "architecture.md").read_text()
    assert EXAMPLE in [text for language, text in BLOCK.findall(page) if language == "python"]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_readme(project, command):
    project.write("app.py", EXAMPLE)
    good = (0, 1)
    if command.startswith("gilcheck run "):
        if "--tsan" in command:
            interpreters.installed("3.13t-tsan")
        interpreters.managed("3.13t")
        project.write("test_app.py", "import app\n\n\ndef test_app():\n    assert app\n")
        good = (0, 66)
    done = project.run(*shlex.split(command)[1:])
    assert done.returncode in good, done.stderr


def test_the_rules_of_the_readme_are_the_rules_there_are(project):
    listed = re.findall(r"^\| (GIL\d+) \|", README, re.MULTILINE)
    assert listed == [line.split()[0] for line in project.run("rule", "--all").stdout.splitlines()]
