// A borrowed value is used after a comparison that can be written in Python.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
larger(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *best, *key, *candidate;
    if (!PyArg_ParseTuple(args, "O!OO", &PyDict_Type, &best, &key, &candidate)) {
        return NULL;
    }
    PyObject *current = PyDict_GetItemWithError(best, key);
//                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL504 gil-masked-if-builtin
    if (current == NULL) {
        return PyErr_Occurred() ? NULL : Py_NewRef(candidate);
    }
    int less = PyObject_RichCompareBool(current, candidate, Py_LT);
    if (less < 0) {
        return NULL;
    }
    return Py_NewRef(less ? candidate : current);
}

static PyMethodDef methods[] = {
    {"larger", larger, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "value_over_compare",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_value_over_compare(void)
{
    return PyModuleDef_Init(&definition);
}
