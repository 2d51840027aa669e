// The walk is inside a critical section of the dict.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
count_values(PyObject *Py_UNUSED(module), PyObject *dict)
{
    if (!PyDict_Check(dict)) {
        PyErr_SetString(PyExc_TypeError, "a dict is needed");
        return NULL;
    }
    PyObject *key, *value;
    Py_ssize_t position = 0, count = 0;
    Py_BEGIN_CRITICAL_SECTION(dict);
    while (PyDict_Next(dict, &position, &key, &value)) {
        if (value != Py_None) {
            count++;
        }
    }
    Py_END_CRITICAL_SECTION();
    return PyLong_FromSsize_t(count);
}

static PyMethodDef methods[] = {
    {"count_values", count_values, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "dict_next",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_dict_next(void)
{
    return PyModuleDef_Init(&definition);
}
