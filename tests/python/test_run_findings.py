"""`gilcheck run --findings`: what `gilcheck check` found, looked at in a run."""

import json
import subprocess

import jsonschema
import pytest

import interpreters
from conftest import BINARY, ROOT
from test_output_formats import errors_of, sarif_validator
from test_run import Project

SCHEMA = json.loads((ROOT / "docs" / "schema" / "races.schema.json").read_text())
# `é` before a region: columns in characters and in bytes differ.
PROGRAM = """
    import threading

    class Stats:
        def __init__(self):
            self.torn = self.guarded = self.alone = self.idle = 0
            self.lock = threading.Lock()

        def tear(self):
            'é'; self.torn += 1

        def guard(self):
            with self.lock:
                self.guarded += 1

        def forget(self):
            self.guarded += 1

        def leave(self):
            self.idle += 1

        def keep(self):
            self.alone += 1

    stats = Stats()
    mine = [Stats(), Stats()]

    def work(number):
        for _ in range(5):
            stats.tear()
            stats.guard()
            mine[number].keep()

    def main():
        threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    if __name__ == "__main__":
        main()
"""
# The second access follows from the first in no way that the bytecode tells.
THROUGH_A_DICT = """
    import threading

    class Stats:
        n = 0

        def bump(self):
            values = {}
            values["n"] = self.n + 1
            self.n = values["n"]

    stats = Stats()
    threads = [threading.Thread(target=stats.bump) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


@pytest.fixture(params=["3.13t", "3.14", "3.15"])
def project(tmp_path, request):
    return Project(tmp_path, str(interpreters.usable(request.param)))


def check(project, *paths):
    done = subprocess.run([BINARY, "check", "--output-format", "json", "--output-file", "found.json", *paths],
                          cwd=project.folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stdout + done.stderr
    return json.loads((project.folder / "found.json").read_text())


def run(project, *command, options=("--findings", "found.json"), **named):
    done = project.run(*command, options=options, **named)
    assert done.returncode in (0, 66), done.stdout + done.stderr
    answer = json.loads(project.text)
    assert errors_of(jsonschema.Draft202012Validator(SCHEMA), answer) == []
    return answer


def by_line(project, answer):
    lines = (project.folder / "app.py").read_text().splitlines()
    return {lines[finding["line"] - 1].strip(): finding["status"] for finding in answer["findings"]}


def test_each_finding_says_how_far_it_came(project):
    project.write("app.py", PROGRAM)
    found = check(project, "app.py")
    answer = run(project, "python", "app.py")
    assert [one["fingerprint"] for one in answer["findings"]] == [one["fingerprint"] for one in found["findings"]]
    status = by_line(project, answer)
    assert status["'é'; self.torn += 1"] == "predicted"
    assert status["self.idle += 1"] == "static"
    assert status["self.alone += 1"] == "exercised"
    (torn,) = [report for report in answer["reports"] if report["severity"] == "error"]
    assert torn["confirms"] == [one["fingerprint"] for one in found["findings"] if one["line"] == 10]


def test_text_names_what_is_confirmed_and_what_became_of_the_rest(project):
    project.write("app.py", PROGRAM)
    check(project, "app.py")
    done = project.run("python", "app.py", options=("--findings", "found.json"), output_format="text")
    assert done.returncode == 66
    assert "Confirms GIL101 at app.py:10, found by gilcheck check" in project.text
    rest = project.text.partition("What gilcheck check found, in this run:\n")[2].splitlines()
    assert rest[0].split()[:3] == ["predicted", "GIL101", "app.py:10"]
    assert [line.split()[0] for line in rest if " GIL101 " in line] == sorted(
        (line.split()[0] for line in rest if " GIL101 " in line),
        key=["predicted", "shared", "exercised", "static"].index)


def test_sarif_says_what_is_confirmed(project):
    project.write("app.py", PROGRAM)
    found = check(project, "app.py")
    project.run("python", "app.py", options=("--findings", "found.json"), output_format="sarif")
    assert errors_of(sarif_validator(), json.loads(project.text)) == []
    (torn,) = [one for one in found["findings"] if one["line"] == 10]
    assert f"fingerprint {torn['fingerprint']}" in project.text


def region(path, *spans):
    accesses = [{"path": path, "line": line, "column": column, "end_line": line, "end_column": end}
                for line, column, end in spans]
    return {"rule": "GIL101", "fingerprint": "0123456789abcdef", "location": {"name": "Stats.n"}, "path": path,
            "region": accesses, "conflicts": accesses}


def test_a_region_is_looked_at_whatever_the_bytecode_says(project):
    project.write("app.py", THROUGH_A_DICT)
    document = {"findings": [region("app.py", (9, 23, 29), (10, 9, 29))]}
    (project.folder / "found.json").write_text(json.dumps(document))
    without = run(project, "python", "app.py", options=())
    assert [report["severity"] for report in without["reports"] if report["severity"] == "error"] == []
    assert without["findings"] == []
    answer = run(project, "python", "app.py")
    (torn,) = [report for report in answer["reports"] if report["severity"] == "error"]
    assert torn["confirms"] == ["0123456789abcdef"]
    assert (torn["opened"]["line"], torn["closing"]["stack"][0]["line"]) == (9, 10)
    assert answer["findings"][0]["status"] == "predicted"


def test_an_expected_region_under_a_lock_is_silent(project):
    project.write("app.py", THROUGH_A_DICT.replace("values = {}", "lock.acquire(); values = {}").replace(
        'self.n = values["n"]', 'self.n = values["n"]; lock.release()').replace(
        "stats = ", "lock = threading.Lock()\n    stats = "))
    document = {"findings": [region("app.py", (9, 23, 29), (10, 9, 29))]}
    (project.folder / "found.json").write_text(json.dumps(document))
    answer = run(project, "python", "app.py")
    assert answer["findings"][0]["status"] == "shared"
    assert [report["severity"] for report in answer["reports"] if report["severity"] == "error"] == []


def test_paths_are_those_of_the_root(project):
    project.write("pyproject.toml", "[project]\nname = 'stats'\n")
    project.write("src/app.py", PROGRAM)
    project.write("src/found.json", "")
    found = check(project, "src")
    assert found["findings"][0]["path"] == "src/app.py"
    done = subprocess.run(
        [BINARY, "run", "--python", project.python, "--findings", "../found.json", "--output-format", "json",
         "--fail-on", "never", "--", "python", "app.py"],
        cwd=project.folder / "src", capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert "predicted" in {finding["status"] for finding in json.loads(done.stdout)["findings"]}


def test_the_farthest_of_all_processes_counts(project):
    project.write("app.py", PROGRAM)
    project.write("both.py", """
        import subprocess, sys
        import app
        app.stats.leave()
        subprocess.run([sys.executable, "app.py"], check=True)
    """)
    check(project, "app.py")
    status = by_line(project, run(project, "python", "both.py"))
    assert status["'é'; self.torn += 1"] == "predicted"
    assert status["self.idle += 1"] == "exercised"


def test_suppressed_findings_are_left_out(project):
    project.write("app.py", PROGRAM.replace("self.idle += 1", "self.idle += 1  # gilcheck: ignore[GIL101] for the log"))
    assert any(finding["suppressed"] for finding in check(project, "app.py")["findings"])
    assert all("ignore" not in line for line in by_line(project, run(project, "python", "app.py")))


# ---- what is wrong with the file; one interpreter will do

@pytest.fixture
def plain(tmp_path):
    return Project(tmp_path, str(interpreters.usable("3.13t")))


def test_what_cannot_be_looked_at_is_said(plain):
    plain.write("app.py", PROGRAM)
    found = check(plain, "app.py")
    gone = {**found["findings"][0], "path": "gone.py"}
    short = region("app.py", (1, 900, 905))
    in_c = {**region("spam.c", (1, 1, 2)), "rule": "GIL505"}
    (plain.folder / "found.json").write_text(json.dumps({"findings": [gone, short, in_c]}))
    done = plain.run("python", "app.py", options=("--findings", "found.json", "--fail-on", "never"))
    assert done.returncode == 0
    assert "of 2 findings the source is not here or has changed" in done.stderr
    assert "1 finding is in C code, which the race detector does not see" in done.stderr
    assert json.loads(plain.text)["findings"] == []


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"findings": [{}]}', '{"findings": 3}', '{"findings": [7]}',
                                     '{"findings": [{"rule": 1}]}', "\x00\xff"])
def test_a_file_that_is_something_else_stops_before_the_command(plain, content):
    plain.write("app.py", "open('ran', 'w')")
    (plain.folder / "found.json").write_bytes(content.encode("latin-1"))
    done = plain.run("python", "app.py", options=("--findings", "found.json"))
    assert done.returncode == 2
    assert "not what `gilcheck check` writes as JSON" in done.stderr
    assert not (plain.folder / "ran").exists()


def test_a_file_that_is_not_there(plain):
    plain.write("app.py", "")
    done = plain.run("python", "app.py", options=("--findings", "absent.json"))
    assert done.returncode == 2 and "absent.json" in done.stderr
