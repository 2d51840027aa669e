// A dict argument is walked with PyDict_Next.
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
    while (PyDict_Next(dict, &position, &key, &value)) {
//         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL508 gil-masked high
        if (value != Py_None) {
            count++;
        }
    }
    return PyLong_FromSsize_t(count);
}

static PyMethodDef methods[] = {
    {"count_values", count_values, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
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
