"""`gilcheck run --tsan` and `gilcheck tsan-env`: a real extension module under real ThreadSanitizer."""

import json
import os
import subprocess
import textwrap

import jsonschema
import pytest

import interpreters
from conftest import BINARY, ROOT
from test_output_formats import errors_of, sarif_validator

SCHEMA = json.loads((ROOT / "docs" / "schema" / "native-races.schema.json").read_text())
MODULE = r"""
#include <Python.h>
#include <string.h>

static long racy_calls, locked_calls;
static char text[64];
static PyMutex mutex;

static long add(long *to) { return ++*to; }

static PyObject *racy(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(add(&racy_calls));
}

static PyObject *locked(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(ignored))
{
    PyMutex_Lock(&mutex);
    long now = add(&locked_calls);
    PyMutex_Unlock(&mutex);
    return PyLong_FromLong(now);
}

static PyObject *copied(PyObject *Py_UNUSED(self), PyObject *argument)
{
    Py_ssize_t size;
    const char *given = PyUnicode_AsUTF8AndSize(argument, &size);
    if (given == NULL) return NULL;
    memcpy(text, given, size < 64 ? (size_t)size : 64);
    return PyLong_FromLong(text[0]);
}

static PyMethodDef methods[] = {
    {"racy", racy, METH_NOARGS, ""}, {"locked", locked, METH_NOARGS, ""}, {"copied", copied, METH_O, ""},
    {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "tally", NULL, 0, methods, slots, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_tally(void) { return PyModuleDef_Init(&module); }
"""
PROGRAM = """
    import sys, threading
    import tally

    together = threading.Barrier(2)

    def count():
        function = getattr(tally, sys.argv[1])
        # Objects of its own: reference counts that threads share order them.
        arguments = [text + str(threading.get_ident()) for text in sys.argv[2:]]
        # The interpreter's own locks order threads that come one after the other.
        together.wait()
        for _ in range(50_000):
            function(*arguments)

    def both():
        threads = [threading.Thread(target=count) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    if __name__ == "__main__":
        both()
"""


def clean_environment(**more):
    return {name: value for name, value in os.environ.items() if name != "TSAN_OPTIONS"} | more


class Extension:
    def __init__(self, folder, python):
        self.folder = folder
        self.python = python
        (folder / "tally.c").write_text(MODULE)
        (folder / "app.py").write_text(textwrap.dedent(PROGRAM))
        self.build("sh", "-c", "$CC $CFLAGS -shared -fPIC -I" + interpreters.include(python) + " -o tally.so tally.c")

    def build(self, *command, **environment):
        done = subprocess.run([BINARY, "tsan-env", "--python", self.python, *command], cwd=self.folder, text=True,
                              capture_output=True, timeout=300, env=clean_environment(**environment))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, *command, output_format="json", options=(), **environment):
        output = self.folder / "races"
        done = subprocess.run(
            [BINARY, "run", "--tsan", "--python", self.python, "--output-format", output_format, "--output-file",
             output, *options, "--", *command],
            cwd=self.folder, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
            env=clean_environment(**environment))
        self.text = output.read_text() if output.exists() else ""
        return done

    def races(self, *command, **named):
        done = self.run(*command, **named)
        assert done.returncode in (0, 66), done.stdout + done.stderr
        answer = json.loads(self.text)
        assert errors_of(jsonschema.Draft202012Validator(SCHEMA), answer) == []
        races = [report for report in answer["reports"] if report["owner"] == "extension"]
        assert (done.returncode == 66) == bool(races), done.stderr
        assert f"{len(races)} race" in done.stderr
        return races


@pytest.fixture(scope="module")
def extension(tmp_path_factory):
    return Extension(tmp_path_factory.mktemp("tally"), interpreters.installed("3.13t-tsan"))


def test_a_race_is_reported_once_with_both_places_and_the_python_code(extension):
    (race,) = extension.races("python", "app.py", "racy")
    assert race["kind"] == "data race"
    assert [(place["function"], place["path"].rsplit("/")[-1]) for place in race["places"]] == [("add", "tally.c")] * 2
    assert "long add" in MODULE.splitlines()[race["places"][0]["line"] - 1]
    headings = [section["heading"] for section in race["sections"]]
    assert "0x" not in "".join(headings) and any("racy_calls" in heading for heading in headings)
    assert [frame["function"] for frame in race["python"]][:1] == ["count"]
    assert race["python"][0]["path"].endswith("app.py")


