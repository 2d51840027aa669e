"""The C pass from outside: which files are parsed and how, what is said about those that are not, the
cache, suppression, and input nobody should have to fear."""

import json
import os
import pathlib
import random
import shutil
import subprocess
import time

import pytest

from c_project import (COUNTER_LINE, MODULE, age, c, codes, coverage, database,  # noqa: F401
                       have_libclang)
from conftest import BINARY, CLEAN, RACY, RACY_LINE

# ---------------------------------------------------------------------------- discovery


def test_c_and_cplusplus_sources_are_found_beside_python(c):
    c.write("app.py", CLEAN)
    for i, name in enumerate(("a.c", "b.cc", "c.cpp", "src/d.cxx")):
        c.write(name, f"#include <Python.h>\nint f{i}(void) {{ return 1; }}\n")
    c.write("e.h", "int e;\n")
    listed = c.run("check", "--show-files").stdout.split()
    assert listed == ["a.c", "app.py", "b.cc", "c.cpp", "src/d.cxx"]
    report = c.check()
    assert report["diagnostics"] == []
    found = report["coverage"]["c"]
    assert (found["units_found"], found["units_analysed"], found["functions"]) == (4, 4, 4)
    assert report["coverage"]["files_analysed"] == 1


def test_exclude_and_no_c_leave_sources_out(c):
    c.write("app.py", CLEAN)
    c.write("a.c", MODULE)
    c.write("vendor/b.c", MODULE)
    assert coverage(c, "--extend-exclude", "/vendor/")["units_found"] == 1
    assert c.check("--no-c")["coverage"]["c"] is None
    assert c.check("--config", "c=false")["coverage"]["c"] is None
    assert codes(c, "--no-c", "a.c") == ["not-python"]


def test_a_project_without_c_sources_loads_nothing(c):
    c.write("app.py", RACY)
    before = c.run("check", "--no-cache", "--no-c")
    # A library that does not exist would be an error as soon as anybody looked for it.
    after = c.run("check", "--no-cache", "--libclang", "/nonexistent")
    assert (after.stdout, after.stderr, after.returncode) == (
        before.stdout, before.stderr, before.returncode)


def test_sources_that_have_nothing_to_do_with_python_are_not_parsed(c):
    c.write("tool.c", "#include <stdio.h>\nint main(void) { return 0; }\n")
    found = coverage(c)
    assert found["units_analysed"] == 0 and "Python.h" in found["left_out"]
    text = c.run("check").stdout
    assert "none of them includes Python.h" in " ".join(text.split())


def test_a_source_that_another_includes_is_a_part_of_it(c):
    c.write("a.c", '#include <Python.h>\n#include "part.c"\n')
    c.write("part.c", "static long shared;\n")
    assert coverage(c)["units_found"] == 1
    assert coverage(c, "part.c", "a.c")["units_found"] == 2


def test_standard_input_cannot_hold_c(c):
    done = c.run("check", "-", "--stdin-filename", "a.c", input=b"int x;\n")
    assert done.returncode == 2 and "standard input" in done.stderr


# ---------------------------------------------------------------------------- flags


def test_include_directories_come_from_the_layout(c):
    c.write("include/spam/config.h", "#define SPAM 1\n")
    c.write("lib/deep/inner.h", "#include <spam/config.h>\n")
    c.write("src/a.c", '#include <Python.h>\n#include "inner.h"\n#if SPAM\nint yes(void) { return 1; }\n'
                       "#endif\n")
    report = c.check()
    assert report["diagnostics"] == []
    assert report["coverage"]["c"]["functions"] == 1


def test_build_files_give_macros_and_directories(c):
    c.write("setup.py", "Extension('a', ['a.c'], include_dirs=['odd/place'],\n"
                        "          define_macros=[('WANTED', '1')])\n")
    c.write("odd/place/x.h", "")
    c.write("a.c", "#include <Python.h>\n#include <x.h>\n#if WANTED\nint f(void) { return 0; }\n#endif\n")
    report = c.check("a.c")
    assert report["diagnostics"] == []
    assert report["coverage"]["c"]["functions"] == 1


