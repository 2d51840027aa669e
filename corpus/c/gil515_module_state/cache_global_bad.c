// A registry of the module is a static dict.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *registry;

static PyObject *
enter(PyObject *Py_UNUSED(module), PyObject *object)
{
    if (PyList_Append(registry, object) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"enter", enter, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static int
exec_module(PyObject *module)
{
    registry = PyList_New(0);
//  ^^^^^^^^^^^^^^^^^^^^^^^^ GIL515 - low
    if (registry == NULL) {
        return -1;
    }
    if (PyModule_AddObjectRef(module, "registry", registry) < 0) {
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
    .m_name = "cache_global",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_cache_global(void)
{
    return PyModuleDef_Init(&definition);
}
