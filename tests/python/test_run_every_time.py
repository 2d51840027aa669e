"""One run is enough, each time: a lost update of two threads with five increments each is reported in (nearly) every
run, and its locked twin in none."""

import collections
import json
import subprocess
import textwrap

import pytest

import interpreters
from conftest import BINARY
from test_run import LOCKED, RACE

RUNS = 200
FEWEST_REPORTED = 199

# Fresh interpreters, two at a time: each has its own copy of the program, so that its reports are known.
STARTER = """
    import concurrent.futures, subprocess, sys

    def run(path):
        return subprocess.run([sys.executable, path], stdin=subprocess.DEVNULL).returncode

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert not any(pool.map(run, sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def python():
    return str(interpreters.managed("3.13t"))


@pytest.mark.parametrize("program, fewest, most", [(RACE, FEWEST_REPORTED, RUNS), (LOCKED, 0, 0)],
                         ids=["racy", "locked"])
def test_two_threads_with_five_increments_each(tmp_path, python, program, fewest, most):
    text = textwrap.dedent(program) + "\nrace()\n"
    names = [f"run_{number}.py" for number in range(RUNS)]
    for name in names:
        (tmp_path / name).write_text(text)
    (tmp_path / "start.py").write_text(textwrap.dedent(STARTER))
    output = tmp_path / "races.json"
    done = subprocess.run(
        [BINARY, "run", "--python", python, "--exclude", "start.py", "--output-format", "json", "--output-file", output,
         "--fail-on", "never", "--", "python", "start.py", *names],
        cwd=tmp_path, capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    answer = json.loads(output.read_text())
    assert (answer["processes"], answer["cut_short"], answer["troubles"]) == (RUNS + 1, [], [])
    reported = collections.defaultdict(set)
    for report in answer["reports"]:
        if report["severity"] != "info":
            reported[report["opened"]["path"].rpartition("/")[2]].add((report["pattern"], report["location"]))
    assert set(reported) <= set(names)
    print(f"{len(reported)} of {RUNS} reported")
    assert fewest <= len(reported) <= most
    assert all(found == {("lost-update", "Stats.n")} for found in reported.values())
