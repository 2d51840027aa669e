// Several items of one list, one after the other: one finding says it for all.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
settings(PyObject *Py_UNUSED(module), PyObject *list)
{
    if (!PyList_Check(list) || PyList_Size(list) < 3) {
        Py_RETURN_NONE;
    }
    long width = PyLong_AsLong(PyList_GetItem(list, 0));
//                             ^^^^^^^^^^^^^^^^^^^^^^^ GIL503 gil-masked high
    long height = PyLong_AsLong(PyList_GetItem(list, 1));
    long depth = PyLong_AsLong(PyList_GetItem(list, 2));
    if (PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLong(width * height * depth);
}

static PyMethodDef methods[] = {
    {"settings", settings, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "many_items",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_many_items(void)
{
    return PyModuleDef_Init(&definition);
}
