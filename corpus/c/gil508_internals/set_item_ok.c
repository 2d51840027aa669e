// The macro fills a new list.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
clear_first(PyObject *Py_UNUSED(module), PyObject *list)
{
    if (!PyList_Check(list) || PyList_GET_SIZE(list) == 0) {
        PyErr_SetString(PyExc_TypeError, "a list with items is needed");
        return NULL;
    }
    PyObject *copy = PyList_New(2);
    if (copy == NULL) {
        return NULL;
    }
    PyList_SET_ITEM(copy, 0, Py_NewRef(Py_None));
    PyList_SET_ITEM(copy, 1, Py_NewRef(list));
    return copy;
}

static PyMethodDef methods[] = {
    {"clear_first", clear_first, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "set_item",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_set_item(void)
{
    return PyModuleDef_Init(&definition);
}
