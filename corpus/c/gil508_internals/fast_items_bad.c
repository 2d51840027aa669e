// The items of PySequence_Fast are walked; it gives back the same list.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
total_length(PyObject *Py_UNUSED(module), PyObject *argument)
{
    PyObject *sequence = PySequence_Fast(argument, "a sequence is needed");
    if (sequence == NULL) {
        return NULL;
    }
    Py_ssize_t total = 0;
    PyObject **items = PySequence_Fast_ITEMS(sequence);
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL508 gil-masked high
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence); i++) {
        if (PyUnicode_Check(items[i])) {
            total += PyUnicode_GET_LENGTH(items[i]);
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
    {Py_mod_gil, Py_MOD_GIL_USED},
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
