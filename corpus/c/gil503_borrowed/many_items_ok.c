// The items of a copy that nobody else has.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
settings(PyObject *Py_UNUSED(module), PyObject *list)
{
    PyObject *copy = PySequence_Tuple(list);
    if (copy == NULL) {
        return NULL;
    }
    if (PyTuple_GET_SIZE(copy) < 3) {
        Py_DECREF(copy);
        Py_RETURN_NONE;
    }
    long width = PyLong_AsLong(PyTuple_GET_ITEM(copy, 0));
    long height = PyLong_AsLong(PyTuple_GET_ITEM(copy, 1));
    long depth = PyLong_AsLong(PyTuple_GET_ITEM(copy, 2));
    Py_DECREF(copy);
    if (PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLong(width * height * depth);
}

static PyMethodDef methods[] = {
    {"settings", settings, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "many_items",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_many_items(void)
{
    return PyModuleDef_Init(&definition);
}
