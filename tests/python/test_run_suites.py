"""Test suites of real packages: under the race detector every test ends as it does without."""

import os
import sys

import pytest

import interpreters
from conftest import BINARY, ROOT

sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "scripts")]
import real_packages  # noqa: E402
import suites  # noqa: E402

# Of some seconds; bench/suites.py runs all of them.
QUICK = ("boltons", "h11", "toolz")


@pytest.fixture(scope="module")
def packages():
    try:
        return {package.name: package for package in real_packages.suites()}
    except real_packages.Failure as failure:
        return (pytest.fail if os.environ.get("CI") else pytest.skip)(str(failure))


@pytest.mark.parametrize("name", QUICK)
def test_outcomes_are_those_of_the_bare_interpreter(packages, name):
    python = str(interpreters.usable("3.13t"))
    bare, watched = suites.both(packages[name], str(BINARY), python)
    assert len(bare.outcomes) > 50, bare.output
    assert watched.outcomes == bare.outcomes, watched.output
    assert watched.races == 0, watched.output
