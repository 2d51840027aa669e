// A slot of a list argument is overwritten with the macro for new lists.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
clear_first(PyObject *Py_UNUSED(module), PyObject *list)
{
    if (!PyList_Check(list) || PyList_GET_SIZE(list) == 0) {
        PyErr_SetString(PyExc_TypeError, "a list with items is needed");
        return NULL;
    }
    PyList_SET_ITEM(list, 0, Py_NewRef(Py_None));
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL508 gil-masked high
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"clear_first", clear_first, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
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
