// A borrowed value of a dict argument, looked up by a C string.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
timeout_of(PyObject *Py_UNUSED(module), PyObject *settings)
{
    if (!PyDict_Check(settings)) {
        PyErr_SetString(PyExc_TypeError, "a dict is needed");
        return NULL;
    }
    PyObject *value = PyDict_GetItemString(settings, "timeout");
//                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL503 gil-masked
    if (value == NULL) {
        Py_RETURN_NONE;
    }
    return Py_NewRef(value);
}

static PyMethodDef methods[] = {
    {"timeout_of", timeout_of, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
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