def test_the_free_threaded_build_is_what_is_read(c):
    c.write("a.c", "#include <Python.h>\n#ifdef Py_GIL_DISABLED\nint ft(void) { return 0; }\n#else\n"
                   "int gil(void) { return 0; }\nint gil2(void) { return 0; }\n#endif\n")
    assert coverage(c)["functions"] == 1


def test_a_compile_database_wins_over_the_layout(c):
    body = "#include <Python.h>\n#ifdef WANTED\nint f(void) { return 0; }\n#endif\n"
    c.write("a.c", body)
    c.write("b.c", body.replace("f(", "g("))
    database(c, ("a.c", {"command": "cc -DWANTED='a b' -c a.c -o a.o"}),
             ("b.c", {"arguments": ["ccache", "gcc", "-DWANTED", "-c", "b.c"]}),
             where="build/compile_commands.json")
    assert coverage(c)["functions"] == 2
    c.write("elsewhere/compile_commands.json", "[]")
    assert coverage(c, "--compile-commands", "elsewhere")["functions"] == 0
    assert coverage(c, "--compile-commands", "build/compile_commands.json")["functions"] == 2
    done = c.run("check", "--compile-commands", "nowhere")
    assert done.returncode == 2 and "nowhere" in done.stderr


def test_unknown_flags_are_dropped_and_said(c):
    c.write("a.c", MODULE)
    database(c, ("a.c", {"command": "icc --fancy-flag -qopt-zmm -march=nonsense @gone.rsp -Wall -c a.c"}))
    report = c.check("--select", "GIL101")
    said = {d["code"]: d["message"] for d in report["diagnostics"]}
    assert "--fancy-flag" in json.dumps(report["diagnostics"])
    assert "-qopt-zmm" in json.dumps(report["diagnostics"])
    assert "gone.rsp" in said["unreadable-response-file"]
    assert "-Wall" not in json.dumps(report["diagnostics"])
    assert report["coverage"]["c"]["units_analysed"] == 1


@pytest.mark.parametrize(("name", "standard"), [
    ("a.c", "-std=c++17"), ("a.c", "-std=c99000"), ("a.cc", "-std=c99"), ("a.cc", "--std=gnu17"),
])
def test_a_standard_of_another_language_costs_the_flag_and_not_the_file(c, name, standard):
    c.write(name, MODULE)
    database(c, (name, {"arguments": ["cc", standard, "-c", name]}))
    report = c.check("--no-cache")
    assert report["coverage"]["c"]["units_analysed"] == 1
    [said] = report["diagnostics"]
    assert said["code"] == "unknown-flag" and f"'{standard}'" in said["message"]


@pytest.mark.parametrize(("name", "standard"), [
    ("a.c", "-std=gnu2x"), ("a.c", "-std=iso9899:1999"), ("a.cc", "-std=gnu++2a")])
def test_a_standard_of_the_language_stays(c, name, standard):
    c.write(name, MODULE)
    database(c, (name, {"arguments": ["cc", standard, "-c", name]}))
    assert codes(c, "--no-cache") == []


def test_a_run_that_lost_every_file_is_no_clean_bill(c):
    c.write("a.py", RACY)
    lost = c.run("check", "--no-cache", "--config", "max-file-size=10")
    assert lost.returncode == 2 and "no Python file was analysed" in lost.stdout
    c.write("b.py", "")
    assert c.run("check", "--no-cache", "--config", "max-file-size=10").returncode == 0


def test_a_database_that_names_files_that_are_gone(c):
    c.write("a.c", MODULE)
    database(c, ("a.c", {"command": "cc -c a.c"}), ("gone.c", {"command": "cc -c gone.c"}),
             ("gone2.c", {"command": "cc -c gone2.c"}))
    report = c.check("--select", "GIL101")
    (said,) = report["diagnostics"]
    assert said["code"] == "compile-database-stale" and "2 files" in said["message"]
    assert report["coverage"]["c"]["units_analysed"] == 1


