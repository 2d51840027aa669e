// The goto stays inside.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
all_strings(PyObject *Py_UNUSED(module), PyObject *dict)
{
    if (!PyDict_Check(dict)) {
        PyErr_SetString(PyExc_TypeError, "a dict is needed");
        return NULL;
    }
    PyObject *key, *value;
    Py_ssize_t position = 0;
    int result = 1;
    Py_BEGIN_CRITICAL_SECTION(dict);
    while (PyDict_Next(dict, &position, &key, &value)) {
        if (!PyUnicode_Check(value)) {
            result = 0;
            goto done;
        }
    }
done:;
    Py_END_CRITICAL_SECTION();
    return PyBool_FromLong(result);
}

static PyMethodDef methods[] = {
    {"all_strings", all_strings, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "goto_outside",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_goto_outside(void)
{
    return PyModuleDef_Init(&definition);
}
