"""`gilcheck run` on locks taken in different orders. The threads come one after the other, so that none waits; what
brings them in turn is a flag, which orders nothing."""

import json
import signal
import subprocess
import textwrap

import jsonschema
import pytest

import interpreters
from conftest import BINARY, ROOT
from test_output_formats import errors_of, sarif_validator

SCHEMA = json.loads((ROOT / "docs" / "schema" / "races.schema.json").read_text())
# Not under test.
TURNS = """
    import threading, time

    def in_turn(*functions):
        over = []
        def run(number, function):
            while len(over) < number:
                time.sleep(0.001)
            try:
                function()
            finally:
                over.append(number)
        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
"""
IN_TURN = """
    import collections, concurrent.futures, contextlib, queue, threading, time
    from threading import Condition, Lock, RLock, Semaphore
    from turns import in_turn

    def nest(*locks):
        with contextlib.ExitStack() as stack:
            for lock in locks:
                lock.acquire()
                stack.callback(lock.release)

    a, b, c, gate = Lock(), Lock(), Lock(), Lock()
"""
INVERTED = """
    def first():
        with a:
            with b:
                pass

    def second():
        with b:
            with a:
                pass

    in_turn(first, second)
"""


class Project:
    def __init__(self, folder):
        self.folder = folder
        self.python = str(interpreters.managed("3.13t"))
        (folder / "turns.py").write_text(textwrap.dedent(TURNS))

    def run(self, *parts, output_format="json", options=(), command=("python", "app.py"), timeout=120):
        (self.folder / "app.py").write_text("".join(textwrap.dedent(part) for part in parts))
        output = self.folder / "races.out"
        output.unlink(missing_ok=True)
        done = subprocess.run(
            [BINARY, "run", "--python", self.python, "--output-format", output_format, "--output-file", output,
             "--exclude", "turns.py", *options, "--", *command],
            cwd=self.folder, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
        self.text = output.read_text() if output.exists() else ""
        return done

    def cycles(self, *parts, **options):
        done = self.run(*parts, **options)
        assert done.returncode in (0, 66), done.stdout + done.stderr
        answer = json.loads(self.text)
        assert errors_of(jsonschema.Draft202012Validator(SCHEMA), answer) == []
        found = [report for report in answer["reports"] if report["pattern"] == "lock-order"]
        serious = [report for report in answer["reports"]
                   if report["severity"] != "info" and "suppressed" not in report]
        assert (done.returncode == 66) == bool(serious)
        assert [report for report in serious if report["pattern"] != "lock-order"] == []
        return found


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def line_of(frame, text):
    with open(frame["path"]) as file:
        return text in file.read().splitlines()[frame["line"] - 1]


def test_two_orders_are_reported_in_one_run(project):
    (report,) = project.cycles(IN_TURN, INVERTED)
    assert (report["severity"], report["gil"], report["count"]) == ("error", "already-racy", 1)
    assert report["location"] == "2 x Lock of app.py"
    one, two = report["cycle"]
    assert {one["thread"], two["thread"]} == {1, 2}
    for edge, other in ((one, two), (two, one)):
        assert edge["wants"]["id"] == other["holds"]["id"]
        assert edge["locks"] == [edge["holds"]]
        assert edge["held_since"][0]["function"] == edge["stack"][0]["function"]
        assert edge["held_since"][0]["line"] + 1 == edge["stack"][0]["line"]
        assert line_of(edge["holds"]["created"][0], "a, b, c, gate = Lock()")
    assert [one["stack"][0]["function"], two["stack"][0]["function"]] == ["first", "second"]
    assert report["opened"] == one["held_since"][0]
    assert report["closing"]["stack"] == one["stack"] and report["other"]["stack"] == two["stack"]
    assert report["closing"]["access"] == "acquire"


def test_text_shows_both_threads_and_where_the_locks_were_made(project):
    done = project.run(IN_TURN, INVERTED, output_format="text")
    assert done.returncode == 66
    assert "LOCK ORDER  2 x Lock of app.py, app.py:" in project.text and "(already-racy)" in project.text
    assert "they can wait for each other for ever" in project.text
    assert project.text.count("a, b, c, gate = Lock()") == 2
    assert project.text.count("with a:") == project.text.count("with b:") == 2
    assert "waits for lock 2" in project.text and "waits for lock 1" in project.text
    assert "started at app.py:" in project.text


def test_findings_have_a_rule_and_a_comment_silences(project):
    assert project.run(IN_TURN, INVERTED, output_format="sarif").returncode == 66
    document = json.loads(project.text)
    assert errors_of(sarif_validator(), document) == []
    (result,) = document["runs"][0]["results"]
    assert result["ruleId"] == "GIL903"
    assert [len(flow["locations"]) for flow in result["codeFlows"][0]["threadFlows"]] == [2, 2]
    assert project.run(IN_TURN, INVERTED, output_format="github").returncode == 66
    assert project.text.startswith("::error title=gilcheck (GIL903),file=app.py,")
    comment = "  # gilcheck: ignore[GIL903] never at once"
    for line in ("def first():\n        with a:", "def second():\n        with b:\n            with a:"):
        silenced = INVERTED.replace(line, line + comment)
        (report,) = project.cycles(IN_TURN, silenced)
        assert report["suppressed"] == {"by": "comment", "reason": "never at once"}
        check = subprocess.run([BINARY, "check", "--isolated", "app.py"], cwd=project.folder, capture_output=True,
                               text=True, timeout=60)
        assert "unused-suppression" not in check.stdout + check.stderr


def test_pytest_names_the_test(project):
    (project.folder / "test_app.py").write_text("import app\n\ndef test_locks():\n    app.main()\n")
    program = INVERTED.replace("    in_turn(first, second)", "    def main():\n        in_turn(first, second)")
    (report,) = project.cycles(IN_TURN, program, command=("pytest", "-q", "-p", "no:cacheprovider"))
    assert report["test"] == "test_app.py::test_locks"


def test_processes_show_the_same_cycle_once(project):
    (report,) = project.cycles("""
        import os, sys
        if len(sys.argv) == 1:
            if os.fork() == 0:
                os.execv(sys.executable, [sys.executable, "app.py", "again"])
            os.wait()
        """, IN_TURN, INVERTED)
    assert report["count"] == 2


def test_a_run_that_hangs_has_its_report(project):
    """Each waits until the other has its first lock; then the process is killed."""
    done = project.run("""
    import os, signal, threading, time
    a, b = threading.Lock(), threading.Lock()
    ready = []

    def take(mine, other):
        with mine:
            ready.append(mine)
            while len(ready) < 2:
                time.sleep(0.001)
            with other:
                pass

    for locks in ((a, b), (b, a)):
        threading.Thread(target=take, args=locks, daemon=True).start()
    time.sleep(3)
    os.kill(os.getpid(), signal.SIGKILL)
    """)
    assert done.returncode == 128 + signal.SIGKILL
    answer = json.loads(project.text)
    assert len(answer["cut_short"]) == 1
    assert "lock-order" in [report["pattern"] for report in answer["reports"]]


def test_three_philosophers(project):
    (report,) = project.cycles(IN_TURN, """
    class Philosopher:
        def __init__(self, left, right):
            self.left, self.right = left, right

        def eat(self):
            with self.left, self.right:
                pass

    forks = [Lock() for _ in range(3)]
    in_turn(*[Philosopher(forks[i], forks[(i + 1) % 3]).eat for i in range(3)])
    """)
    cycle = report["cycle"]
    assert len(cycle) == 3 and len({edge["thread"] for edge in cycle}) == 3
    assert all(edge["wants"]["id"] == after["holds"]["id"] for edge, after in zip(cycle, cycle[1:] + cycle[:1]))
    assert {edge["stack"][0]["function"] for edge in cycle} == {"Philosopher.eat"}


BAD = {
    "reentrant locks": "r, s = RLock(), RLock()\nin_turn(lambda: nest(r, s), lambda: nest(s, r))",
    "conditions": """
r, s = Condition(), Condition(Lock())
def first():
    with r:
        with s: pass
def second():
    with s:
        with r: pass
in_turn(first, second)
""",
    "semaphores of one permit": """
r, s = Semaphore(1), Semaphore()
def first():
    with r:
        with s: pass
def second():
    with s:
        with r: pass
in_turn(first, second)
""",
    "no gate for the third": "in_turn(lambda: nest(gate, a, b), lambda: nest(b, a))",
    "with the main thread": """
def other():
    nest(b, a)
thread = threading.Thread(target=other)
thread.start()
time.sleep(0.3)
nest(a, b)
thread.join()
""",
    "waiting for a condition with another lock held": """
r = Condition()
def waits():
    with r:
        with a:
            r.wait(0.01)
def notifies():
    with r:
        with a:
            r.notify()
in_turn(waits, notifies)
""",
    "a limit that is none": """
def second():
    b.acquire(True, -1)
    a.acquire(blocking=True, timeout=-1)
    a.release()
    b.release()
in_turn(lambda: nest(a, b), second)
""",
    "a try-lock holds": """
def second():
    if b.acquire(blocking=False):
        a.acquire()
        a.release()
        b.release()
in_turn(lambda: nest(a, b), second)
""",
    "two tasks of an executor": """
barrier = threading.Barrier(2)
def task(*locks):
    barrier.wait()
    time.sleep(0 if locks[0] is a else 0.3)
    nest(*locks)
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    list(pool.map(task, (a, b), (b, a)))
""",
}
GOOD = {
    "one order": "in_turn(*[lambda: nest(a, b, c)] * 3)",
    "a gate": "in_turn(lambda: nest(gate, a, b), lambda: nest(gate, b, a))",
    "one thread": "in_turn(lambda: (nest(a, b), nest(b, a)), lambda: None)",
    "one after the other's end": """
for locks in ((a, b), (b, a)):
    thread = threading.Thread(target=nest, args=locks)
    thread.start()
    thread.join()
nest(b, a)
""",
    "before the start": """
nest(a, b)
nest(b, a)
in_turn(lambda: nest(a, b), lambda: nest(a, b))
""",
    "one after the other by a queue": """
q = queue.Queue()
def first():
    nest(a, b)
    q.put(1)
def second():
    q.get()
    nest(b, a)
threads = [threading.Thread(target=f) for f in (first, second)]
for t in threads: t.start()
for t in threads: t.join()
""",
    "a try-lock": """
def second():
    with b:
        if a.acquire(blocking=False):
            a.release()
        if a.acquire(False):
            a.release()
in_turn(lambda: nest(a, b), second)
""",
    "a limit of time": """
def second():
    with b:
        if a.acquire(timeout=5):
            a.release()
        if a.acquire(True, 0.5):
            a.release()
in_turn(lambda: nest(a, b), second)
""",
    "a reentrant lock again": """
r = RLock()
def first():
    with r:
        with a:
            with r: pass
in_turn(first, first)
""",
    "queues and events under a lock": """
q, event, done = queue.Queue(), threading.Event(), threading.Event()
def first():
    with a:
        q.put(1)
        event.set()
        done.is_set()
def second():
    with a:
        event.wait()
        q.get()
        q.task_done()
        done.set()
    q.join()
in_turn(first, second, first, second)
""",
    "a condition": """
r = Condition()
items = []
def waits():
    with r:
        while not items:
            r.wait()
        with a: items.pop()
def notifies():
    with r:
        with a: items.append(1)
        r.notify_all()
in_turn(notifies, waits, notifies, waits)
threads = [threading.Thread(target=f) for f in (waits, notifies, waits, notifies)]
for t in threads: t.start()
for t in threads: t.join()
""",
    "a lock as a signal": """
signal = Lock()
signal.acquire()
def first():
    with a:
        signal.release()
def second():
    signal.acquire()
    with a: pass
    with b:
        with a: pass
        signal.release()
def third():
    with a:
        signal.acquire()
        signal.release()
in_turn(first, second, third)
""",
    "executors": """
def task(number):
    with a:
        with b: return number
with concurrent.futures.ThreadPoolExecutor(3) as pool:
    futures = [pool.submit(task, n) for n in range(20)]
    with a:
        inner = pool.submit(str, 1)
        inner.add_done_callback(lambda future: None)
    concurrent.futures.wait(futures)
    list(concurrent.futures.as_completed(futures))
    with b: list(pool.map(str, range(3)))
""",
    "locks that are gone": """
def both(turned):
    for _ in range(50):
        locks = [Lock(), Lock()]
        nest(*(reversed(locks) if turned else locks))
in_turn(lambda: both(False), lambda: both(True))
""",
    "imports under a lock": """
def first():
    with a: import wave, colorsys
def second():
    import this_is_not_there
in_turn(first, lambda: contextlib.suppress(ImportError).__enter__(), first)
""",
}


@pytest.mark.parametrize("case", BAD)
def test_is_reported(project, case):
    (report,) = project.cycles(IN_TURN, "\n", BAD[case])
    assert report["severity"] == "error"


@pytest.mark.parametrize("case", GOOD)
def test_is_silent(project, case):
    assert project.cycles(IN_TURN, "\n", GOOD[case]) == []