@pytest.mark.parametrize("text", ["", "{", "[{]", "{}", "7", '[{"file": 3}, 4, {}]', "[" * 100_000])
def test_a_malformed_database_is_said_and_flags_are_worked_out(c, text):
    c.write("a.c", MODULE)
    c.write("compile_commands.json", text)
    report = c.check("--select", "GIL101")
    assert [d["code"].startswith("compile-database-") for d in report["diagnostics"]] == [True]
    assert report["coverage"]["c"]["units_analysed"] == 1


def test_python_must_exist_and_have_headers(c):
    c.write("a.c", MODULE)
    done = c.run("check", "--python", "no-such-interpreter")
    assert done.returncode == 2 and "no-such-interpreter" in done.stderr
    empty = c.path / "empty"
    empty.mkdir()
    done = c.run("check", "--python", empty)
    assert done.returncode == 2 and "Python.h" in done.stderr


def test_headers_of_a_virtual_environment_and_of_an_interpreter(c):
    """`--python X` finds X's include directory by its place, without running it."""
    prefix = c.path.parent / "prefix"
    include = prefix / "include" / "python3.14"
    shutil.copytree(c.headers, include)
    (prefix / "bin").mkdir()
    python = prefix / "bin" / "python3.14"
    python.write_text("#!/bin/sh\nexit 9\n")
    python.chmod(0o755)
    environment = c.path.parent / "environment"
    (environment / "bin").mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text(f"home = {prefix}/bin\nversion = 3.14.0\n")
    (environment / "bin" / "python3").symlink_to(python)
    c.write("a.c", MODULE)
    c.write("gilcheck.toml", "")
    assert c.diagnostics("--select", "GIL101", "--python", python) == []
    assert c.diagnostics("--select", "GIL101", "--no-cache",
                         env={"VIRTUAL_ENV": str(environment)}) == []


def test_old_headers_are_said(c):
    patchlevel = c.headers / "patchlevel.h"
    patchlevel.write_text(patchlevel.read_text().replace("14", "11"))
    c.write("a.c", MODULE)
    assert codes(c, "--select", "GIL101") == ["python-headers-old"]


# ---------------------------------------------------------------------------- degraded input


def test_missing_python_h(c):
    os.remove(c.headers / "Python.h")
    c.write("gilcheck.toml", "")
    c.write("a.c", MODULE)
    # Nothing that could have headers: neither PATH, nor a home; those of the system may remain.
    report = c.check("--select", "GIL101", env={"PATH": "/nonexistent", "HOME": "/nonexistent",
                                               "VIRTUAL_ENV": "", "XDG_CACHE_HOME": ""})
    found = report["coverage"]["c"]
    assert found["units_analysed"] == 1
    said = {d["code"] for d in report["diagnostics"]}
    if "python-headers-missing" in said:
        assert found["units_missing_headers"] == 1 and "missing-header" in said
    else:
        assert said <= {"python-headers-old", "c-error"}  # 3.11 knows no Py_mod_gil


def test_a_missing_header_degrades_the_file_and_is_counted_once_for_all(c):
    for name in ("a.c", "b.c"):
        c.write(name, '#include <Python.h>\n#include "generated.h"\nint %s(void) { return 0; }\n'
                % name[0])
    report = c.check()
    (said,) = report["diagnostics"]
    assert said["code"] == "missing-header"
    assert "generated.h" in said["message"] and "2 translation units" in said["message"]
    assert (said["path"], said["line"]) == ("a.c", 2)
    found = report["coverage"]["c"]
    assert (found["units_analysed"], found["units_missing_headers"], found["functions"]) == (2, 2, 2)
    assert "2 C files lack headers" in c.run("check").stdout
    # It is noticed as soon as it is there.
    c.write("generated.h", "")
    assert c.check()["diagnostics"] == []


def test_syntax_errors_leave_the_rest(c):
    c.write("a.c", MODULE + "\nint broken( { ;\n}\nint also broken;\nint fine(void) { return 1; }\n")
    report = c.check("--select", "GIL101")
    (said,) = report["diagnostics"]
    assert said["code"] == "c-error" and said["line"] > 20
    found = report["coverage"]["c"]
    assert found["units_with_errors"] == 1 and found["functions"] >= 2


