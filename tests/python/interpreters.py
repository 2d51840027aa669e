"""Real interpreters for tests: made once in the user's cache, used by all that need them."""

import os
import pathlib
import subprocess

import pytest

from conftest import BINARY, ROOT

# On two cores building takes two minutes, but others may be at work too.
PATIENCE = 3600


def _lines_of(command):
    done = subprocess.run(
        list(map(str, command)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
    )
    return done.returncode, done.stdout.split("\n"), done.stderr


def managed(name):
    """The executable of a managed interpreter, which is built if it is not there. Where that needs
    what the machine cannot give (network, compilers) the test is skipped, in CI it fails."""
    status, _, errors = _lines_of([BINARY, "interpreter", "install", name])
    if status != 0:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no {name}: {errors}")
    status, lines, errors = _lines_of([BINARY, "interpreter", "path", name])
    assert status == 0, errors
    return pathlib.Path(lines[0])


def installed(name):
    """A managed interpreter that takes too long to build for a test: skipped if it is not there, in CI as well."""
    status, lines, _ = _lines_of([BINARY, "interpreter", "path", name])
    if status != 0:
        pytest.skip(f"no {name}; `gilcheck interpreter install {name}` builds it")
    return pathlib.Path(lines[0])


def include(python):
    """Where its Python.h is."""
    status, lines, errors = _lines_of([python, "-c", "import sysconfig; print(sysconfig.get_path('include'))"])
    assert status == 0, errors
    return lines[0]


def with_gil(version):
    """CPython 3.14 or 3.15 with the GIL and its headers, from the distribution's packages."""
    status, lines, errors = _lines_of([ROOT / "scripts" / "debian_pythons.sh", version])
    if status != 0:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no CPython {version}: {errors}")
    return pathlib.Path(lines[0])


def usable(version):
    """The free-threaded one of that name, or one with the GIL of that version."""
    return managed(version) if version.endswith("t") else with_gil(version)
