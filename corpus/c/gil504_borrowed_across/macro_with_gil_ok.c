// A macro gives a reference of its own in both builds.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#ifdef Py_GIL_DISABLED
#define OWNED_ITEM(list, index) PyList_GetItemRef(list, index)
#define DONE(item) Py_XDECREF(item)
#else
#define OWNED_ITEM(list, index) Py_XNewRef(PyList_GetItem(list, index))
#define DONE(item) Py_XDECREF(item)
#endif

static PyObject *
report(PyObject *Py_UNUSED(module), PyObject *pair)
{
    PyObject *function = OWNED_ITEM(pair, 0);
    if (function == NULL) {
        return NULL;
    }
    PyObject *answer = PyObject_CallNoArgs(function);
    if (answer == NULL) {
        DONE(function);
        return NULL;
    }
    Py_DECREF(answer);
    PyObject *text = PyObject_Str(function);
    DONE(function);
    return text;
}

static PyMethodDef methods[] = {
    {"report", report, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "macro_with_gil",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_macro_with_gil(void)
{
    return PyModuleDef_Init(&definition);
}