def test_what_is_right_is_silent(extension):
    assert extension.races("python", "app.py", "locked") == []


def test_an_interceptor_is_not_the_place(extension):
    (race,) = extension.races("python", "app.py", "copied", "some text")
    assert {place["function"] for place in race["places"]} == {"copied"}


def test_races_of_python_code_are_not_its_business(extension):
    (extension.folder / "pure.py").write_text(textwrap.dedent("""
        import threading
        class Stats: n = 0
        def work():
            for _ in range(500): Stats.n += 1
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
    """))
    assert extension.races("python", "pure.py") == []


def test_processes_and_forked_ones_are_merged(extension):
    (extension.folder / "many.py").write_text(textwrap.dedent("""
        import os, subprocess, sys
        import app
        child = os.fork()
        app.both()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        subprocess.run([sys.executable, "app.py", "racy"], check=True)
    """))
    (race,) = extension.races("python", "many.py", "racy")
    assert race["count"] >= 3
    assert json.loads(extension.text)["processes"] == 3


def test_pytest_runs(extension):
    (extension.folder / "test_app.py").write_text(
        "import sys, app\ndef test_both():\n    sys.argv = ['', 'racy']\n    app.both()\n")
    (race,) = extension.races("pytest", "-q", "-p", "no:cacheprovider", "test_app.py")
    assert "test_both" in [frame["function"] for frame in race["python"]] + ["test_both"]


def test_text(extension):
    done = extension.run("python", "app.py", "racy", output_format="text")
    assert done.returncode == 66
    assert "DATA RACE  add, tally.c:" in extension.text
    assert "static long add(long *to) { return ++*to; }" in extension.text
    assert "called from Python:" in extension.text and "function(*arguments)" in extension.text


def test_findings(extension):
    assert extension.run("python", "app.py", "racy", output_format="sarif").returncode == 66
    document = json.loads(extension.text)
    assert errors_of(sarif_validator(), document) == []
    (result,) = document["runs"][0]["results"]
    assert result["ruleId"] == "GIL904"
    assert extension.run("python", "app.py", "racy", output_format="github").returncode == 66
    assert "GIL904" in extension.text and "file=tally.c" in extension.text


def test_exit_status_is_the_command_s_if_it_failed(extension):
    (extension.folder / "fails.py").write_text("import app; app.both(); raise SystemExit(7)")
    assert extension.run("python", "fails.py", "racy").returncode == 7
    assert extension.run("python", "app.py", "racy", options=("--fail-on", "never")).returncode == 0


def test_the_users_own_suppressions_hold(extension):
    (extension.folder / "accepted").write_text("race:^add$\n")
    assert extension.races("python", "app.py", "racy", TSAN_OPTIONS="suppressions=accepted:history_size=2") == []


def test_variables_for_a_shell(extension):
    done = subprocess.run(["sh", "-c", f'eval "$({BINARY} tsan-env --python {extension.python})"; env'],
                          capture_output=True, text=True, timeout=60, env=clean_environment(CFLAGS="-DMINE"))
    variables = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert variables["CFLAGS"] == "-DMINE -fsanitize=thread -O1 -g -fno-omit-frame-pointer"
    assert "clang" in variables["CC"] and "clang++" in variables["CXX"]


def test_pip_is_the_interpreter_s(extension):
    assert str(extension.python.parent.parent) in extension.build("pip", "--version")


# ---- without such an interpreter

def test_an_interpreter_without_the_sanitizer_is_refused():
    python = interpreters.managed("3.13t")
    for command in (("run", "--tsan", "--python", python, "--", "python", "-c", ""),
                    ("tsan-env", "--python", python, "true")):
        done = subprocess.run([BINARY, *command], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2
        assert "not built with ThreadSanitizer" in done.stderr
        assert "gilcheck interpreter install 3.13t-tsan" in done.stderr


def test_options_that_say_nothing_to_it_are_refused():
    done = subprocess.run([BINARY, "run", "--tsan", "--findings", "x", "--", "python"], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 2 and "--tsan" in done.stderr
