// The environment of the process is changed while others can read it.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>

static PyObject *
set_zone(PyObject *Py_UNUSED(module), PyObject *argument)
{
    const char *zone = PyUnicode_AsUTF8(argument);
    if (zone == NULL) {
        return NULL;
    }
    if (setenv("TZ", zone, 1) < 0) {
//      ^^^^^^^^^^^^^^^^^^^^^ GIL514 gil-masked high
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"set_zone", set_zone, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "environment",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_environment(void)
{
    return PyModuleDef_Init(&definition);
}
