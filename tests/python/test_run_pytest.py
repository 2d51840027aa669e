"""`gilcheck run -- pytest`: races with the tests that showed them, tests in several threads, other plugins beside."""

import json
import os
import re
import subprocess
import sys
import textwrap

import pytest

import interpreters
from conftest import BINARY, ROOT
from test_run import RACE

LOCK = ROOT / "third_party" / "pytest-plugins.lock"
TESTS = """
    from stats import race, stats

    def test_calm():
        assert sum(range(4)) == 6

    def test_race():
        race()

    def test_bump():
        stats.bump()
"""


def errors_in(races):
    return [report for report in json.loads(races.read_text())["reports"] if report["severity"] == "error"]


class Suite:
    def __init__(self, folder):
        self.folder = folder
        self.write("stats.py", RACE)
        self.write("test_stats.py", TESTS)

    def write(self, name, text):
        (self.folder / name).write_text(textwrap.dedent(text))

    def run(self, *options, instrumented=True, path=""):
        races = self.folder / "races.json"
        environment = {**os.environ, "PYTHONPATH": str(path), "COLUMNS": "200", "PYTHONDONTWRITEBYTECODE": "1"}
        environment.pop("PYTEST_ADDOPTS", None)
        python = str(interpreters.usable("3.13t"))
        start = [BINARY, "run", "--python", python, "--output-format", "json", "--output-file", races, "--", "pytest"]
        done = subprocess.run([*(start if instrumented else [python, "-m", "pytest"]), "-p", "no:cacheprovider", *options],
                              cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300,
                              stdin=subprocess.DEVNULL)
        self.reports = errors_in(races) if races.exists() else []
        races.unlink(missing_ok=True)
        return done


@pytest.fixture
def suite(tmp_path):
    return Suite(tmp_path)


@pytest.fixture(scope="session")
def plugins(tmp_path_factory):
    """A folder with other plugins, without their own pytest."""
    target = tmp_path_factory.mktemp("plugins")
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps",
                    "--only-binary", ":all:", "--require-hashes", "--python-version", "3.13", "--target", target,
                    "-r", LOCK], check=True)
    return target


def outcomes(done):
    return re.sub(r" in [\d.]+s.*", "", done.stdout.strip().splitlines()[-1]).strip("= ")


def test_a_race_has_the_test_that_showed_it(suite):
    done = suite.run()
    assert done.returncode == 66, done.stdout + done.stderr
    assert outcomes(done) == "3 passed"
    (report,) = suite.reports
    assert report["test"] == "test_stats.py::test_race"
    summary = done.stdout.split(" races ")[1]
    assert re.search(r"^test_stats\.py::test_race\n  error: lost-update of Stats\.n, stats\.py:9, Stats\.bump; "
                     r"\w+ at stats\.py:9, Stats\.bump, gil-masked$", summary, re.MULTILINE)
    assert "test_calm" not in summary and "test_bump" not in summary


def test_the_plugin_by_name_and_without(suite):
    by_name = suite.run("-p", "gilcheck", "-W", "error")
    assert outcomes(by_name) == "3 passed" and " races " in by_name.stdout
    without = suite.run("-p", "no:gilcheck")
    assert (without.returncode, outcomes(without)) == (66, "3 passed")
    assert " races " not in without.stdout
    assert "test" not in suite.reports[0]


def test_a_test_with_a_race_fails_when_asked(suite):
    done = suite.run("--gilcheck-fail")
    assert (done.returncode, outcomes(done)) == (1, "1 failed, 2 passed")
    assert "FAILED test_stats.py::test_race - gilcheck found a race" in done.stdout


def test_threads_find_what_no_test_starts(suite):
    suite.write("test_stats.py", TESTS.replace("    def test_race", "    def no_test"))
    assert suite.run().returncode == 0 and suite.reports == []
    done = suite.run("--gilcheck-threads", "4", "-v")
    assert done.returncode == 66, done.stdout + done.stderr
    assert [(report["test"], report["location"]) for report in suite.reports] == [
        ("test_stats.py::test_bump", "Stats.n")]
    assert "2 tests in 4 threads, 0 in one; 1 never shared anything that changes" in done.stdout
    assert "test_stats.py::test_calm: nothing shared" in done.stdout


