"""gilcheck interpreter: real installations, and what goes wrong on the way."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import pytest

from conftest import BINARY, ROOT
from interpreters import managed, with_gil

PYTEST = re.search(
    r"^pytest==(\S+)", (ROOT / "third_party" / "managed-interpreter.lock").read_text(), re.MULTILINE
)[1]
PATCHLEVEL = '#define PY_MAJOR_VERSION 3\n#define PY_VERSION  "3.13.99"\n'


@pytest.fixture(scope="module")
def python():
    return managed("3.13t")


@pytest.fixture()
def cache(project, tmp_path):
    """A cache of the test's own; its path."""
    project.environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    return tmp_path / "cache" / "gilcheck" / "interpreters"


def ask(python, code, *options):
    return subprocess.check_output([python, *options, "-c", code], text=True).strip()


def fake_source(project, configure="true", makefile=""):
    """A folder that passes for CPython's sources, with these commands in place of the real ones."""
    project.write("source/Include/patchlevel.h", PATCHLEVEL)
    project.write("source/makefile-text", makefile)
    script = f"#!/bin/sh\necho configuring $@\n{configure} || exit 5\n"
    script += 'cp "$(dirname "$0")/makefile-text" Makefile\n'
    project.write("source/configure", script).chmod(0o755)
    return project.path / "source"


def copying(python, build="true"):
    """A makefile that builds by running a command and installs a copy of a real interpreter."""
    prefix = python.parent.parent
    return (
        "PREFIX = $(XDG_CACHE_HOME)/gilcheck/interpreters/3.13t\n"
        f"all:\n\t@echo cc -c a.c\n\t{build}\n"
        f"install:\n\tmkdir -p $(DESTDIR)$(PREFIX)\n"
        f"\ttar -C {prefix} -c --exclude=test --exclude=include --exclude='*.a' . |"
        " tar -C $(DESTDIR)$(PREFIX) -x\n"
        "\trm $(DESTDIR)$(PREFIX)/gilcheck-interpreter.json\n"
    )


def words(text):
    """Without the columns."""
    return " ".join(text.split())


def leftovers(cache):
    """Everything in the interpreters' folder except locks and the place of an unfinished build."""
    return sorted(path.name for path in cache.iterdir() if path.name != ".work")


# ------------------------------------------------------------------------------ the real thing


def test_the_managed_interpreter_is_free_threaded_and_can_switch(python):
    code = "import sys; print(sys.version_info[:2], sys._is_gil_enabled())"
    assert ask(python, code, "-X", "gil=0") == "(3, 13) False"
    assert ask(python, code, "-X", "gil=1") == "(3, 13) True"


def test_the_managed_interpreter_has_the_library_that_test_suites_need(python):
    ask(python, "import bz2, ctypes, lzma, sqlite3, ssl, uuid, zlib, test.support")


def test_the_managed_interpreter_comes_with_pip_and_pytest(python, project):
    scripts = python.parent
    project.write("test_it.py", "import sys\n\n\ndef test_it():\n    assert not sys._is_gil_enabled()\n")
    command = [scripts / "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    done = subprocess.run(command, cwd=project.path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pip" in subprocess.check_output([scripts / "pip3", "--version"], text=True)
    assert ask(python, "import pytest; print(pytest.__version__)", "-I") == PYTEST


def test_nothing_in_it_points_to_where_it_was_built(python):
    for script in python.parent.iterdir():
        if script.is_file() and script.read_bytes()[:2] == b"#!":
            assert b"/.work/" not in script.read_bytes()[:300], script
    assert "/.work/" not in ask(python, "import sys, sysconfig; print(sys.path, sysconfig.get_paths())")


def test_installing_again_says_that_it_is_there(python, project):
    started = time.monotonic()
    done = project.run("interpreter", "install", "3.13t")
    assert done.returncode == 0
    assert done.stdout.startswith("Already there: 3.13t (CPython 3.13.")
    assert time.monotonic() - started < 10


def test_it_is_listed(python, project):
    lines = project.run("interpreter", "list").stdout.splitlines()
    assert [line for line in lines if line.split()[0] == "3.13t" and line.endswith(str(python))]


def test_doctor_tries_it_out(python, project):
    done = project.run("interpreter", "doctor", "--python", "3.13t")
    assert done.returncode == 0, done.stdout
    row = next(line for line in done.stdout.splitlines() if line.startswith("  3.13t "))
    assert "free-threaded, -X gil=1 switches the GIL on, headers there and an extension builds" in row
    assert row.endswith(f" and loads, pytest {PYTEST}")
    assert f" chosen --python 3.13t: {python}" in words(done.stdout)
    assert "Building one" in done.stdout


@pytest.mark.parametrize("version", ["3.14", "3.15"])
def test_newer_interpreters_with_the_gil_run_and_take_extensions(project, version):
    python = with_gil(version)
    assert ask(python, "import sys, ssl, sqlite3, ctypes; print('%d.%d' % sys.version_info[:2])") == version
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1)'], check=True)"
    assert ask(python, child) == "1"
    done = project.run("interpreter", "doctor", "--python", python)
    assert done.returncode == 0, done.stdout
    assert f"CPython {version}." in done.stdout
    assert "with the GIL, headers there and an extension builds and loads" in done.stdout


