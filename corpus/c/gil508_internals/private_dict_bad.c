// A dict argument is walked with PyDict_Next.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
only_true(PyObject *Py_UNUSED(module), PyObject *argument)
{
    if (!PyDict_Check(argument)) {
        PyErr_SetString(PyExc_TypeError, "a dict is needed");
        return NULL;
    }
    PyObject *dict = argument;
    PyObject *key, *value;
    Py_ssize_t position = 0;
    int all = 1;
    while (PyDict_Next(dict, &position, &key, &value)) {
//         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL508 gil-masked high
        all = all && value == Py_True;
    }
    return PyBool_FromLong(all);
}

static PyMethodDef methods[] = {
    {"only_true", only_true, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "private_dict",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_private_dict(void)
{
    return PyModuleDef_Init(&definition);
}
