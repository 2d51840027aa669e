// A module is made in one phase.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
identity(PyObject *Py_UNUSED(module), PyObject *argument)
{
    return Py_NewRef(argument);
}

static PyMethodDef methods[] = {
    {"identity", identity, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "single_phase",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit_single_phase(void)
{
    PyObject *module = PyModule_Create(&definition);
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL515 -
#ifdef Py_GIL_DISABLED
    if (module != NULL) {
        PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);
    }
#endif
    return module;
}
