// A borrowed item is used after Python code has run.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
announce(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *queue, *callback;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &queue, &callback)) {
        return NULL;
    }
    PyObject *job = PyList_GetItem(queue, 0);
//                  ^^^^^^^^^^^^^^^^^^^^^^^^ GIL504 already-racy high
    if (job == NULL) {
        return NULL;
    }
    PyObject *answer = PyObject_CallNoArgs(callback);
    if (answer == NULL) {
        return NULL;
    }
    Py_DECREF(answer);
    return PyObject_Repr(job);
}

static PyMethodDef methods[] = {
    {"announce", announce, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "item_over_call",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_item_over_call(void)
{
    return PyModuleDef_Init(&definition);
}
