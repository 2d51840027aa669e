"""Comments in C and C++ that say why something needs no lock, or silence a finding, wherever they stand:
at variables, fields, members, functions, in sources and in headers."""

import pytest

import c_headers
from c_project import MODULE, age, c, have_libclang  # noqa: F401

OBJECT = """\
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long hits;%s
    long misses;
} Counter;

%sstatic PyObject *
counter_hit(Counter *self, PyObject *unused)%s
{
    self->hits += 1;
    Py_RETURN_NONE;
}

static PyMethodDef counter_methods[] = {
    {"hit", (PyCFunction)counter_hit, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject Counter_Type = {
    .tp_name = "spam.Counter",
    .tp_basicsize = sizeof(Counter),
    .tp_methods = counter_methods,
    .tp_new = PyType_GenericNew,
};

static int
spam_exec(PyObject *module)
{
    return PyModule_AddType(module, &Counter_Type);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, spam_exec},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "spam", NULL, 0, NULL, slots};

PyMODINIT_FUNC
PyInit_spam(void)
{
    return PyModuleDef_Init(&definition);
}
"""
WORDS = ["guarded-by(lock)", "init-only", "confined", "benign(statistics)"]


@pytest.fixture()
def real(c):
    """The same with CPython's own headers."""
    c.write("gilcheck.toml", f'python = "{c_headers.include_directory("3.13")}"\n')
    return c


def object_with(field="", above="", head=""):
    return OBJECT % (field, above, head)


def rules(project, *arguments):
    report = project.check(*arguments)
    assert report["diagnostics"] == []
    return [f["rule"] for f in report["findings"] if not f["suppressed"]]


def test_without_a_comment_it_is_a_finding(real):
    real.write("spam.c", object_with())
    assert rules(real) == ["GIL507"]


@pytest.mark.parametrize("word", WORDS)
def test_a_comment_at_a_field(real, word):
    real.write("spam.c", object_with(field=f"  // gilcheck: {word}"))
    assert rules(real) == []
    real.write("spam.c", object_with().replace("    long hits;", f"    /* gilcheck: {word} */\n    long hits;"))
    assert rules(real) == []


def test_a_comment_at_the_end_of_a_line_is_not_about_the_next_one(real):
    text = object_with().replace("    PyObject_HEAD", "    PyObject_HEAD  // gilcheck: confined")
    real.write("spam.c", text)
    assert rules(real) == ["GIL507"]
    real.write("spam.c", MODULE.replace("static long counter;",
                                        "static long other;  // gilcheck: confined\nstatic long counter;"))
    assert "GIL505" in rules(real)
    real.write("spam.c", MODULE.replace("static long counter;",
                                        "// gilcheck: confined\nstatic long counter;"))
    assert rules(real) == []


@pytest.mark.parametrize("word", ["holds(self->lock)", *WORDS])
def test_a_comment_at_a_function(real, word):
    real.write("spam.c", object_with(above=f"// gilcheck: {word}\n"))
    assert rules(real) == []
    real.write("spam.c", object_with(head=f"  // gilcheck: {word}"))
    assert rules(real) == []


def test_a_comment_at_a_function_is_about_that_function_only(real):
    other = ("static PyObject *\ncounter_miss(Counter *self, PyObject *unused)\n{\n    self->misses += 1;\n"
             "    Py_RETURN_NONE;\n}\n\n")
    text = object_with(above="// gilcheck: confined\n").replace(
        "static PyMethodDef", other + "static PyMethodDef").replace(
        "    {NULL, NULL, 0, NULL},\n};\n\nstatic PyTypeObject",
        '    {"miss", (PyCFunction)counter_miss, METH_NOARGS, NULL},\n    {NULL, NULL, 0, NULL},\n};\n\n'
        "static PyTypeObject")
    real.write("spam.c", text)
    report = real.check()
    assert [f["location"]["name"] for f in report["findings"]] == ["Counter.misses"]


def test_a_comment_at_a_member_of_a_class(real):
    text = object_with().replace("typedef struct {\n    PyObject_HEAD", "struct Counter {\n    PyObject_HEAD")
    text = text.replace("} Counter;", "};")
    text = text[:text.index("static PyTypeObject")] + """\
static PyType_Slot counter_slots[] = {{Py_tp_methods, counter_methods}, {0, nullptr}};
static PyType_Spec spec = {"spam.Counter", sizeof(Counter), 0, Py_TPFLAGS_DEFAULT, counter_slots};
static int spam_exec(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &spec, nullptr);
    return type == nullptr ? -1 : PyModule_AddObject(module, "Counter", type);
}
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)spam_exec}, {Py_mod_gil, Py_MOD_GIL_USED}, {0, nullptr}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "spam", nullptr, 0, nullptr, slots};
PyMODINIT_FUNC PyInit_spam(void) { return PyModuleDef_Init(&definition); }
"""
    real.write("spam.cc", text)
    assert rules(real) == ["GIL507"]
    real.write("spam.cc", text.replace("long hits;", "long hits;  // gilcheck: guarded-by(its owner's lock)"))
    assert rules(real) == []


