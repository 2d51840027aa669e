"""What the tests of the program from outside share: the program and a project to run it on."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("GILCHECK", ROOT / "build" / "gilcheck")).absolute()

# Four threads add to one global: a finding of high confidence on any setting.
RACY = """\
import threading

counter = 0


def work():
    global counter
    for _ in range(1000):
        counter += 1


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
"""
RACY_LINE = 9

CLEAN = """\
def double(value):
    return 2 * value
"""


class Project:
    """A directory of files, and the program started in it."""

    def __init__(self, path, environment):
        self.path = path
        self.environment = environment

    def write(self, name, content=""):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return path

    def run(self, *arguments, cwd=None, env=None, timeout=120, **options):
        """One run; output as text, colour off, no terminal."""
        options.setdefault("stdin", subprocess.DEVNULL)
        if "input" in options:
            del options["stdin"]
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        done = subprocess.run(
            [BINARY, *map(str, arguments)],
            cwd=cwd or self.path,
            env={**self.environment, **(env or {})},
            timeout=timeout,
            **options,
        )
        for stream in ("stdout", "stderr"):
            if isinstance(getattr(done, stream), bytes):
                setattr(done, stream, getattr(done, stream).decode())
        assert done.returncode in (0, 1, 2, -13), (done.returncode, done.stderr)
        assert "internal error" not in (done.stderr or "")
        return done

    def check(self, *arguments, **options):
        """`gilcheck check` with JSON output, parsed; the exit status must be 0 or 1."""
        done = self.run("check", "--output-format", "json", *arguments, **options)
        assert done.returncode in (0, 1), done.stderr
        report = json.loads(done.stdout)
        shown = [finding for finding in report["findings"] if not finding["suppressed"]]
        assert done.returncode == (1 if shown else 0)
        return report

    def findings(self, *arguments, **options):
        """(path, line, rule) of what is reported."""
        return [
            (finding["path"], finding["line"], finding["rule"])
            for finding in self.check(*arguments, **options)["findings"]
            if not finding["suppressed"]
        ]

    def diagnostics(self, *arguments, **options):
        """(path, code) of what is said about the input."""
        report = self.check(*arguments, **options)
        return [(item["path"], item["code"]) for item in report["diagnostics"]]


@pytest.fixture()
def project(tmp_path):
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("GILCHECK_", "NO_COLOR", "FORCE_COLOR", "CLICOLOR"))
    }
    directory = tmp_path / "project"
    directory.mkdir()
    return Project(directory, environment)


@pytest.fixture()
def racy(project):
    """A project with one finding, in app.py."""
    project.write("app.py", RACY)
    return project
