"""A project with C sources and a Python.h of its own, for the tests of the C pass from outside."""

import json
import os
import subprocess
import time

import pytest

from conftest import BINARY

# As much of Python.h as the tests need: they are about files and flags, not about the API.
PYTHON_H = """\
#ifndef Py_PYTHON_H
#define Py_PYTHON_H
#include "patchlevel.h"
#include "pyconfig.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef long Py_ssize_t;
typedef struct _object {
#ifdef Py_GIL_DISABLED
  unsigned long ob_tid;
#endif
  Py_ssize_t ob_refcnt;
  struct _typeobject *ob_type;
} PyObject;
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef struct { const char *ml_name; PyCFunction ml_meth; int ml_flags; const char *ml_doc; }
    PyMethodDef;
typedef struct { PyObject ob_base; PyObject *(*m_init)(void); Py_ssize_t m_index; PyObject *m_copy; }
    PyModuleDef_Base;
#define PyModuleDef_HEAD_INIT {{0}, 0, 0, 0}
typedef struct { int slot; void *value; } PyModuleDef_Slot;
typedef struct PyModuleDef {
  PyModuleDef_Base m_base; const char *m_name; const char *m_doc; Py_ssize_t m_size;
  PyMethodDef *m_methods; PyModuleDef_Slot *m_slots; void *m_traverse; void *m_clear; void *m_free;
} PyModuleDef;
#define METH_NOARGS 4
#define Py_mod_gil 4
#define Py_MOD_GIL_NOT_USED ((void *)1)
#define PyMODINIT_FUNC PyObject *
PyObject *PyModuleDef_Init(PyModuleDef *);
PyObject *PyLong_FromLong(long);
void *PyMem_Malloc(unsigned long);
void PyMem_Free(void *);
typedef struct _ts PyThreadState;
PyThreadState *PyEval_SaveThread(void);
void PyEval_RestoreThread(PyThreadState *);
#define Py_BEGIN_ALLOW_THREADS { PyThreadState *_save; _save = PyEval_SaveThread();
#define Py_END_ALLOW_THREADS PyEval_RestoreThread(_save); }
#ifdef __cplusplus
}
#endif
#endif
"""

MODULE = """\
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static long counter;
static const long limit = 10;

static PyObject *
bump(PyObject *self, PyObject *unused)
{
    counter += 1;
    return PyLong_FromLong(counter);
}

static PyMethodDef methods[] = {{"bump", bump, METH_NOARGS, "count"}, {0}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "spam", 0, 0, methods, slots};

PyMODINIT_FUNC
PyInit_spam(void)
{
    return PyModuleDef_Init(&definition);
}
"""
COUNTER_LINE = 10


@pytest.fixture(scope="session")
def have_libclang(tmp_path_factory):
    directory = tmp_path_factory.mktemp("probe")
    (directory / "probe.c").write_text("#include <Python.h>\n")
    done = subprocess.run([BINARY, "check", "--isolated", "--no-cache", "."], cwd=directory,
                          capture_output=True, text=True)
    if "libclang-missing" in done.stderr:
        pytest.skip("no libclang here")


@pytest.fixture()
def c(project, have_libclang):
    """A project whose Python.h is the small one above, outside of it."""
    headers = project.path.parent / "headers"
    headers.mkdir()
    (headers / "Python.h").write_text(PYTHON_H)
    (headers / "patchlevel.h").write_text(
        "#define PY_MAJOR_VERSION 3\n#define PY_MINOR_VERSION 14\n#define PY_MICRO_VERSION 0\n")
    (headers / "pyconfig.h").write_text("")
    project.headers = headers
    project.write("gilcheck.toml", f'python = "{headers}"\n')
    return project


def coverage(project, *arguments, **options):
    return project.check(*arguments, **options)["coverage"]["c"]


def codes(project, *arguments, **options):
    return sorted({code for _, code in project.diagnostics(*arguments, **options)})


def database(project, *entries, where="compile_commands.json"):
    project.write(where, json.dumps([
        {"directory": str(project.path), "file": name, **command} for name, command in entries]))


def age(project):
    """As if written long ago: only such files can be trusted by their stamps."""
    then = time.time() - 3600
    for path in project.path.parent.rglob("*"):
        if path.is_file() and ".gilcheck_cache" not in path.parts:
            os.utime(path, (then, then))
