"""The C pass and the two builds of CPython: which code is compiled with the GIL, which without, and what
is said about it."""

import os
import shutil

import pytest

from c_project import MODULE, age, c, codes, coverage, database, have_libclang  # noqa: F401

# The allocator needs the thread state: wrong in either build.
DETACHED = """\
#include <Python.h>
%s
static PyObject *
take(PyObject *self, PyObject *unused)
{
    void *memory = 0;
    Py_BEGIN_ALLOW_THREADS
%s
    Py_END_ALLOW_THREADS
    PyMem_Free(memory);
    return PyLong_FromLong(1);
}

static PyMethodDef methods[] = {{"take", take, METH_NOARGS, "take"}, {0}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "spam", 0, 0, methods, slots};
PyMODINIT_FUNC PyInit_spam(void) { return PyModuleDef_Init(&definition); }
"""
ALLOCATE = "    memory = PyMem_Malloc(10);"
OTHER_BRANCH = f"#ifndef Py_GIL_DISABLED\n{ALLOCATE}\n#endif"
OTHER_LINE = 9


def detached(body=OTHER_BRANCH, before=""):
    return DETACHED % (before, body)


def shown(report):
    return [(f["path"], f["line"], f["rule"]) for f in report["findings"] if not f["suppressed"]]


def evidence(finding):
    return " | ".join(row["text"] for row in finding["evidence"])


def both(report):
    found = report["coverage"]["c"]
    return found["units_gil_conditional"], found["units_both_builds"]


# ---------------------------------------------------------------------------- which build


def test_what_only_the_build_with_the_gil_compiles_is_read_for_what_is_racy_there(c):
    c.write("a.c", detached())
    report = c.check()
    (found,) = report["findings"]
    assert shown(report) == [("a.c", OTHER_LINE, "GIL511")]
    assert found["class"] == "already-racy"
    assert found["message"].endswith(", in the build with the GIL")
    assert "only without Py_GIL_DISABLED" in evidence(found)
    assert both(report) == (1, 1)
    assert "in both builds" in c.run("check", "--statistics").stdout


def test_code_of_both_builds_is_reported_once_and_code_of_one_says_so(c):
    c.write("a.c", detached(f"#ifdef Py_GIL_DISABLED\n#endif\n{ALLOCATE}"))
    report = c.check()
    (found,) = report["findings"]
    assert "build with the GIL" not in found["message"] + evidence(found)
    c.write("a.c", detached(OTHER_BRANCH.replace("ifndef", "ifdef")))
    report = c.check()
    (found,) = report["findings"]
    assert found["line"] == OTHER_LINE
    assert "only with Py_GIL_DISABLED" in evidence(found)


def test_the_same_in_both_branches_is_one_finding_that_names_the_other(c):
    c.write("a.c", detached(f"#ifdef Py_GIL_DISABLED\n{ALLOCATE}\n#else\n{ALLOCATE}\n#endif"))
    report = c.check()
    (found,) = report["findings"]
    assert found["line"] == OTHER_LINE
    note = found["evidence"][-1]
    assert "in the build with the GIL" in note["text"] and note["line"] == OTHER_LINE + 2


def test_what_the_gil_protects_is_no_finding_in_the_other_branch(c):
    c.write("spam.c", MODULE.replace("    counter += 1;",
                                     "#ifndef Py_GIL_DISABLED\n    counter += 1;\n#endif"))
    report = c.check()
    assert shown(report) == [] and both(report) == (1, 1)


@pytest.mark.parametrize("condition", [
    "#if !defined(Py_GIL_DISABLED)", "#ifdef Py_GIL_DISABLED\n#else", "#if !WITHOUT_GIL",
    "#if 1 && \\\n   !defined(Py_GIL_DISABLED)", "#  if ! defined Py_GIL_DISABLED",
    "#if LEVEL > 3\n#elif !defined(Py_GIL_DISABLED)",
])
def test_however_the_condition_is_written(c, condition):
    before = ""
    if "WITHOUT_GIL" in condition:
        c.write("compat.h", "#ifdef Py_GIL_DISABLED\n#define WITHOUT_GIL 1\n#else\n"
                            "#define WITHOUT_GIL 0\n#endif\n")
        before = '#include "compat.h"'
    c.write("a.c", detached(f"{condition}\n{ALLOCATE}\n#endif", before))
    (found,) = c.check()["findings"]
    assert found["rule"] == "GIL511" and "build with the GIL" in found["message"]


def test_a_macro_that_is_something_else_in_each_build(c):
    before = ("#ifdef Py_GIL_DISABLED\n#define TAKE(n) 0\n#else\n#define TAKE(n) PyMem_Malloc(n)\n"
              "#endif")
    c.write("a.c", detached("    memory = TAKE(10);", before))
    (found,) = c.check()["findings"]
    assert found["rule"] == "GIL511" and "build with the GIL" in found["message"]


