"""Nothing is instrumented before a second thread starts: what was running then is seen from there on."""

import textwrap

import pytest

import interpreters
from test_run import Project


@pytest.fixture(params=["3.13t", "3.14", "3.15"])
def project(request, tmp_path):
    return Project(tmp_path, str(interpreters.usable(request.param)))


def locations(project):
    """How many the detector remembers at the program's end."""
    project.write("count.py", """
        import sys
        print(sys.modules["gilcheck._runtime"].statistics()["locations"])
    """)
    done = project.run("python", "app.py")
    return int(done.stdout.split()[-1])


WORK = """
    import threading

    class State:
        def __init__(self):
            self.n = 0

    def work(state):
        for _ in range(5):
            state.n += 1
"""


def test_a_program_of_one_thread_is_left_alone(project):
    project.write("app.py", WORK, "\nstate = State()\nwork(state)\nstate.n += 1\nimport count\n")
    assert locations(project) == 0


def test_it_is_not_once_there_are_two(project):
    project.write("app.py", WORK, """
        state = State()
        thread = threading.Thread(target=work, args=(state,))
        thread.start()
        thread.join()
        import count
    """)
    assert locations(project) > 0


@pytest.mark.parametrize("where", ["module", "function", "generator"])
def test_code_that_started_the_thread_goes_on_and_is_seen(project, where):
    body = textwrap.dedent("""
        state = State()
        threads = []
        for _ in range(2):
            threads.append(threading.Thread(target=work, args=(state,)))
            threads[-1].start()
            state.n = state.n + 1
        for thread in threads:
            thread.join()
    """)
    if where != "module":
        end = "    yield\n" if where == "generator" else ""
        call = "\nlist(main())\n" if where == "generator" else "\nmain()\n"
        body = "\ndef main():\n" + textwrap.indent(body, "    ") + end + call
    project.write("app.py", WORK, body)
    assert project.run("python", "app.py").returncode == 66
    ends = {report[side]["stack"][0]["function"] for report in project.errors for side in ("closing", "other")}
    assert ends == {"work", "<module>" if where == "module" else "main"}


def test_a_generator_begun_before_is_seen(project):
    project.write("app.py", """
        import threading

        class State:
            n = 0

        def count(state):
            while True:
                yield
                state.n += 1

        def work(numbers):
            for _ in range(5):
                next(numbers)

        state = State()
        generators = [count(state) for _ in range(2)]
        for one in generators:
            next(one)
        threads = [threading.Thread(target=work, args=(one,)) for one in generators]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    """)
    assert project.run("python", "app.py").returncode == 66
    assert [report["location"] for report in project.errors] == ["State.n"]


def test_threads_of_native_code_count(project):
    project.write("app.py", """
        import ctypes

        class State:
            n = 0

        state = State()

        def work(_argument):
            for _ in range(200):
                state.n += 1
            return 0

        work(None)  # it is no news to the interpreter
        library = ctypes.CDLL(None)
        entry = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(work)

        def start():
            thread = ctypes.c_ulong()
            assert library.pthread_create(ctypes.byref(thread), None, entry, None) == 0
            return thread

        for thread in [start() for _ in range(3)]:
            library.pthread_join(thread, None)
    """)
    assert project.run("python", "app.py").returncode == 66
    assert [report["location"] for report in project.errors] == ["State.n"]
