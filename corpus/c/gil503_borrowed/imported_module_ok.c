// A strong reference to the module.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
main_module(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyImport_AddModuleRef("__main__");
}

static PyMethodDef methods[] = {
    {"main_module", main_module, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "imported_module",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_imported_module(void)
{
    return PyModuleDef_Init(&definition);
}
