// The arguments themselves are borrowed over a call; the caller holds them.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
report(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *function, *argument;
    if (!PyArg_UnpackTuple(args, "report", 2, 2, &function, &argument)) {
        return NULL;
    }
    PyObject *answer = PyObject_CallNoArgs(function);
    if (answer == NULL) {
        return NULL;
    }
    Py_DECREF(answer);
    return PyTuple_Pack(2, function, argument);
}

static PyMethodDef methods[] = {
    {"report", report, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
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