def test_old_style_c_is_no_reason_to_stop(c):
    c.write("a.c", "#include <Python.h>\nadd(a, b)\n  int a; int b;\n{ return helper(a) + b; }\n"
                   "char *f() { return 1; }\n")
    report = c.check()
    assert report["diagnostics"] == []
    assert report["coverage"]["c"]["functions"] == 2


def test_includes_that_recur_for_ever(c):
    c.write("a.c", '#include <Python.h>\n#include "loop.h"\nint f(void) { return 0; }\n')
    c.write("loop.h", '#include "loop.h"\n')
    report = c.check()
    assert report["coverage"]["c"]["units_with_errors"] == 1
    assert codes(c) == ["c-error"]


@pytest.mark.parametrize("data", [
    b"", b"\0" * 100, b"\xff\xfe#include <Python.h>\n", random.Random(3).randbytes(4096),
    b"#include <Python.h>\n" + b"(" * 100_000, b"#include <Python.h>\nint x = " + b"-" * 50_000 + b"1;\n",
    b"#include <Python.h>\nint f(void) {" + b"{" * 20_000, b"#include", b'#include "', b"#include <",
    b"/*", b'"', b"R\"(", b"#define", b"#ifdef", b"\\",
])
def test_bytes_that_are_no_program(c, data):
    c.write("ok.c", MODULE)
    c.write("bad.c", data)
    found = coverage(c, "--select", "GIL101")
    assert found["units_analysed"] >= 1
    assert found["units_analysed"] + found["units_failed"] == 2


def test_a_generated_file_of_ten_megabytes(c):
    rows = "".join(f"int f{i}(int a) {{ return a + {i}; }}\n" for i in range(1000))
    table = "static const int table[] = {\n" + "1,2,3,4,5,6,7,8,9,10,\n" * 480_000 + "};\n"
    c.write("big.c", "#include <Python.h>\n" + rows + table)
    assert (c.path / "big.c").stat().st_size > 10_000_000
    found = coverage(c)
    assert (found["units_analysed"], found["functions"]) == (1, 1000)


@pytest.mark.parametrize("case", [
    "case {i}: if (x & 1) goto l{to}; g += {i}; l{i}: g++; break;\n",
    "case {i}: self->n = self->n + g; self->n += {i}; break;\n",
])
def test_the_longest_functions_take_their_length(c, case):
    count = 6000
    body = "".join(case.format(i=i, to=i * 7 % count) for i in range(count))
    c.write("a.c", MODULE + """
static long g;
typedef struct { PyObject ob_base; long n; } Thing;
static PyObject *step(Thing *self, PyObject *a) {
  long x = (long)a;
  switch (x) {
""" + body + """  }
  return a;
}
static PyMethodDef more[] = {{"step", (PyCFunction)step, METH_NOARGS, 0}, {0}};
""")
    # Each pair of accesses was compared: minutes.
    report = c.check("--no-cache", timeout=60)
    assert report["coverage"]["c"]["units_analysed"] == 1


def test_a_file_over_the_limit_is_said(c):
    c.write("a.c", MODULE)
    c.write("big.c", MODULE + "/*" + "x" * 5000 + "*/\n")
    report = c.check("--select", "GIL101", "--config", "max-file-size=4000")
    assert [(d["path"], d["code"]) for d in report["diagnostics"]] == [("big.c", "unreadable-file")]
    assert report["coverage"]["c"]["units_failed"] == 1


# ---------------------------------------------------------------------------- the guard


# Includes itself twice on every level: 2^100 times.
ENDLESS = '#include <Python.h>\n#include "twice.h"\n'
TWICE = '#if __INCLUDE_LEVEL__ < 100\n#include "twice.h"\n#include "twice.h"\n#endif\n'


def test_a_unit_that_takes_too_long_is_given_up(c):
    c.write("app.py", RACY)
    c.write("ok.c", MODULE)
    c.write("slow.c", ENDLESS)
    c.write("twice.h", TWICE)
    start = time.monotonic()
    report = c.check("--select", "GIL101", "--config", "unit-timeout=2")
    assert time.monotonic() - start < 60
    assert ("slow.c", "unit-timeout") in [(d["path"], d["code"]) for d in report["diagnostics"]]
    found = report["coverage"]["c"]
    assert (found["units_found"], found["units_analysed"], found["units_failed"]) == (2, 1, 1)
    assert ("app.py", RACY_LINE) in [(f["path"], f["line"]) for f in report["findings"]]
    # Asked for by name, it is an error.
    done = c.run("check", "--unit-timeout", "2", "slow.c")
    assert done.returncode == 2 and "unit-timeout" in done.stderr
    assert c.run("check", "--unit-timeout", "0", "slow.c").returncode == 2


