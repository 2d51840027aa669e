// The value is handed over instead.
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
    return Py_BuildValue("{ss}", "TZ", zone);
}

static PyMethodDef methods[] = {
    {"set_zone", set_zone, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
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
