// A test of an argument's count decides whether it may be changed.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
zeros(PyObject *Py_UNUSED(module), PyObject *argument)
{
    if (PyBytes_Check(argument) && Py_REFCNT(argument) < 2) {
//                                 ^^^^^^^^^^^^^^^^^^^^^^^ GIL509 gil-masked
        memset(PyBytes_AS_STRING(argument), 0, PyBytes_GET_SIZE(argument));
        return Py_NewRef(argument);
    }
    Py_ssize_t size = PyObject_Size(argument);
    if (size < 0) {
        return NULL;
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, size + 2);
    if (result == NULL) {
        return NULL;
    }
    memset(PyBytes_AS_STRING(result), 0, size + 2);
    return result;
}

static PyMethodDef methods[] = {
    {"zeros", zeros, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "fresh_object",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_fresh_object(void)
{
    return PyModuleDef_Init(&definition);
}