def test_no_worker_outlives_the_run(c):
    c.write("slow.c", ENDLESS)
    c.write("twice.h", TWICE)
    child = subprocess.Popen([BINARY, "check", "-q"], cwd=c.path, env=c.environment,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def workers():
        out = []
        for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rsplit(")", 1)[1].split()
                command = (status.parent / "cmdline").read_bytes()
            except OSError:
                continue
            if b"parse-units" in command and int(fields[1]) == child.pid:
                out.append(int(status.parent.name))
        return out

    deadline = time.monotonic() + 60
    started = []
    while not started and time.monotonic() < deadline:
        started = workers()
        time.sleep(0.05)
    assert started
    child.kill()
    child.wait()
    deadline = time.monotonic() + 20
    while any(os.path.exists(f"/proc/{pid}") for pid in started) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not any(os.path.exists(f"/proc/{pid}") for pid in started)


def test_a_unit_that_takes_the_parser_down_costs_that_unit(c):
    c.write("ok.c", MODULE)
    # More nesting than the worker's stack has room for; libclang counts only its own brackets.
    c.write("deep.c", "#include <Python.h>\nint x = " + "!" * 3_000_000 + "1;\n")
    report = c.check("--select", "GIL101", "--config", "unit-timeout=300")
    found = report["coverage"]["c"]
    assert found["units_analysed"] >= 1
    failed = [d["code"] for d in report["diagnostics"] if d["path"] == "deep.c"]
    if found["units_failed"]:
        assert failed == ["unit-crashed"]
    assert c.run("check", "--select", "GIL101", "deep.c").returncode in (0, 2)


# ---------------------------------------------------------------------------- libclang


def test_a_library_that_is_no_libclang(c):
    c.write("app.py", RACY)
    c.write("a.c", MODULE)
    text = c.write("libclang.so", "not a library at all")
    done = c.run("check", "--output-format", "json", "--libclang", text)
    assert done.returncode == 2
    report = json.loads(done.stdout)
    assert [d["code"] for d in report["diagnostics"]] == ["libclang-unusable"]
    assert report["coverage"]["c"]["units_failed"] == 1
    assert [f["path"] for f in report["findings"]] == ["app.py"]
    done = c.run("check", "--libclang", "/nonexistent/libclang.so")
    assert done.returncode == 2 and "/nonexistent/libclang.so" in done.stderr


def test_a_real_library_that_is_not_libclang(c):
    libraries = sorted(pathlib.Path("/usr/lib").glob("*/libm.so.6"))
    if not libraries:
        pytest.skip("no libm")
    c.write("a.c", MODULE)
    done = c.run("check", "--libclang", libraries[0])
    assert done.returncode == 2 and "cannot be used" in done.stderr


def test_the_library_of_the_python_package(c):
    module = pytest.importorskip("clang")
    library = pathlib.Path(module.__file__).parent / "native" / "libclang.so"
    c.write("a.c", MODULE)
    c.write("b.cpp", "#include <Python.h>\n#include <stddef.h>\n#include <vector>\n"
                     "std::size_t f() { return std::vector<int>(3).size(); }\n")
    report = c.check("--select", "GIL101", "--libclang", library)
    assert report["diagnostics"] == []
    assert report["coverage"]["c"]["units_analysed"] == 2
    assert c.check("a.c", "--libclang", library)["findings"] == c.check("a.c")["findings"] != []


# ---------------------------------------------------------------------------- precompiled headers


def test_files_share_one_precompiled_header(c):
    for name in ("a", "b", "d"):
        c.write(f"{name}.c", MODULE)
    c.write("plain.c", "#include <Python.h>\nlong f(PyObject *o) { return o->ob_refcnt; }\n")
    c.write("plain2.c", "#include <Python.h>\nlong g(PyObject *o) { return o->ob_refcnt; }\n")
    first = c.check()
    made = sorted(p.name for p in (c.path / ".gilcheck_cache").glob("pch-*.pch"))
    assert len(made) == 2  # with and without PY_SSIZE_T_CLEAN
    assert first["diagnostics"] == []
    shutil.rmtree(c.path / ".gilcheck_cache")
    assert c.check("--no-cache")["findings"] == first["findings"]
    assert not (c.path / ".gilcheck_cache").exists()
    c.check()
    c.run("clean")
    assert not (c.path / ".gilcheck_cache").exists()


def test_a_changed_python_h_makes_a_new_one(c):
    for name in ("a", "b"):
        c.write(f"{name}.c", MODULE)
    c.check()
    patchlevel = c.headers / "patchlevel.h"
    patchlevel.write_text(patchlevel.read_text() + "#define NEWS 1\n")
    header = c.headers / "Python.h"
    header.write_text(header.read_text().replace("PyLong_FromLong(long)", "PyLong_FromLong(int)"))
    report = c.check()
    assert report["diagnostics"] == []
    assert report["coverage"]["c"]["units_from_cache"] == 0


# ---------------------------------------------------------------------------- the cache


def test_what_did_not_change_is_not_parsed_again(c):
    c.write("spam.h", "#define ONE 1\n")
    c.write("a.c", MODULE + '#include "spam.h"\n')
    c.write("b.c", MODULE)
    age(c)
    first = c.check()
    assert first["coverage"]["c"]["units_from_cache"] == 0
    second = c.check()
    assert second["coverage"]["c"]["units_from_cache"] == 2
    assert second["findings"] == first["findings"]
    # A header decides over those who include it, and over nobody else.
    c.write("spam.h", "#define ONE 2\n")
    assert coverage(c)["units_from_cache"] == 1
    # Content counts, not time.
    os.utime(c.path / "a.c")
    assert coverage(c)["units_from_cache"] == 2
    # Flags count.
    database(c, ("a.c", {"command": "cc -DX -c a.c"}))
    assert coverage(c)["units_from_cache"] == 1
    assert coverage(c, "--no-cache")["units_from_cache"] == 0


def test_a_damaged_cache_costs_time_only(c):
    for name in ("a", "b"):
        c.write(f"{name}.c", MODULE)
    age(c)
    first = c.check()
    (pack,) = (c.path / ".gilcheck_cache").glob("pack-*")
    good = pack.read_bytes()
    for at in range(60, len(good), len(good) // 25):
        pack.write_bytes(good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1:])
        report = c.check()
        assert report["findings"] == first["findings"]
        assert report["coverage"]["c"]["units_analysed"] == 2
    for precompiled in (c.path / ".gilcheck_cache").glob("pch-*.pch"):
        precompiled.write_bytes(precompiled.read_bytes()[:1000])
    pack.unlink()
    assert c.check()["coverage"]["c"]["units_analysed"] == 2


def test_output_does_not_depend_on_the_number_of_jobs(c):
    for i in range(8):
        c.write(f"m{i}.c", MODULE)
    c.write("app.py", RACY)
    one = c.run("check", "--no-cache", "-j", "1", "--output-format", "json")
    four = c.run("check", "--no-cache", "-j", "4", "--output-format", "json")
    assert one.stdout == four.stdout


# ---------------------------------------------------------------------------- findings


def test_findings_in_c_stand_beside_those_in_python(c):
    c.write("app.py", RACY)
    c.write("spam.c", MODULE)
    c.write("app2.py", RACY)
    found = c.findings()
    assert [path for path, _, _ in found] == sorted(path for path, _, _ in found)
    assert ("app.py", RACY_LINE, "GIL101") in found and ("app2.py", RACY_LINE, "GIL101") in found
    assert any(path == "spam.c" and rule.startswith("GIL5") for path, _, rule in found)
    text = c.run("check").stdout
    assert "counter" in text and "|     counter += 1;" in text
    assert "2 files and 1 C file" in text


def test_comments_silence_findings_in_c(c):
    rule = "GIL505"
    c.write("spam.c", MODULE)
    assert ("spam.c", COUNTER_LINE, rule) in c.findings()
    line = "    counter += 1;"
    declaration = "static long counter;"
    for old, new in [
        (line, f"{line}  // gilcheck: ignore[{rule}] approximate"),
        (line, f"    /* gilcheck: ignore[{rule}] approximate */\n{line}"),
        (declaration, f"// gilcheck: file-ignore[{rule}] approximate\n{declaration}"),
    ]:
        c.write("spam.c", MODULE.replace(old, new))
        report = c.check()
        (found,) = [f for f in report["findings"] if f["rule"] == rule]
        assert (found["suppressed"], found["suppression_reason"]) == (True, "approximate"), new
        assert report["diagnostics"] == []


def test_comments_that_silence_nothing_are_said(c):
    c.write("spam.c", MODULE.replace(
        "static const long limit = 10;",
        "static const long limit = 10;  // gilcheck: ignore[GIL505] needless"))
    assert ("spam.c", "unused-suppression") in c.diagnostics()


def test_malformed_comments_are_said_and_foreign_ones_are_not(c):
    c.write("spam.c", MODULE + "int a;  // gilcheck: ignore\nint b;  // noqa: borrowed-ref OK\n"
                               "int d;  // gilcheck: ignore[GIL999] x\n"
                               "int e;  // gilcheck: guarded-by(lock)\n")
    said = [(d["code"], d["line"]) for d in c.check("--select", "GIL101")["diagnostics"]]
    end = MODULE.count("\n")
    assert said == [("malformed-suppression", end + 1), ("unknown-rule", end + 3)]


def test_a_comment_in_a_header_counts_once(c):
    c.write("spam.h", "int a;  // gilcheck: ignore\n")
    for name in ("a.c", "b.c"):
        c.write(name, '#include <Python.h>\n#include "spam.h"\n')
    assert c.diagnostics() == [("spam.h", "malformed-suppression")]


# ---------------------------------------------------------------------------- output


def test_statistics_and_formats_give_the_denominators_of_c(c):
    c.write("spam.c", MODULE)
    text = c.run("check", "--statistics", "--select", "GIL101").stdout
    assert "Coverage of C and C++" in text
    assert "translation units found, analysed" in text
    sarif = json.loads(c.run("check", "--output-format", "sarif").stdout)
    run = sarif["runs"][0]["properties"]["coverage"]["c"]
    assert (run["unitsFound"], run["unitsAnalysed"], run["functions"]) == (1, 1, 2)
    c.write("spam.c", "#include <Python.h>\nPyObject *f(void) { return PyLong_FromLong(1); }\n")
    summary = c.run("check").stdout
    assert summary.startswith("No findings in 1 C file\n")
    assert "Covered in C: 1 C file with 1 function" in summary


@pytest.mark.parametrize("form", ["unit", "exports", "globals"])
def test_debug_prints_an_intermediate_form(c, form):
    c.write("spam.c", MODULE)
    done = c.run("debug", form, "spam.c")
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert {"unit": "counter", "exports": "bump", "globals": "counter"}[form] in done.stdout
    assert c.run("debug", form, "spam.c", "--libclang", "/nonexistent").returncode == 2


def test_the_help_names_the_flags():
    text = subprocess.run([BINARY, "check", "--help"], capture_output=True, text=True).stdout
    for flag in ("--no-c", "--python ", "--compile-commands", "--libclang"):
        assert flag in text


def test_globals_stand_where_they_are_defined_and_comments_have_their_own_class(c):
    c.write("state.h", "extern long shared;\n")
    c.write("a.c", MODULE + """#include "state.h"
long shared;
static long kept; /* gilcheck: guarded-by(lock) */
static long once; /* gilcheck: init-only */
long touch(void) { return ++shared + ++kept + ++once; }
""")
    said = c.run("debug", "globals", "a.c").stdout
    line = MODULE.count("\n") + 2
    assert f"a.c:{line} " in said and "state.h" not in said
    assert f"a.c:{line + 1} guarded kept" in said and f"a.c:{line + 2} init-only once" in said