def test_a_comment_at_a_field_in_a_header(real):
    text = object_with()
    start, end = text.index("typedef struct"), text.index("static PyObject *\ncounter_hit")
    header = "#include <Python.h>\n" + text[start:end]
    real.write("src/a.c", text[:start] + '#include "counter.h"\n' + text[end:])
    real.write("include/counter.h", header)
    assert rules(real) == ["GIL507"]
    real.write("include/counter.h", header.replace("long hits;", "long hits;  // gilcheck: confined"))
    assert rules(real) == []


# ---------------------------------------------------------------------------- noqa


BORROWED = """\
#include <Python.h>

static PyObject *
first(PyObject *module, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0);%s
    Py_XINCREF(item);
    return item;
}

static PyMethodDef methods[] = {{"first", first, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_USED}, {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "spam", NULL, 0, methods, slots};
PyMODINIT_FUNC PyInit_spam(void) { return PyModuleDef_Init(&definition); }
"""


def test_cpython_s_own_comment_silences_borrowed_references_on_its_line(real):
    real.write("spam.c", BORROWED % "")
    assert rules(real) == ["GIL503"]
    for comment in ("  // noqa: borrowed-ref OK", "  /* noqa: borrowed-ref OK */"):
        real.write("spam.c", BORROWED % comment)
        (found,) = real.check()["findings"]
        assert (found["suppressed"], found["suppression_reason"]) == (True, "noqa: borrowed-ref OK")
        assert rules(real) == []
    # Other words are not about it, nor is the comment about other rules.
    real.write("spam.c", BORROWED % "  // noqa: E501")
    assert rules(real) == ["GIL503"]
    real.write("spam.c", object_with().replace("self->hits += 1;",
                                               "self->hits += 1;  // noqa: borrowed-ref OK"))
    assert rules(real) == ["GIL507"]


# ---------------------------------------------------------------------------- headers


HEADER = """\
#include <Python.h>

static PyObject *
first_of(PyObject *module, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0);
    Py_XINCREF(item);
    return item;
}
"""
HEADER_LINE = 6


def test_a_finding_in_a_header_stands_there_once_and_can_be_silenced_there(real):
    body = BORROWED[BORROWED.index("static PyMethodDef"):].replace("first, METH_O", "first_of, METH_O")
    for name in ("one", "two", "three"):
        real.write(f"src/{name}.c", '#include "../include/first.h"\n' + body.replace("spam", name))
    real.write("include/first.h", HEADER)
    report = real.check()
    assert [(f["path"], f["line"], f["rule"]) for f in report["findings"]] == [
        ("include/first.h", HEADER_LINE, "GIL503")]
    text = real.run("check").stdout
    assert "include/first.h:6" in text and "PyList_GetItem(list, 0)" in text
    line = "    PyObject *item = PyList_GetItem(list, 0);"
    for silenced in (HEADER.replace(line, f"{line}  // gilcheck: ignore[GIL503] by its users"),
                     HEADER.replace(line, f"    // gilcheck: ignore[GIL503] by its users\n{line}"),
                     "// gilcheck: file-ignore[GIL503] by its users\n" + HEADER):
        real.write("include/first.h", silenced)
        report = real.check()
        (found,) = report["findings"]
        assert (found["suppressed"], found["suppression_reason"]) == (True, "by its users")
        assert report["diagnostics"] == []
    real.write("include/first.h", HEADER)
    real.write("gilcheck.toml", (real.path / "gilcheck.toml").read_text()
               + '[per-file-ignores]\n"include/*" = ["GIL503"]\n')
    assert rules(real) == []


def test_a_header_changes_findings_of_all_units_that_include_it(real):
    body = BORROWED[BORROWED.index("static PyMethodDef"):].replace("first, METH_O", "first_of, METH_O")
    for name in ("one", "two"):
        real.write(f"src/{name}.c", '#include "../include/first.h"\n' + body.replace("spam", name))
    real.write("include/first.h", HEADER)
    age(real)
    real.check()
    assert real.check()["coverage"]["c"]["units_from_cache"] == 2
    real.write("include/first.h", HEADER.replace("PyList_GetItem(", "PyList_GetItemRef(").replace(
        "    Py_XINCREF(item);\n", ""))
    assert rules(real) == []
