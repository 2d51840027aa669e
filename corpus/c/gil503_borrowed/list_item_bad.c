// A borrowed item of a list that its caller may share.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
first(PyObject *Py_UNUSED(module), PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0);
//                   ^^^^^^^^^^^^^^^^^^^^^^^ GIL503 gil-masked high
    return Py_XNewRef(item);
}

static PyMethodDef methods[] = {
    {"first", first, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "list_item",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_list_item(void)
{
    return PyModuleDef_Init(&definition);
}
