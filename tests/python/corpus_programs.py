"""The labelled programs of corpus/python: which there are, what each expects."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2] / "corpus" / "python"
EXPECTATION = re.compile(
    r"^#(?P<gap> *)(?P<carets>\^+) (?P<rule>GIL\d+) (?P<window>[a-z-]+)(?: (?P<confidence>high|medium|low))?$"
)
MISS = re.compile(r"^# ?FN: (?P<rule>GIL\d+) (?P<why>.+)$")
RUN_MISS = re.compile(r"^# ?FN run: (?P<rule>GIL\d+) (?P<why>.+)$")
LEVELS = {"low": 0, "medium": 1, "high": 2}


class MalformedProgram(Exception):
    """An expectation that cannot be read; it would otherwise be silently no expectation."""


@dataclasses.dataclass(frozen=True)
class Expectation:
    """One finding that must be made; columns from 1, end exclusive."""

    path: str
    line: int
    column: int
    end_column: int
    rule: str
    window: str | None
    confidence: str

    def matches(self, finding: dict) -> bool:
        return (
            finding["rule"] == self.rule
            and finding["path"] == self.path
            and finding["line"] == self.line
            and self.column <= finding["column"] < self.end_column
            and finding["class"] == self.window
            and LEVELS[finding["confidence"]] >= LEVELS[self.confidence]
        )

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.rule} {self.window} ({self.confidence})"


@dataclasses.dataclass(frozen=True)
class Miss:
    """A finding or race that belongs here and is known not to be reported."""

    path: str
    line: int
    rule: str
    why: str


@dataclasses.dataclass
class Program:
    """One file, or one folder of corpus/python/packages."""

    path: pathlib.Path
    assume: str = "auto"
    expectations: list[Expectation] = dataclasses.field(default_factory=list)
    misses: list[Miss] = dataclasses.field(default_factory=list)
    run_misses: list[Miss] = dataclasses.field(default_factory=list)  # those of the race detector

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    def check(self, gilcheck: str, *options: str) -> list[dict]:
        """The findings of every confidence, with paths relative to the program's folder."""
        folder = self.path if self.path.is_dir() else self.path.parent
        target = "." if self.path.is_dir() else self.path.name
        done = subprocess.run(
            [gilcheck, "check", "--isolated", "--root", ".", "--no-cache", "--no-respect-gitignore",
             "--confidence", "low", "--assume", self.assume, "--output-format", "json",
             "--exit-zero", *options, target],
            cwd=folder, capture_output=True, text=True, timeout=60,
        )
        if done.returncode != 0:
            raise RuntimeError(f"exit status {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)["findings"]


def problems_with(
    expectations: list[Expectation], misses: list[Miss], findings: list[dict], describe
) -> list[str]:
    """How findings of every confidence differ from what is expected and known to be missed; empty if they
    do not. `describe` puts a finding into words."""
    unmatched = list(findings)
    missing = []
    for expectation in expectations:
        found = next((f for f in unmatched if expectation.matches(f)), None)
        if found is None:
            missing.append(expectation)
        else:
            unmatched.remove(found)
    known = [(m.path, m.line, m.rule) for m in misses]
    problems = [f"missing  {expectation}" for expectation in missing]
    problems += [f"surplus  {describe(f)}" for f in unmatched if f["confidence"] != "low"]
    problems += [f"no longer missed, make it an expectation: {describe(f)}" for f in unmatched
                 if (f["path"], f["line"], f["rule"]) in known]
    problems += [f"   (low) {describe(f)}" for f in unmatched if problems and f["confidence"] == "low"]
    return problems


def read_file(program: Program, path: pathlib.Path) -> None:
    relative = path.relative_to(program.path).as_posix() if program.path.is_dir() else path.name
    code_line = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := re.match(r"# gilcheck-corpus: assume=(\w+)$", line):
            program.assume = found[1]
        elif found := EXPECTATION.match(line):
            column = len(found["gap"]) + 2
            window = None if found["window"] == "-" else found["window"]
            program.expectations.append(
                Expectation(relative, code_line, column, column + len(found["carets"]),
                            found["rule"], window, found["confidence"] or "medium"))
        elif found := MISS.match(line):
            program.misses.append(Miss(relative, code_line, found["rule"], found["why"]))
        elif found := RUN_MISS.match(line):
            # It says more about a finding named above it; alone it would say that there is a race nobody looks for.
            named = [(e.path, e.line, e.rule) for e in program.expectations + program.misses]
            if (relative, code_line, found["rule"]) not in named:
                raise MalformedProgram(f"{path}:{number}: {line}")
            program.run_misses.append(Miss(relative, code_line, found["rule"], found["why"]))
        elif re.match(r"^#\s*\^", line) or re.match(r"^#\s*(FN|FP)\b", line):
            raise MalformedProgram(f"{path}:{number}: {line}")
        else:
            code_line = number


def load() -> list[Program]:
    """All programs, sorted by name."""
    programs = []
    for path in sorted(ROOT.rglob("*.py")):
        if path.relative_to(ROOT).parts[0] == "packages":
            continue
        program = Program(path)
        read_file(program, path)
        programs.append(program)
    for folder in sorted((ROOT / "packages").iterdir()):
        if folder.is_dir():
            program = Program(folder)
            for path in sorted(folder.rglob("*.py")):
                read_file(program, path)
            programs.append(program)
    return programs
