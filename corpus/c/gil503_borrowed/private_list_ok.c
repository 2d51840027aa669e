// A borrowed item of a list that nobody else has.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
smallest(PyObject *Py_UNUSED(module), PyObject *values)
{
    PyObject *copy = PySequence_List(values);
    if (copy == NULL || PyList_Sort(copy) < 0) {
        Py_XDECREF(copy);
        return NULL;
    }
    PyObject *least = PyList_GetItem(copy, 0);
    Py_XINCREF(least);
    Py_DECREF(copy);
    return least;
}

static PyMethodDef methods[] = {
    {"smallest", smallest, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "private_list",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_private_list(void)
{
    return PyModuleDef_Init(&definition);
}
