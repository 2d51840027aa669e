// A module made in one phase says nothing about the GIL.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
twice(PyObject *Py_UNUSED(module), PyObject *argument)
{
    return PyNumber_Add(argument, argument);
}

static PyMethodDef methods[] = {
    {"twice", twice, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL501 - high
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "single_phase",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit_single_phase(void)
{
    return PyModule_Create(&definition);
//         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL515 -
}
