// The bytes are always copied.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
upper(PyObject *Py_UNUSED(module), PyObject *argument)
{
    if (!PyBytes_Check(argument)) {
        PyErr_SetString(PyExc_TypeError, "bytes are needed");
        return NULL;
    }
    PyObject *result =
        PyBytes_FromStringAndSize(PyBytes_AS_STRING(argument), PyBytes_GET_SIZE(argument));
    if (result == NULL) {
        return NULL;
    }
    char *text = PyBytes_AS_STRING(result);
    for (Py_ssize_t i = 0; i < PyBytes_GET_SIZE(result); i++) {
        if (text[i] >= 'a' && text[i] <= 'z') {
            text[i] -= 32;
        }
    }
    return result;
}

static PyMethodDef methods[] = {
    {"upper", upper, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "in_place",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_in_place(void)
{
    return PyModuleDef_Init(&definition);
}
