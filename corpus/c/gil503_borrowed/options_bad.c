// Options in a dict that the caller keeps.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
make(PyObject *Py_UNUSED(module), PyObject *options)
{
    PyObject *name = PyDict_GetItemString(options, "name");
//                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL503 gil-masked
    if (name == NULL) {
        Py_RETURN_NONE;
    }
    return Py_NewRef(name);
}

static PyMethodDef methods[] = {
    {"make", make, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "options",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_options(void)
{
    return PyModuleDef_Init(&definition);
}
