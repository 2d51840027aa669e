// The build with the GIL alone keeps a borrowed item over a call: racy there, too.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
report(PyObject *Py_UNUSED(module), PyObject *pair)
{
#ifdef Py_GIL_DISABLED
    PyObject *function = PyList_GetItemRef(pair, 0);
#else
    PyObject *function = PyList_GetItem(pair, 0);
//                       ^^^^^^^^^^^^^^^^^^^^^^^ GIL504 already-racy high
#endif
    if (function == NULL) {
        return NULL;
    }
    PyObject *answer = PyObject_CallNoArgs(function);
    if (answer == NULL) {
#ifdef Py_GIL_DISABLED
        Py_DECREF(function);
#endif
        return NULL;
    }
    Py_DECREF(answer);
    PyObject *text = PyObject_Str(function);
#ifdef Py_GIL_DISABLED
    Py_DECREF(function);
#endif
    return text;
}

static PyMethodDef methods[] = {
    {"report", report, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "branch_with_gil",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_branch_with_gil(void)
{
    return PyModuleDef_Init(&definition);
}
