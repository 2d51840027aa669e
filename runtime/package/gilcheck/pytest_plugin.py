"""pytest's side of ``gilcheck run -- pytest``: which test a race was found in, and tests in several threads.

Loaded by itself in a run of ``gilcheck run``, and by ``pytest -p gilcheck`` where the package can be imported.

Threads of pytest-xdist's workers are processes: each finds its own races, and what is shown of them travels
with the test's report. No outcome of a test depends on what was found, unless ``--gilcheck-fail`` asks for it.
"""

from __future__ import annotations

import inspect
import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from . import _session

# What these give a test belongs to one thread: streams of the process, patches that are undone by the first.
_ONE_THREAD_FIXTURES = frozenset({
    "capfd", "capfdbinary", "caplog", "capsys", "capsysbinary", "monkeypatch", "pytester", "recwarn", "testdir",
})
_threads_key = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gilcheck", "races found by gilcheck")
    group.addoption("--gilcheck-threads", type=_positive, default=1, metavar="N",
                    help="run each test function in N threads at once, and say which never shared anything")
    group.addoption("--gilcheck-fail", action="store_true",
                    help="a test in which a race was found (severity error) fails")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "gilcheck_one_thread(reason): --gilcheck-threads leaves this test alone")
    if not config.pluginmanager.has_plugin("gilcheck-session"):
        config.pluginmanager.register(_Plugin(config), "gilcheck-session")


class _Plugin:
    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._threads: int = config.getoption("--gilcheck-threads")
        self._directory = os.path.join(config.invocation_params.dir, "")
        self._seen = _session.news()
        self._tests: dict[str, dict[str, Any]] = {}

    # ---- in the process that runs the tests

    def pytest_report_header(self) -> str:
        if "GILCHECK_TSAN" in os.environ:
            return "gilcheck: ThreadSanitizer watches native code; the race detector for Python code is off"
        if not _session.running:
            return "gilcheck: this process is not instrumented, no race can be found: gilcheck run -- pytest"
        return "gilcheck: race detector on" + (f", {self._threads} threads for each test" if self._threads > 1 else "")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        _session.test_begins(item.nodeid)
        try:
            return (yield)
        finally:
            _session.test_ends()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        # What was found since the last test's end is of no test: imports, fixtures of a session torn down.
        self._seen = _session.news()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        _session.take_met()  # of what came before
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        if self._threads <= 1:
            return None
        reason = _one_thread_reason(pyfuncitem)
        if reason is not None:
            pyfuncitem.stash[_threads_key] = reason
            return None
        pyfuncitem.stash[_threads_key] = ""
        _in_threads(pyfuncitem, self._threads)
        return True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]
                                  ) -> Iterator[None]:
        report: pytest.TestReport = yield  # type: ignore[assignment]
        facts: dict[str, Any] = {}
        if call.when == "call" and self._threads > 1:
            facts["one_thread"] = item.stash.get(_threads_key, "it is no plain test function")
            facts["shared"] = _session.take_met()
        new, self._seen = _session.reports_since(self._seen)
        found = [one for one in new if one["severity"] != "info"]
        if found:
            facts["races"] = [_line(one, self._directory) for one in found]
            report.sections.append((f"races found in {call.when}", "\n".join(facts["races"])))
            if (self._config.getoption("--gilcheck-fail") and report.outcome == "passed"
                    and any(one["severity"] == "error" for one in found)):
                report.outcome = "failed"
                report.longrepr = "gilcheck found a race:\n" + "\n".join(facts["races"])
        if facts:
            report.gilcheck = facts  # type: ignore[attr-defined]  # goes with the report to xdist's controller
        return report  # type: ignore[return-value]

    # ---- in the process that shows them

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        facts = getattr(report, "gilcheck", None)
        if facts is None:
            return
        test = self._tests.setdefault(report.nodeid, {"races": []})
        test["races"] += facts.get("races", [])
        if "one_thread" in facts:
            test["one_thread"], test["shared"] = facts["one_thread"], facts["shared"]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        racy = {name: test["races"] for name, test in self._tests.items() if test["races"]}
        if racy:
            terminalreporter.section("races")
            for name, races in racy.items():
                terminalreporter.write_line(name, bold=True)
                for race in races:
                    terminalreporter.write_line("  " + race)
        if self._threads > 1:
            self._summarise_threads(terminalreporter)

    def _summarise_threads(self, terminalreporter: pytest.TerminalReporter) -> None:
        ran = {name: test for name, test in self._tests.items() if "one_thread" in test}
        alone = {name: test["one_thread"] for name, test in ran.items() if test["one_thread"]}
        apart = [name for name, test in ran.items() if not test["one_thread"] and test["shared"] is False]
        terminalreporter.section(f"tests in {self._threads} threads")
        line = f"{len(ran) - len(alone)} tests in {self._threads} threads, {len(alone)} in one"
        if all(test["shared"] is None for test in ran.values()):  # not instrumented
            terminalreporter.write_line(line)
            return
        terminalreporter.write_line(f"{line}; {len(apart)} never shared anything that changes")
        detailed = self._config.getoption("verbose") > 0
        for name in apart if detailed else []:
            terminalreporter.write_line(f"  {name}: nothing shared")
        for name, reason in alone.items() if detailed else []:
            terminalreporter.write_line(f"  {name}: in one thread, {reason}")
        if (apart or alone) and not detailed:
            terminalreporter.write_line("  -v names them")


def _one_thread_reason(item: pytest.Function) -> str | None:
    marker = item.get_closest_marker("gilcheck_one_thread")
    if marker is not None:
        return str(marker.kwargs.get("reason", marker.args[0] if marker.args else "marked gilcheck_one_thread"))
    if inspect.iscoroutinefunction(item.obj) or inspect.isasyncgenfunction(item.obj):
        return "it is a coroutine"
    used = sorted(_ONE_THREAD_FIXTURES.intersection(item.fixturenames))
    if used:
        return f"it uses {', '.join(used)}"
    return None


def _in_threads(item: pytest.Function, count: int) -> None:
    """Calls the test in `count` threads that begin together; raises what the first that failed raised."""
    arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
    failures: list[BaseException | None] = [None] * count
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            mine = dict(arguments)
            if "tmp_path" in mine:  # files of the same name are not what is shared
                mine["tmp_path"] = mine["tmp_path"] / f"thread-{number}"
                mine["tmp_path"].mkdir()
            barrier.wait()
            item.obj(**mine)
        except BaseException as error:
            barrier.abort()
            failures[number] = error

    threads = [threading.Thread(target=run, args=(number,), name=f"gilcheck-{number}") for number in range(count)]
    started = 0
    try:
        for thread in threads:
            thread.start()
            started += 1
    finally:
        if started < count:
            barrier.abort()
        for thread in threads[:started]:
            thread.join()
    raised = [failure for failure in failures if failure is not None]
    # A failure says more than a test that was skipped, or that waited for one that had failed by then.
    raised.sort(key=lambda one: (isinstance(one, threading.BrokenBarrierError), not isinstance(one, Exception)))
    if raised:
        raise raised[0]


def _line(report: dict[str, Any], directory: str) -> str:
    def place(at: dict[str, Any]) -> str:
        return f"{at['path'].removeprefix(directory)}:{at['line']}"

    opened, closing, other = report["opened"], report["closing"]["stack"][0], report["other"]["stack"][0]
    where = place(opened)
    if place(closing) != where:
        where += f" to {place(closing)}"
    return (f"{report['severity']}: {report['pattern']} of {report['location']}, {where}, {opened['function']}; "
            f"{report['other']['access']} at {place(other)}, {other['function']}, {report['gil']}")