def test_what_cannot_be_in_threads_is_in_one_and_named(suite):
    suite.write("test_stats.py", """
        import unittest
        import pytest

        def test_output(capsys):
            print("once")
            assert capsys.readouterr().out == "once\\n"

        @pytest.mark.gilcheck_one_thread("it counts")
        def test_marked():
            pass

        class TestOld(unittest.TestCase):
            def setUp(self):
                self.n = 1

            def test_method(self):
                self.assertEqual(self.n, 1)

        def test_files(tmp_path):
            (tmp_path / "new").mkdir()

        @pytest.mark.parametrize("n", [1, 2])
        def test_several(n, request):
            assert n
    """)
    done = suite.run("--gilcheck-threads", "3", "-v")
    assert (done.returncode, outcomes(done)) == (0, "6 passed"), done.stdout + done.stderr
    assert "3 tests in 3 threads, 3 in one; 3 never shared" in done.stdout
    assert "test_output: in one thread, it uses capsys" in done.stdout
    assert "test_marked: in one thread, it counts" in done.stdout
    assert "test_method: in one thread, it is no plain test function" in done.stdout


def test_outcomes_in_threads_are_those_of_the_test(suite):
    suite.write("test_stats.py", """
        import itertools
        import pytest
        turn = itertools.count()

        def test_skips():
            pytest.skip("not here")

        def test_fails_in_one():
            assert next(turn) != 2

        @pytest.mark.xfail(raises=KeyError)
        def test_known():
            {}["missing"]
    """)
    done = suite.run("--gilcheck-threads", "4")
    assert (done.returncode, outcomes(done)) == (1, "1 failed, 1 skipped, 1 xfailed"), done.stdout
    assert "FAILED test_stats.py::test_fails_in_one - assert 2 != 2" in done.stdout


def test_a_bad_number_of_threads_is_an_error_of_usage(suite):
    for number in ("0", "many"):
        assert suite.run("--gilcheck-threads", number).returncode == 4


def test_beside_xdist(suite, plugins):
    done = suite.run("-n", "2", "--gilcheck-threads", "2", path=plugins)
    assert done.returncode == 66, done.stdout + done.stderr
    assert outcomes(done) == "3 passed"
    assert {report["location"] for report in suite.reports} == {"Stats.n"}
    assert "Stats.n" in done.stdout.split(" races ")[1]
    assert "3 tests in 2 threads, 0 in one; 1 never shared" in done.stdout


def test_beside_run_parallel(suite, plugins):
    done = suite.run("--parallel-threads", "4", path=plugins)
    assert done.returncode == 66, done.stdout + done.stderr
    assert outcomes(done).startswith("3 passed")
    tests = {report["test"] for report in suite.reports}
    assert tests <= {"test_stats.py::test_race", "test_stats.py::test_bump"} and tests


def test_beside_coverage(suite, plugins):
    def table(done):
        return re.findall(r"^(stats\.py|test_stats\.py|TOTAL) +(\d+ +\d+ +\d+%)", done.stdout, re.MULTILINE)

    bare = suite.run("--cov", ".", "--cov-report", "term", instrumented=False, path=plugins)
    assert len(table(bare)) == 3, bare.stdout + bare.stderr
    done = suite.run("--cov", ".", "--cov-report", "term", path=plugins)
    assert done.returncode == 66, done.stdout + done.stderr
    assert table(done) == table(bare)
    assert [report["test"] for report in suite.reports] == ["test_stats.py::test_race"]


def test_unittest_through_the_launcher(suite):
    suite.write("test_old.py", """
        import unittest
        from stats import race

        class Old(unittest.TestCase):
            def test_threads(self):
                race()
    """)
    races = suite.folder / "races.json"
    done = subprocess.run([BINARY, "run", "--python", str(interpreters.usable("3.13t")), "--output-format", "json",
                           "--output-file", races, "--", "python", "-m", "unittest", "-q", "test_old"],
                          cwd=suite.folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 66, done.stderr
    assert "Ran 1 test" in done.stderr
    assert [report["location"] for report in errors_in(races)] == ["Stats.n"]
