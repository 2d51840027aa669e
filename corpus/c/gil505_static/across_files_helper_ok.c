// The helper is constant data.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef long (*Step)(long);

static long
step(long value)
{
    return value + 1;
}

static Step const table[1] = {step};

static PyObject *
advance(PyObject *Py_UNUSED(module), PyObject *argument)
{
    long value = PyLong_AsLong(argument);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLong(table[0](value));
}

static PyMethodDef methods[] = {
    {"advance", advance, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "across_files_helper",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_across_files_helper(void)
{
    return PyModuleDef_Init(&definition);
}
