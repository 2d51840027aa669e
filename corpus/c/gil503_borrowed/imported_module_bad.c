// A module borrowed from sys.modules.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
main_module(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *main = PyImport_AddModule("__main__");
//                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL503 gil-masked
    return Py_XNewRef(main);
}

static PyMethodDef methods[] = {
    {"main_module", main_module, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
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
