// An item of a list argument is borrowed over a call.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
report(PyObject *Py_UNUSED(module), PyObject *pair)
{
    PyObject *function = PyList_GetItem(pair, 0);
//                       ^^^^^^^^^^^^^^^^^^^^^^^ GIL504 already-racy high
    if (function == NULL) {
        return NULL;
    }
    PyObject *answer = PyObject_CallNoArgs(function);
    if (answer == NULL) {
        return NULL;
    }
    Py_DECREF(answer);
    return PyObject_Str(function);
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
    .m_name = "argument_over_call",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_argument_over_call(void)
{
    return PyModuleDef_Init(&definition);
}
