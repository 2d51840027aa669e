"""`gilcheck run` on programs that strain it: many threads and objects, exceptions, signals, shutdown. No crash,
no hang, no lost report, nothing that grows without bound."""

import json
import subprocess
import textwrap

import pytest

import interpreters
from conftest import BINARY

RSS = """
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096
"""
LOST_UPDATE = """
    import threading

    class Stats:
        n = 0

    def bump(stats, times=50):
        for _ in range(times):
            stats.n += 1

    def race():
        stats = Stats()
        threads = [threading.Thread(target=bump, args=(stats,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
"""


@pytest.fixture(scope="module", params=["3.13t", "3.14"])
def python(request):
    return str(interpreters.usable(request.param))


@pytest.fixture
def run(python, tmp_path):
    def run_program(*parts, output=None, timeout=600):
        program = tmp_path / "program.py"
        program.write_text("".join(textwrap.dedent(part) for part in parts))
        report = tmp_path / "races.json"
        done = subprocess.run(
            [BINARY, "run", "--python", python, "--output-format", "json", "--output-file", output or report, "--",
             "python", program],
            cwd=tmp_path, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
        done.races = []
        if report.exists():
            done.races = [race["location"] for race in json.loads(report.read_text())["reports"]
                          if race["severity"] == "error"]
        return done

    return run_program


def test_a_hundred_thousand_threads(run):
    done = run(RSS, """
    import threading

    class Counter:
        def __init__(self):
            self.lock = threading.Lock()
            self.value = 0

        def add(self):
            with self.lock:
                self.value += 1

    counter = Counter()
    for round in range(2000):
        threads = [threading.Thread(target=counter.add) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if round == 400:
            before = resident()
    assert counter.value == 100_000
    print((resident() - before) // 2**20)
    """)
    assert done.returncode == 0, done.stderr
    assert done.races == []
    assert int(done.stdout) < 100  # MB, for 80 000 threads


def test_millions_of_short_lived_objects(run):
    done = run(RSS, """
    import threading

    class Point:
        def __init__(self, x):
            self.x = x
            self.tags = []

        def move(self):
            self.x += 1
            self.tags.append(self.x)

    def work(times):
        for i in range(times):
            point = Point(i)
            point.move()
            table = {"point": point}
            table["count"] = len(point.tags)

    def both(times):
        threads = [threading.Thread(target=work, args=(times,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    both(50_000)
    before = resident()
    both(300_000)
    print((resident() - before) // 2**20)
    """)
    assert done.returncode == 0, done.stderr
    assert done.races == []
    assert int(done.stdout) < 50


def test_recursion_to_its_limit_and_exceptions(run):
    done = run(LOST_UPDATE, """
    class Deep:
        def __init__(self):
            self.depth = 0

        def down(self):
            self.depth += 1
            try:
                self.down()
            finally:
                self.depth -= 1

    failed = []

    def work():
        for _ in range(5):
            deep = Deep()
            try:
                deep.down()
            except RecursionError:
                failed.append(deep.depth)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [0] * 10
    race()
    """)
    assert done.returncode == 66, done.stderr
    assert done.races == ["Stats.n"]


def test_generators_and_event_loops_in_threads(run):
    done = run(LOST_UPDATE, """
    import asyncio

    def numbers(count):
        try:
            for n in range(count):
                got = yield n
                if got:
                    n += got
        except ValueError:
            yield -1

    async def step(n):
        await asyncio.sleep(0)
        return sum(numbers(n))

    async def main():
        return await asyncio.gather(*(step(n) for n in range(50)))

    results = []

    def work():
        for _ in range(10):
            results.append(sum(asyncio.run(main())))
            generator = numbers(3)
            next(generator)
            assert generator.throw(ValueError) == -1
            generator.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 40 and len(set(results)) == 1
    race()
    """)
    assert done.returncode == 66, done.stderr
    assert done.races == ["Stats.n"]


def test_signals_arrive_while_races_are_found(run):
    done = run(LOST_UPDATE, """
    import signal

    class Timeout(Exception):
        pass

    def expire(number, frame):
        raise Timeout

    caught = 0
    signal.signal(signal.SIGALRM, expire)
    for _ in range(50):
        signal.setitimer(signal.ITIMER_REAL, 0.002)
        try:
            while True:
                bump(Stats())
        except Timeout:
            caught += 1
    assert caught == 50
    race()
    """)
    assert done.returncode == 66, done.stderr
    assert done.races == ["Stats.n"]


def test_daemon_threads_that_still_run_at_the_end(run):
    for _ in range(5):
        done = run(LOST_UPDATE, """
    def forever():
        mine = Stats()
        while True:
            bump(mine)

    for _ in range(3):
        threading.Thread(target=forever, daemon=True).start()
    race()
    print("end")
    """)
        assert (done.returncode, done.stdout) == (66, "end\n"), done.stderr
        assert done.races == ["Stats.n"]


def test_a_report_that_cannot_be_written(run):
    done = run("print('out')", output="/dev/full")
    assert done.returncode == 2
    assert "/dev/full" in done.stderr
    assert done.stdout == "out\n"
