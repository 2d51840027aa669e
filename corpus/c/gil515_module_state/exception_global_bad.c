// The module's exception is kept in a static that each initialisation overwrites.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *ParseError;

static PyObject *
fail(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyErr_SetString(ParseError, "nothing to parse");
    return NULL;
}

static PyMethodDef methods[] = {
    {"fail", fail, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int
exec_module(PyObject *module)
{
    ParseError = PyErr_NewException("exception_global.ParseError", NULL, NULL);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL515 - low
    if (PyModule_AddObjectRef(module, "ParseError", ParseError) < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "exception_global",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_exception_global(void)
{
    return PyModuleDef_Init(&definition);
}