# --------------------------------------------------------------------------------- the choice


FACTS = (
    "executable prefix base_prefix include platinclude soabi extension_suffix cache_tag pytest"
).split()
FLAGS = (
    "free_threaded gil_enabled gil_switchable debug thread_sanitizer headers internal_headers"
).split()


def only_path(project, tmp_path, *programs):
    """PATH with nothing but these."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for program in programs:
        (folder / pathlib.Path(program).name).symlink_to(shutil.which(str(program)))
    project.environment["PATH"] = str(folder)
    project.environment.pop("VIRTUAL_ENV", None)
    project.environment.pop("CONDA_PREFIX", None)
    return folder


def test_doctor_offers_to_build_one_where_there_is_none(project, cache, tmp_path):
    only_path(project, tmp_path)
    done = project.run("interpreter", "doctor")
    assert done.returncode == 1
    assert "no CPython 3.13 or newer here" in done.stdout
    assert "Next: `gilcheck interpreter install 3.13t`" in done.stdout
    assert " C compiler missing " in words(done.stdout)


def test_an_old_python_on_path_is_passed_over_with_a_reason(project, cache, tmp_path):
    folder = only_path(project, tmp_path, "sh")
    facts = dict.fromkeys(FACTS, "") | dict.fromkeys(FLAGS, False)
    facts |= {"implementation": "cpython", "hexversion": 0x030B02F0, "version": "3.11.2"}
    script = folder / "python3"
    script.write_text(f"#!/bin/sh\necho '{json.dumps(facts)}'\n")
    script.chmod(0o755)
    done = project.run("interpreter", "doctor")
    assert done.returncode == 1
    assert "python3 on PATH: CPython 3.11.2, with the GIL, older than 3.13" in done.stdout


def test_the_active_environment_comes_before_the_managed_one(python, project, tmp_path):
    only_path(project, tmp_path, "cc", "as", "ld")
    subprocess.check_call([python, "-m", "venv", "--without-pip", tmp_path / "venv"])
    done = project.run("interpreter", "doctor")
    assert f" chosen managed 3.13t: {python}" in words(done.stdout)
    done = project.run("interpreter", "doctor", env={"VIRTUAL_ENV": str(tmp_path / "venv")})
    assert f" chosen VIRTUAL_ENV: {tmp_path}/venv/bin/python" in words(done.stdout)


@pytest.mark.parametrize(
    "named, message, hint",
    [
        ("/no/such/python", "there is no interpreter '/no/such/python'", "gilcheck interpreter list"),
        ("/bin/true", "'/bin/true' does not start as a Python interpreter", "-I -c pass"),
        ("3.13t", "the interpreter 3.13t is not installed", "`gilcheck interpreter install 3.13t`"),
        ("3.12t", "CPython 3.12 is older than 3.13", "3.13t"),
    ],
)
def test_a_named_interpreter_that_will_not_do(project, cache, named, message, hint):
    done = project.run("interpreter", "doctor", "--python", named)
    assert done.returncode == 2
    assert message in done.stderr
    assert hint in done.stderr


# -------------------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize("verb", ["install", "path", "remove"])
@pytest.mark.parametrize("name", ["nogil", "3.13T", "3.13t-asan", "../3.13t", "2.7"])
def test_unknown_names_are_explained(project, cache, verb, name):
    done = project.run("interpreter", verb, name)
    assert done.returncode == 2
    assert f"'{name}' is no name of an interpreter" in done.stderr
    assert "3.13t, 3.13t-tsan" in done.stderr
    assert not cache.exists()


def test_what_is_not_there(project, cache):
    assert "No managed interpreters" in project.run("interpreter", "list").stdout
    for verb in ("path", "remove"):
        done = project.run("interpreter", verb, "3.13t")
        assert done.returncode == 2
        assert "3.13t is not installed" in done.stderr


def test_a_subcommand_is_asked_for(project):
    done = project.run("interpreter")
    assert done.returncode == 2
    assert "install, list, path, remove and doctor" in done.stderr


def test_without_network_the_error_says_so(project, cache, tmp_path):
    nowhere = tmp_path / "apt.conf"
    # The discard port of this machine: nobody listens.
    lines = [f'Acquire::{kind}::Proxy "http://127.0.0.1:9";' for kind in ("http", "https")]
    nowhere.write_text("\n".join(lines))
    done = project.run("interpreter", "install", "3.13t", env={"APT_CONFIG": str(nowhere)})
    assert done.returncode == 2
    assert "cannot reach the Debian mirror that apt is configured with" in done.stderr
    assert "is the network up?" in done.stderr
    assert "--source DIR|TARBALL" in done.stderr
    assert not (cache / "3.13t").exists()


def test_without_apt_the_error_names_the_other_way(project, cache, tmp_path):
    only_path(project, tmp_path, "cc", "as", "ld", "make", "tar", "xz")
    done = project.run("interpreter", "install", "3.13t")
    assert done.returncode == 2
    assert "there is no apt-get here" in done.stderr
    assert "--source DIR|TARBALL" in done.stderr


def test_without_a_compiler_the_error_names_the_package(project, cache, tmp_path):
    only_path(project, tmp_path, "make", "tar", "xz")
    done = project.run("interpreter", "install", "3.13t")
    assert done.returncode == 2
    assert "needs what is not here: C compiler" in done.stderr
    assert "apt-get install gcc" in done.stderr


def test_a_configure_that_fails(project, cache):
    source = fake_source(project, "{ echo 'configure: error: no such luck' >&2; false; }")
    done = project.run("interpreter", "install", "3.13t", "--source", source)
    assert done.returncode == 2
    assert "installing 3.13t failed while configuring: configure ended with exit status 5" in done.stderr
    assert "    configure: error: no such luck\n" in done.stderr
    log = cache / ".work" / "3.13t" / "install.log"
    assert str(log) in done.stderr
    assert "no such luck" in log.read_text()
    assert "--disable-gil" in log.read_text()
    assert leftovers(cache) == []


def test_a_source_that_is_something_else(project, cache):
    project.write("empty/README", "")
    project.write("text.tar", "not an archive")
    fake_source(project)
    for source, message in [
        ("empty", "does not hold the sources of CPython"),
        ("text.tar", "cannot unpack"),
        ("nowhere", "there is no 'nowhere'"),
    ]:
        done = project.run("interpreter", "install", "3.13t", "--source", source)
        assert done.returncode == 2
        assert message in done.stderr
        assert "--source wants" in done.stderr
    done = project.run("interpreter", "install", "3.14t", "--source", "source")
    assert "'source' is CPython 3.13.99, not 3.14" in done.stderr
    assert "gilcheck interpreter install 3.13t --source" in done.stderr


def test_sources_that_were_built_in_place(project, cache):
    source = fake_source(project)
    project.write("source/pyconfig.h")
    done = project.run("interpreter", "install", "3.13t", "--source", source)
    assert done.returncode == 2
    assert "make distclean" in done.stderr


def test_a_build_that_is_not_what_its_name_says(project, cache, python):
    makefile = copying(python).replace("interpreters/3.13t\n", "interpreters/3.13\n")
    source = fake_source(project, makefile=makefile)
    done = project.run("interpreter", "install", "3.13", "--source", source)
    assert done.returncode == 2
    assert "failed while checking: it is CPython 3.13." in done.stderr
    assert leftovers(cache) == []


def test_an_attempt_goes_on_where_the_last_one_failed(project, cache, python):
    trace = project.path / "trace"
    source = fake_source(
        project,
        configure=f"echo configured >>{trace}",
        makefile=copying(python, build=f"echo built >>{trace}; test -e {project.path}/ready"),
    )
    first = project.run("interpreter", "install", "3.13t", "--source", source)
    assert first.returncode == 2
    assert "failed while compiling: make ended with exit status 2" in first.stderr
    assert leftovers(cache) == []
    project.write("ready")
    second = project.run("interpreter", "install", "3.13t", "--source", source)
    assert second.returncode == 0, second.stderr
    assert second.stdout.startswith("Installed 3.13t (CPython 3.13.")
    assert trace.read_text().split() == ["configured", "built", "built"]
    # The build's files are gone, what runs is the copy.
    assert leftovers(cache) == ["3.13t"]
    assert not (cache / ".work" / "3.13t").exists()
    there = project.run("interpreter", "path", "3.13t").stdout.strip()
    assert there == str(cache / "3.13t" / "bin" / "python3.13")
    assert ask(there, "import sys; print(sys.prefix)") == str(cache / "3.13t")


def test_removing_it(project, cache, python):
    source = fake_source(project, makefile=copying(python))
    assert project.run("interpreter", "install", "3.13t", "--source", source).returncode == 0
    done = project.run("interpreter", "remove", "3.13t")
    assert done.returncode == 0
    assert done.stdout.startswith("Removed 3.13t (")
    assert leftovers(cache) == []


def test_a_failed_rebuild_leaves_the_old_one(project, cache, python):
    source = fake_source(project, makefile=copying(python))
    assert project.run("interpreter", "install", "3.13t", "--source", source).returncode == 0
    fake_source(project, makefile="all:\n\tfalse\n")
    assert project.run("interpreter", "install", "3.13t", "--source", source).returncode == 2
    there = project.run("interpreter", "path", "3.13t").stdout.strip()
    assert ask(there, "print(1)") == "1"
    fake_source(project, makefile=copying(python))
    assert project.run("interpreter", "install", "3.13t", "--source", source).stdout.startswith("Installed")
    assert leftovers(cache) == ["3.13t"]


def start(project, *arguments):
    return subprocess.Popen(
        [BINARY, *map(str, arguments)],
        cwd=project.path,
        env=project.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path, seconds=60):
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_installation_leaves_nothing_half_done(project, cache, python, number):
    begun, pid = project.path / "begun", project.path / "pid"
    build = f"if [ ! -e {begun} ]; then echo $$$$ >{pid}; touch {begun}; exec sleep 1000; fi"
    source = fake_source(project, makefile=copying(python, build=build))
    run = start(project, "interpreter", "install", "3.13t", "--source", source)
    wait_for(begun)
    run.send_signal(number)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == -number
    assert "interrupted; nothing was installed" in errors
    assert "goes on where it stopped" in errors
    assert leftovers(cache) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    done = project.run("interpreter", "install", "3.13t", "--source", source)
    assert done.returncode == 0, done.stderr


def test_two_at_once_build_one(project, cache, python):
    begun, ready = project.path / "begun", project.path / "ready"
    build = f"echo built >>{begun}; while [ ! -e {ready} ]; do sleep 0.1; done"
    source = fake_source(project, makefile=copying(python, build=build))
    first = start(project, "interpreter", "install", "3.13t", "--source", source)
    wait_for(begun)
    busy = project.run("interpreter", "remove", "3.13t")
    assert busy.returncode == 2
    assert "3.13t is being installed just now" in busy.stderr
    second = start(project, "interpreter", "install", "3.13t")
    assert second.stderr.readline() == "waiting for another installation of 3.13t ...\n"
    ready.touch()
    out, errors = first.communicate(timeout=120)
    assert first.returncode == 0, errors
    out, errors = second.communicate(timeout=120)
    assert second.returncode == 0, errors
    assert out.startswith("Already there")
    assert begun.read_text() == "built\n"


def test_without_an_index_there_is_an_interpreter_without_pytest(project, cache, python):
    makefile = copying(python) + "\t$(DESTDIR)$(PREFIX)/bin/python3.13 -I -m pip uninstall -q -y pytest\n"
    source = fake_source(project, makefile=makefile)
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    done = project.run("interpreter", "install", "3.13t", "--source", source, env=offline)
    assert done.returncode == 0, done.stderr
    assert "pytest could not be added" in done.stderr
    assert "`gilcheck interpreter install 3.13t` adds it" in done.stderr
    done = project.run("interpreter", "install", "3.13t")
    assert (done.returncode, done.stderr.count("warning")) == (0, 0), done.stderr
    there = project.run("interpreter", "path", "3.13t").stdout.strip()
    assert ask(there, "import pytest; print(pytest.__version__)") == PYTEST


def test_progress_is_shown_by_phase(project, cache, python):
    source = fake_source(project, makefile=copying(python))
    done = project.run("interpreter", "install", "3.13t", "--source", source)
    phases = [line.removesuffix(" ...") for line in done.stderr.splitlines()]
    assert phases[:5] == ["preparing the sources", "configuring", "compiling", "installing", "adding pip"]
