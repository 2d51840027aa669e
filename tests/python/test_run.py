"""`gilcheck run`: commands under the race detector, in real interpreters."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

import interpreters
from conftest import BINARY

RACE = """
    import threading

    class Stats:
        def __init__(self):
            self.n = 0

        def bump(self):
            self.n += 1

    stats = Stats()

    def work():
        for _ in range(5):
            stats.bump()

    def race():
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
"""
LOCKED = RACE.replace("self.n = 0", "self.n = 0; self.lock = threading.Lock()").replace(
    "            self.n += 1", "            with self.lock: self.n += 1")


@pytest.fixture(scope="module", params=["3.13t", "3.14", "3.15"])
def python(request):
    return str(interpreters.usable(request.param))


class Project:
    def __init__(self, folder, python):
        self.folder = folder
        self.python = python

    def write(self, name, *parts):
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text("".join(textwrap.dedent(part) for part in parts))

    def run(self, *command, python=None, options=(), output_format="json", timeout=120):
        python = python or self.python
        output = self.folder / "races"
        done = subprocess.run(
            [BINARY, "run", "--python", python, "--output-format", output_format, "--output-file", output, *options,
             "--", *command],
            cwd=self.folder, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
        self.text = output.read_text() if output.exists() else ""
        self.answer = json.loads(self.text) if self.text and output_format in ("json", "sarif") else None
        output.unlink(missing_ok=True)
        return done

    @property
    def errors(self):
        return [report for report in self.answer["reports"] if report["severity"] == "error"]


@pytest.fixture
def project(tmp_path, python):
    return Project(tmp_path, python)


def test_a_race_is_reported_with_both_stacks(project):
    project.write("app.py", RACE, "\nrace()\n")
    done = project.run("python", "app.py")
    assert done.returncode == 66
    (report,) = project.errors
    assert (report["pattern"], report["location"], report["gil"]) == ("lost-update", "Stats.n", "gil-masked")
    for side in (report["closing"], report["other"]):
        assert [frame["function"] for frame in side["stack"][:2]] == ["Stats.bump", "work"]
        assert "race" in [frame["function"] for frame in side["started_at"]]
        assert side["locks"] == []
    assert report["closing"]["thread"] != report["other"]["thread"]


def test_text_shows_code_threads_and_locks(project):
    project.write("app.py", RACE, "\nrace()\nprint('out')\n")
    done = subprocess.run([BINARY, "run", "--python", project.python, "--", "python", "app.py"], cwd=project.folder,
                          capture_output=True, text=True, timeout=120)
    assert done.stdout == "out\n"
    assert "TORN REGION  Stats.n, app.py:9 (gil-masked" in done.stderr
    assert "self.n += 1" in done.stderr
    assert "started at app.py:" in done.stderr
    assert "1 race found" in done.stderr


def test_one_run_is_enough_and_a_lock_silences(project):
    """Two threads of five increments, which hardly ever meet."""
    project.write("racy.py", RACE, "\nrace()\n")
    project.write("locked.py", LOCKED, "\nrace()\n")
    for _ in range(20):
        assert project.run("python", "racy.py").returncode == 66
        done = project.run("python", "locked.py")
        assert (done.returncode, project.errors) == (0, []), done.stderr


def test_a_layout_that_is_not_the_expected_one_is_seen(project):
    """The check that a run starts with, with other values than the function has."""
    project.write("app.py", """
        from gilcheck import _runtime

        def right(first, second):
            third = object()
            _runtime.check_layout(first, second, third)

        def wrong(first, second):
            third = object()
            _runtime.check_layout(second, first, third)

        right(1.5, "x")
        try:
            wrong(1.5, "x")
        except RuntimeError as error:
            print(error)
    """)
    done = project.run("python", "app.py")
    assert "does not know this build of CPython: a frame's variables" in done.stdout


def test_the_command_keeps_its_status_and_output(project):
    project.write("app.py", RACE, "\nrace()\nimport sys\nprint('out')\nsys.exit(7)\n")
    done = project.run("python", "app.py")
    assert (done.returncode, done.stdout) == (7, "out\n")
    assert len(project.errors) == 1


def test_fail_on_never_and_no_race_are_quiet(project):
    project.write("app.py", RACE, "\nrace()\n")
    assert project.run("python", "app.py", options=["--fail-on", "never"]).returncode == 0
    project.write("still.py", "print(1)\n")
    assert project.run("python", "still.py").returncode == 0
    assert project.answer["processes"] == 1


def test_pytest_runs_as_ever(project):
    if subprocess.run([project.python, "-c", "import pytest"], capture_output=True).returncode != 0:
        pytest.skip("no pytest for this interpreter: scripts/debian_pythons.sh says why")
    project.write("test_it.py", RACE, """
    def test_race():
        race()

    def test_other():
        assert 1 + 1 == 3
    """)
    done = project.run("pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 1  # pytest's own
    assert "1 failed, 1 passed" in done.stdout
    assert [report["location"] for report in project.errors] == ["Stats.n"]


def test_processes_that_it_starts_are_followed(project):
    project.write("child.py", RACE, "\nrace()\n")
    project.write("app.py", """
        import os, subprocess, sys
        subprocess.run([sys.executable, "child.py"], check=True)
        import child as again
        if os.fork() == 0:
            again.race()
            os._exit(0)
        os.wait()
    """)
    done = project.run("python", "app.py")
    assert done.returncode == 66, done.stderr
    assert project.answer["processes"] == 3
    assert [report["location"] for report in project.errors] == ["Stats.n"]


def test_what_is_not_under_test_is_left_alone(project):
    project.write("app.py", "import lib\nlib.race()\n")
    project.write("lib.py", RACE)
    assert project.run("python", "app.py", options=["--exclude", "lib.py"]).returncode == 0
    assert project.run("python", "app.py", options=["--include", "lib.py"]).returncode == 66


def test_a_sitecustomize_of_the_program_still_runs(project):
    project.write("sitecustomize.py", "print('mine')\n")
    project.write("app.py", "print('app')\n")
    environment = {**os.environ, "PYTHONPATH": str(project.folder)}
    done = subprocess.run([BINARY, "run", "--python", project.python, "--", "python", "app.py"], cwd=project.folder,
                          env=environment, capture_output=True, text=True, timeout=120)
    assert done.stdout == "mine\napp\n"


def test_an_old_interpreter_is_refused(project):
    done = project.run("python", "-c", "pass", python=sys.executable)
    assert done.returncode == 2
    assert "3.13" in done.stderr


def test_a_command_that_is_no_python_says_so(project):
    done = project.run("true")
    assert done.returncode == 2
    assert "no Python process was instrumented" in done.stderr


def test_a_command_that_is_not_there(project):
    done = project.run("no-such-command")
    assert done.returncode == 2
    assert "no-such-command" in done.stderr


def test_many_threads_and_objects(project):
    project.write("app.py", """
        import threading
        done = []
        def work(k):
            things = [[k, i] for i in range(50)]
            done.append(sum(t[0] for t in things))
        for k in range(2000):
            t = threading.Thread(target=work, args=(k,))
            t.start()
            t.join()
        assert len(done) == 2000
        for i in range(200_000):
            x = {"a": i}
            x["a"] += 1
    """)
    done = project.run("python", "app.py")
    assert done.returncode == 0, done.stderr
    assert project.errors == []


def test_what_was_found_before_a_crash_is_reported(project):
    project.write("crash.py", RACE, """
    import os, signal
    race()
    os.kill(os.getpid(), signal.SIGSEGV)
    """)
    done = project.run("python", "crash.py")
    assert done.returncode == 128 + 11
    assert [report["location"] for report in project.errors] == ["Stats.n"]
    assert [command.split()[-1] for command in project.answer["cut_short"]] == ["crash.py"]
    assert "crashed or was killed" in done.stderr


def test_a_killed_process_that_found_nothing_is_named(project):
    project.write("killed.py", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    done = project.run("python", "killed.py")
    assert done.returncode == 128 + 9
    assert project.answer["processes"] == 1 and len(project.answer["cut_short"]) == 1


def test_a_process_that_becomes_another_program_has_its_report(project):
    project.write("first.py", RACE, """
    import os, sys
    race()
    try:
        os.execv("/nowhere", ["nowhere"])
    except OSError:
        pass
    os.execv(sys.executable, [sys.executable, "second.py"])
    """)
    project.write("second.py", RACE.replace("Stats", "Sums"), "race()")
    done = project.run("python", "first.py")
    assert done.returncode == 66
    assert sorted(report["location"] for report in project.errors) == ["Stats.n", "Sums.n"]
    assert project.answer["cut_short"] == []


def test_a_forked_child_that_becomes_something_else_is_no_crash(project):
    project.write("fork.py", RACE, """
    import os
    race()
    if os.fork() == 0:
        os.execv("/bin/true", ["true"])
    os.wait()
    """)
    done = project.run("python", "fork.py")
    assert done.returncode == 66
    assert project.answer["cut_short"] == [] and len(project.errors) == 1


def test_a_process_that_ends_after_the_command_has_its_report(project):
    project.write("first.py", """
    import subprocess, sys
    subprocess.Popen([sys.executable, "second.py"])
    """)
    project.write("second.py", RACE, """
    import time
    race()
    time.sleep(0.5)
    """)
    done = project.run("python", "first.py")
    assert done.returncode == 66
    assert project.answer["processes"] == 2 and len(project.errors) == 1
    assert project.answer["cut_short"] == project.answer["still_running"] == []


def test_a_process_that_stays_is_named_and_not_called_crashed(project):
    project.write("first.py", """
    import subprocess, sys
    server = subprocess.Popen([sys.executable, "second.py"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
    server.stdout.readline()
    """)
    project.write("second.py", RACE, """
    import time
    race()
    print(flush=True)
    time.sleep(15)
    """)
    done = project.run("python", "first.py")
    assert done.returncode == 66
    assert len(project.errors) == 1 and project.answer["cut_short"] == []
    assert [command.split()[-1] for command in project.answer["still_running"]] == ["second.py"]
    assert "still running" in done.stderr


def test_a_process_started_after_the_run_is_not_disturbed(project):
    project.write("late.py", """
    import os, subprocess, sys
    os.unlink(os.environ["GILCHECK_RUN"])  # as when the run has ended
    print(subprocess.run([sys.executable, "-c", "print('here')"], capture_output=True, text=True))
    """)
    done = project.run("python", "late.py")
    assert done.returncode == 0
    assert "returncode=0, stdout='here\\n', stderr=''" in done.stdout


def test_arguments_that_are_no_text_are_passed_on(project):
    project.write("arguments.py", "import os, sys; print(os.fsencode(sys.argv[1]))")
    done = project.run("python", "arguments.py", b"a\xff")
    assert done.stdout == "b'a\\xff'\n" and done.returncode == 0
    assert project.answer["processes"] == 1 and project.answer["troubles"] == []


def test_a_program_that_patches_the_library_does_not_lose_its_report(project):
    project.write("patched.py", RACE, """
    import builtins, json, os
    race()
    def no(*arguments, **named):
        raise AssertionError("not for the runtime")
    builtins.open = json.dump = json.dumps = os.open = os.write = os.replace = os.getpid = no
    """)
    done = project.run("python", "patched.py")
    assert done.returncode == 66, done.stderr
    assert len(project.errors) == 1 and project.answer["cut_short"] == []


def test_a_call_that_lies_where_the_one_before_lay_is_another_one(project):
    """The first call's read and the second one's write are no region."""
    project.write("app.py", """
        import threading

        class Counter:
            def __init__(self):
                self.n = 0
                self.lock = threading.Lock()

            def update(self, reset):
                with self.lock:
                    value = 0 if reset else self.n + 1
                    self.n = value

        counter = Counter()

        def work():
            counter.update(False)
            counter.update(True)

        threads = [threading.Thread(target=work) for _ in range(2)]
        threads[0].start()
        threads[1].start()
        threads[0].join()
        threads[1].join()
    """)
    assert project.run("python", "app.py").returncode == 0
    assert [report for report in project.answer["reports"] if report["severity"] != "info"] == []
