// What the free-threaded build needs is done there; the other branch is safe with the GIL.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
first(PyObject *Py_UNUSED(module), PyObject *list)
{
#ifdef Py_GIL_DISABLED
    return PyList_GetItemRef(list, 0);
#else
    return Py_XNewRef(PyList_GetItem(list, 0));
#endif
}

static PyMethodDef methods[] = {
    {"first", first, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "branch",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_branch(void)
{
    return PyModuleDef_Init(&definition);
}
