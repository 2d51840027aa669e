// A strong reference to the value.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
timeout_of(PyObject *Py_UNUSED(module), PyObject *settings)
{
    if (!PyDict_Check(settings)) {
        PyErr_SetString(PyExc_TypeError, "a dict is needed");
        return NULL;
    }
    PyObject *value;
    int found = PyDict_GetItemStringRef(settings, "timeout", &value);
    if (found < 0) {
        return NULL;
    }
    if (!found) {
        Py_RETURN_NONE;
    }
    return value;
}

static PyMethodDef methods[] = {
    {"timeout_of", timeout_of, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "dict_string",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_dict_string(void)
{
    return PyModuleDef_Init(&definition);
}
