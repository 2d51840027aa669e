// A borrowed item of the list that was passed in.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
smallest(PyObject *Py_UNUSED(module), PyObject *values)
{
    if (PyList_Sort(values) < 0) {
        return NULL;
    }
    PyObject *least = PyList_GetItem(values, 0);
//                    ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL503 gil-masked high
    return Py_XNewRef(least);
}

static PyMethodDef methods[] = {
    {"smallest", smallest, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
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
