"""CPython's own tests of threads, queues, executors and asyncio, under the race detector: they end as in the
bare interpreter, and nothing is reported."""

import json
import re
import shutil
import subprocess

import pytest

import interpreters
from conftest import BINARY

# Modules of the package `test`, as copies: what lies in the interpreter's own library is not under test.
SUITES = ["test_queue", "test_sched", "test_thread", "test_threading", "test_concurrent_futures.test_thread_pool",
          "test_concurrent_futures.test_future", "test_concurrent_futures.test_wait", "test_asyncio.test_locks",
          "test_asyncio.test_queues", "test_asyncio.test_futures", "test_asyncio.test_threads",
          "test_asyncio.test_tasks"]
# A barrier of two raw locks, whose phases are told apart by a count: docs/limitations.md.
KNOWN_FALSE = {"Barrier.waiting"}
# It waits in C for a thread that C has started: neither the start nor the wait is seen.
NATIVE_JOINS = {"ThreadTests.test_frame_tstate_tracing"}


def waits_in_c(report):
    functions = {frame["function"] for side in ("closing", "other") for frame in report[side]["stack"]}
    return any(function.startswith(name) for function in functions for name in NATIVE_JOINS)


@pytest.fixture(scope="module")
def python():
    return interpreters.managed("3.13t")


@pytest.fixture(scope="module")
def copies(python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cpython")
    done = subprocess.run([python, "-c", "import test; print(test.__path__[0])"], capture_output=True, text=True,
                          check=True)
    library = done.stdout.strip()
    for name in {suite.split(".")[0] for suite in SUITES}:
        if "." not in next(suite for suite in SUITES if suite.split(".")[0] == name):
            shutil.copy(f"{library}/{name}.py", folder)
            continue
        shutil.copytree(f"{library}/{name}", folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for file in (folder / name).glob("*.py"):
            file.write_text(file.read_text().replace(f"test.{name}", name))
    return folder


def outcome(done):
    ran = re.search(r"^Ran (\d+) tests?", done.stderr, re.M)
    end = re.search(r"^(OK|FAILED).*$", done.stderr, re.M)
    return (ran and ran[1], end and end[0])


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_ends_as_in_the_bare_interpreter_and_nothing_is_reported(python, copies, tmp_path, suite):
    output = tmp_path / "races.json"

    def results():
        bare = subprocess.run([python, "-m", "unittest", suite], cwd=copies, capture_output=True, text=True,
                              timeout=600, stdin=subprocess.DEVNULL)
        run = subprocess.run(
            [BINARY, "run", "--python", "3.13t", "--fail-on", "never", "--output-format", "json", "--output-file",
             output, "--", "python", "-m", "unittest", suite],
            cwd=copies, capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL)
        return bare, run

    bare, run = results()
    if outcome(bare) != outcome(run):  # some of these tests measure time, and this machine is busy
        bare, run = results()
    assert outcome(bare)[0] is not None
    assert outcome(bare) == outcome(run), run.stderr
    answer = json.loads(output.read_text())
    assert answer["processes"] >= 1
    assert [report for report in answer["reports"]
            if report["severity"] != "info" and report["location"] not in KNOWN_FALSE and not waits_in_c(report)] == []
