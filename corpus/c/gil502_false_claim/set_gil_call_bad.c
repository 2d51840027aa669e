// Claims with a call not to need the GIL and counts in a plain static.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static long uses;

static PyObject *
use(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    uses += 1;
//  ^^^^^^^^^ GIL505 gil-masked high
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"use", use, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "set_gil_call",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit_set_gil_call(void)
{
    PyObject *module = PyModule_Create(&definition);
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL515 -
    if (module == NULL) {
        return NULL;
    }
#ifdef Py_GIL_DISABLED
    PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
#endif
    return module;
}
