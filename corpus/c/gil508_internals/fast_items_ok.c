// A tuple is made first, which nobody can change.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
total_length(PyObject *Py_UNUSED(module), PyObject *argument)
{
    PyObject *sequence = PySequence_Tuple(argument);
    if (sequence == NULL) {
        return NULL;
    }
    Py_ssize_t total = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(sequence); i++) {
        PyObject *item = PyTuple_GET_ITEM(sequence, i);
        if (PyUnicode_Check(item)) {
            total += PyUnicode_GET_LENGTH(item);
        }
    }
    Py_DECREF(sequence);
    return PyLong_FromSsize_t(total);
}

static PyMethodDef methods[] = {
    {"total_length", total_length, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "fast_items",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_fast_items(void)
{
    return PyModuleDef_Init(&definition);
}