def test_only_files_with_conditionals_of_their_own_are_read_twice(c):
    # The headers of Python have some, and so does text that is no directive.
    c.write("a.c", MODULE)
    c.write("b.c", MODULE + "\n// #ifdef Py_GIL_DISABLED\n"
                            "#define Py_GIL_DISABLED 1\nconst char *name = \"Py_GIL_DISABLED\";\n")
    c.write("d.c", MODULE + "#ifdef Py_GIL_DISABLED_NOT\n#endif\n")
    assert both(c.check()) == (0, 0)


def test_headers_of_python_inside_the_project_are_not_its_own_files(c):
    shutil.copytree(c.headers, c.path / "Include")
    c.write("gilcheck.toml", "")
    c.write("a.c", MODULE)
    assert both(c.check()) == (0, 0)


def test_a_comment_silences_what_holds_with_the_gil_only(c):
    rule = "GIL511"
    c.write("a.c", detached(f"#ifndef Py_GIL_DISABLED\n{ALLOCATE}  // gilcheck: ignore[{rule}] known\n"
                            "#endif"))
    report = c.check()
    (found,) = report["findings"]
    assert (found["suppressed"], found["suppression_reason"]) == (True, "known")
    assert report["diagnostics"] == []


def test_errors_and_endless_includes_of_the_build_with_the_gil_are_said(c):
    c.write("a.c", detached() + "#ifndef Py_GIL_DISABLED\nint broken( { ;\n#endif\n")
    report = c.check()
    (said,) = report["diagnostics"]
    assert said["code"] == "c-error" and said["message"].endswith("in the build with the GIL")
    assert report["coverage"]["c"]["units_with_errors"] == 0
    c.write("a.c", detached() + '#ifndef Py_GIL_DISABLED\n#include "twice.h"\n#endif\n')
    c.write("twice.h", '#if __INCLUDE_LEVEL__ < 100\n#include "twice.h"\n#include "twice.h"\n#endif\n')
    report = c.check("--config", "unit-timeout=2")
    (said,) = report["diagnostics"]
    assert said["code"] == "unit-timeout" and "as the build with the GIL" in said["message"]
    assert both(report) == (1, 0)
    assert report["coverage"]["c"]["units_analysed"] == 1


def test_both_readings_are_cached_and_depend_on_their_own_files(c):
    c.write("with_gil.h", "#define TAKE(n) PyMem_Malloc(n)\n")
    c.write("a.c", detached("#ifndef Py_GIL_DISABLED\n    memory = TAKE(10);\n#endif",
                            '#ifndef Py_GIL_DISABLED\n#include "with_gil.h"\n#endif'))
    c.write("b.c", detached().replace("take", "take_more"))
    age(c)
    first = c.check()
    assert len(first["findings"]) == 2 and first["coverage"]["c"]["units_from_cache"] == 0
    second = c.check()
    assert second["coverage"]["c"]["units_from_cache"] == 2
    assert second["findings"] == first["findings"]
    assert c.check("--no-cache")["findings"] == first["findings"]
    c.write("with_gil.h", "#define TAKE(n) 0\n")
    third = c.check()
    assert third["coverage"]["c"]["units_from_cache"] == 1
    assert [f["path"] for f in third["findings"]] == ["b.c"]
    one = c.run("check", "--no-cache", "-j", "1", "--output-format", "json")
    four = c.run("check", "--no-cache", "-j", "4", "--output-format", "json")
    assert one.stdout == four.stdout


# ---------------------------------------------------------------------------- which Python.h


def other_headers(c, minor, where="theirs"):
    place = c.path.parent / where
    shutil.copytree(c.headers, place)
    patchlevel = place / "patchlevel.h"
    patchlevel.write_text(patchlevel.read_text().replace("MINOR_VERSION 14", f"MINOR_VERSION {minor}"))
    return place


def found_headers(c):
    """Ours are found, not asked for."""
    c.write("gilcheck.toml", "")
    prefix = c.path.parent / "prefix"
    shutil.copytree(c.headers, prefix / "include" / "python3.14")
    (prefix / "bin").mkdir()
    python = prefix / "bin" / "python3.14"
    python.write_text("#!/bin/sh\nexit 9\n")
    python.chmod(0o755)
    (prefix / "bin" / "python3").symlink_to(python)
    return {"VIRTUAL_ENV": str(prefix)}


def versions(report):
    return report["coverage"]["c"]["python_headers"]


