"""Test suites of real packages: under the race detector every test ends as it does without."""

import pathlib
import subprocess
import sys

import pytest

import interpreters
from conftest import BINARY

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
import suites  # noqa: E402


# Of some seconds; bench/suites.py runs the others as well.
QUICK = [name for name in suites.pinned() if name.startswith(("h11-", "toolz-", "boltons-"))]


@pytest.fixture(scope="module")
def packages():
    try:
        return {package.name: package for package in suites.fetch()}
    except subprocess.CalledProcessError as error:
        pytest.skip(f"the packages cannot be had: {error}")


@pytest.mark.parametrize("name", QUICK)
def test_outcomes_are_those_of_the_bare_interpreter(packages, name):
    python = str(interpreters.usable("3.13t"))
    bare, watched = suites.both(packages[name], str(BINARY), python)
    assert len(bare.outcomes) > 50, bare.output
    assert watched.outcomes == bare.outcomes, watched.output
    assert watched.races == 0, watched.output
