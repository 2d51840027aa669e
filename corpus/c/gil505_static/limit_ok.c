// The limit is set when the module is initialised, and only read afterwards.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>

static long limit = 100;

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
    {"clamp", clamp, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static int
exec_module(PyObject *Py_UNUSED(module))
{
    limit = sizeof(void *) * 32;
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
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
