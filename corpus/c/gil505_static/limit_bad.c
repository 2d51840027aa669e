// A limit can be changed by any caller.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>

static long limit = 100;

static PyObject *
set_limit(PyObject *Py_UNUSED(module), PyObject *argument)
{
    long value = PyLong_AsLong(argument);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    limit = value;
//  ^^^^^^^^^^^^^ GIL505 gil-masked low
    Py_RETURN_NONE;
}

static PyObject *
clamp(PyObject *Py_UNUSED(module), PyObject *argument)
{
    long value = PyLong_AsLong(argument);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLong(value > limit ? limit : value);
}

static PyMethodDef methods[] = {
    {"set_limit", set_limit, METH_O, NULL},
    {"clamp", clamp, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "limit",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_limit(void)
{
    return PyModuleDef_Init(&definition);
}