@pytest.mark.parametrize("flag", ["-I{}", "-isystem {}"])
def test_a_database_keeps_its_own_headers_if_they_know_the_free_threaded_build(c, flag):
    environment = found_headers(c)
    theirs = other_headers(c, 13)
    for name in ("a.c", "b.c"):
        c.write(name, MODULE)
    c.write("none.c", MODULE)
    database(c, *((name, {"command": f"cc {flag.format(theirs)} -c {name}"}) for name in ("a.c", "b.c")))
    report = c.check("--select", "GIL101", env=environment)
    assert report["diagnostics"] == []
    assert versions(report) == "3.13 (2 files), 3.14 (1 file)"
    # They share a precompiled header like others do.
    assert len(list((c.path / ".gilcheck_cache").glob("pch-*.pch"))) == 1


def test_headers_of_a_database_that_are_too_old_are_replaced_and_said(c):
    environment = found_headers(c)
    theirs = other_headers(c, 11)
    c.write("a.c", MODULE)
    database(c, ("a.c", {"command": f"cc -I{theirs} -c a.c"}))
    report = c.check("--select", "GIL101", env=environment)
    (said,) = report["diagnostics"]
    assert said["code"] == "python-headers-replaced" and "3.11" in said["message"]
    assert versions(report) == "3.14"
    # A database without any gets ours; the statistics say which.
    database(c, ("a.c", {"command": "cc -c a.c"}))
    report = c.check("--select", "GIL101", env=environment)
    assert report["diagnostics"] == [] and versions(report) == "3.14"
    text = c.run("check", "--statistics", env=environment).stdout
    assert "headers of Python: 3.14" in text


def test_headers_that_are_asked_for_win_and_that_is_said(c):
    theirs = other_headers(c, 15)
    c.write("a.c", MODULE)
    database(c, ("a.c", {"command": f"cc -I{theirs} -c a.c"}))
    report = c.check("--select", "GIL101")
    (said,) = report["diagnostics"]
    assert said["code"] == "python-headers-replaced" and "--python" in said["message"]
    assert versions(report) == "3.14"


# ---------------------------------------------------------------------------- the cache


def test_a_precompiled_python_h_counts_among_what_a_unit_is_made_of(c):
    for name in ("a.c", "b.c"):
        c.write(name, MODULE)
    c.write("include/extra.h", "")
    age(c)
    first = c.check()
    assert list((c.path / ".gilcheck_cache").glob("pch-*.pch"))
    assert coverage(c)["units_from_cache"] == 2
    # Neither version nor configuration changes, only the declarations.
    header = c.headers / "Python.h"
    header.write_text(header.read_text().replace("PyLong_FromLong(long)", "PyLong_FromLong(int)"))
    report = c.check()
    assert report["coverage"]["c"]["units_from_cache"] == 0
    assert report["diagnostics"] == [] and report["findings"] == first["findings"]
    age(c)
    c.check()
    assert coverage(c)["units_from_cache"] == 2


def test_python_s_version_is_known_with_and_without_a_precompiled_header(c):
    for name in ("a.c", "b.c"):
        c.write(name, MODULE)
    alone = c.run("debug", "unit", "a.c", "--no-cache").stdout
    assert "Python 3.14.0" in alone
    shared = c.run("debug", "unit", "a.c", "b.c", "--no-cache").stdout
    assert shared.count("Python 3.14.0") == 2


def test_names_of_headers_that_lead_through_links_and_parents(c):
    c.write("shared/inc/spam.h", "#define ONE 1\n")
    (c.path / "link").symlink_to(c.path / "shared" / "inc")
    (c.path / "src").mkdir()
    (c.path / "src" / "deep").symlink_to(c.path / "shared" / "inc")
    c.write("shared/up.h", "#define UP 1\n")
    c.write("src/a.c", MODULE + '#include "../link/spam.h"\n')
    # `..` behind a link leads to the parent of what the link names.
    c.write("src/b.c", MODULE + '#include "deep/../up.h"\n')
    c.write("src/d.c", MODULE + '#include "../link/../up.h"\n#include "./../src/deep/spam.h"\n')
    age(c)
    first = coverage(c)
    assert first["units_missing_headers"] == 0 and first["units_from_cache"] == 0
    assert coverage(c)["units_from_cache"] == 3
    c.write("shared/up.h", "#define UP 2\n")
    assert coverage(c)["units_from_cache"] == 1


def test_a_run_that_learns_nothing_leaves_the_cache_alone(c):
    c.write("app.py", "x = 1\n")
    c.write("a.c", MODULE)
    c.write("incomplete.c", MODULE + '#include "gone.h"\n')
    age(c)
    first = c.check()
    (pack,) = (c.path / ".gilcheck_cache").glob("pack-*")
    before = pack.stat()
    second = c.check()
    after = pack.stat()
    assert second["findings"] == first["findings"]
    assert second["coverage"]["c"]["units_from_cache"] == 1
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    os.utime(c.path / "a.c")
    assert codes(c) == ["missing-header"]
