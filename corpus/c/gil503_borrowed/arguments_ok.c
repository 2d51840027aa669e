// A pair is unpacked from a tuple, which keeps its items.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
swap(PyObject *Py_UNUSED(module), PyObject *pair)
{
    if (!PyTuple_Check(pair) || PyTuple_Size(pair) != 2) {
        PyErr_SetString(PyExc_TypeError, "a tuple of two is needed");
        return NULL;
    }
    PyObject *left = PyTuple_GetItem(pair, 0);
    PyObject *right = PyTuple_GetItem(pair, 1);
    return PyTuple_Pack(2, right, left);
}

static PyMethodDef methods[] = {
    {"swap", swap, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "arguments",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_arguments(void)
{
    return PyModuleDef_Init(&definition);
}
