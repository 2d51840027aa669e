"""The labelled programs of corpus/c: which there are, what each expects, how they are compiled."""

from __future__ import annotations

import functools
import json
import os
import pathlib
import re
import subprocess
import tempfile

import c_headers
from corpus_programs import Expectation, MalformedProgram, Miss, Program

REPOSITORY = c_headers.ROOT
ROOT = c_headers.ROOT / "corpus" / "c"
EXPECTATION = re.compile(
    r"^//(?P<gap> *)(?P<carets>\^+) (?P<rule>GIL\d+) (?P<window>[a-z-]+)(?: (?P<confidence>high|medium|low))?$"
)
MISS = re.compile(r"^// FN: (?P<rule>GIL\d+) (?P<why>.+)$")
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
CXX = ".cc"


def handles_c(gilcheck: str) -> bool:
    """Whether this gilcheck takes C sources at all. Until the C pass is there, what rests on it is
    skipped; afterwards this function and its uses go."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "probe.c").write_text("int probe;\n")
        done = subprocess.run([gilcheck, "check", "--isolated", "--no-cache", "--output-format", "json",
                               "probe.c"], cwd=folder, capture_output=True, text=True, timeout=60)
    diagnostics = json.loads(done.stdout)["diagnostics"] if done.stdout else [{"code": "not-python"}]
    return all(item["code"] != "not-python" for item in diagnostics)


@functools.lru_cache(maxsize=None)
def pybind11_include() -> str:
    import pybind11  # of build/venv

    return pybind11.get_include()


@functools.lru_cache(maxsize=None)
def nanobind_include() -> str:
    import nanobind  # of build/venv

    return nanobind.include_dir()


def nanobind_library(version: str, free_threaded: bool) -> pathlib.Path:
    """nanobind's own object file, which its modules are linked with; made once for each build."""
    import nanobind

    folder = REPOSITORY / "build" / "nanobind" / nanobind.__version__
    target = folder / f"{version}{'t' if free_threaded else ''}.o"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        scratch = folder / f".{os.getpid()}-{target.name}"
        sources = pathlib.Path(nanobind.source_dir())
        subprocess.run(
            ["c++", "-std=c++17", "-O0", "-w", "-fPIC", "-c", str(sources / "nb_combined.cpp"),
             "-isystem", str(c_headers.include_directory(version)),
             "-isystem", nanobind.include_dir(),
             "-isystem", str(sources.parent / "ext" / "robin_map" / "include"),
             *(["-DPy_GIL_DISABLED=1", "-DNB_FREE_THREADED"] if free_threaded else []),
             "-o", str(scratch)],
            check=True, timeout=300)
        scratch.rename(target)
    return target


# What a build system would define, in a line of its own: only known to free-threaded headers.
FLAGS = re.compile(r"^// flags: (?P<flags>\S.*)$", re.MULTILINE)


def compiler(path: pathlib.Path) -> list[str]:
    return ["c++", "-std=c++17"] if path.suffix == CXX else ["cc"]


def flags(path: pathlib.Path, version: str, free_threaded: bool) -> list[str]:
    """What the file needs to be compiled against the headers of one build of CPython."""
    # System headers: the warnings are about the program.
    result = ["-isystem", str(c_headers.include_directory(version))]
    source = path.read_text(encoding="utf-8")
    if "#include <pybind11/" in source:
        result += ["-isystem", pybind11_include()]
    if "#include <nanobind/" in source:
        result += ["-isystem", nanobind_include()]
    if free_threaded:
        result += ["-DPy_GIL_DISABLED=1"]
        for found in FLAGS.finditer(source):
            result += found["flags"].split()
    return result


def describe(finding: dict) -> str:
    return (f"{finding['path']}:{finding['line']}:{finding['column']}: {finding['rule']} "
            f"{finding['class']} ({finding['confidence']}) {finding['message']}")


class CProgram(Program):
    """One file of corpus/c."""

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def stem(self) -> str:
        return self.path.relative_to(ROOT).with_suffix("").as_posix()

    def compile(self, folder: pathlib.Path, version: str, free_threaded: bool) -> str:
        """The compiler's complaints; the module is left in `folder`."""
        module = self.path.stem.rpartition("_")[0]
        linked = []
        if "#include <nanobind/" in self.path.read_text(encoding="utf-8"):
            linked.append(str(nanobind_library(version, free_threaded)))
        done = subprocess.run(
            [*compiler(self.path), "-O0", *WARNINGS, "-fPIC", "-shared",
             *flags(self.path, version, free_threaded), str(self.path), *linked, "-lpthread",
             "-o", str(folder / f"{module}.so")],
            capture_output=True, text=True, timeout=120)
        return done.stderr if done.returncode == 0 else done.stderr or "failed without a word"

    def findings(self, gilcheck: str, folder: pathlib.Path) -> list[dict]:
        """The findings of every confidence. `folder` gets a copy and a compile database."""
        copy = folder / self.path.name
        copy.write_bytes(self.path.read_bytes())
        command = [*compiler(copy), *flags(self.path, "3.13", True), "-c", copy.name]
        (folder / "compile_commands.json").write_text(json.dumps(
            [{"directory": str(folder), "file": copy.name, "arguments": command}]))
        done = subprocess.run(
            [gilcheck, "check", "--isolated", "--root", ".", "--no-cache", "--no-respect-gitignore",
             "--confidence", "low", "--output-format", "json", "--exit-zero", copy.name],
            cwd=folder, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"exit status {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)["findings"]


def read_file(path: pathlib.Path) -> CProgram:
    program = CProgram(path)
    code_line = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := EXPECTATION.match(line):
            gap = len(found["gap"])
            end = gap + 3 + len(found["carets"])
            window = None if found["window"] == "-" else found["window"]
            program.expectations.append(
                Expectation(path.name, code_line, gap + 3 if gap else 1, end, found["rule"], window,
                            found["confidence"] or "medium"))
        elif found := MISS.match(line):
            program.misses.append(Miss(path.name, code_line, found["rule"], found["why"]))
        elif re.match(r"^//\s*\^", line) or re.match(r"^//\s*(FN|FP)\b", line):
            raise MalformedProgram(f"{path}:{number}: {line}")
        else:
            code_line = number
    return program


def load() -> list[CProgram]:
    """All programs, sorted by name."""
    return [read_file(path) for path in sorted(ROOT.rglob("*")) if path.suffix in {".c", CXX}]
