// Keyword arguments: the dict belongs to this call alone.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
make(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args), PyObject *options)
{
    if (options == NULL) {
        Py_RETURN_NONE;
    }
    PyObject *name = PyDict_GetItemString(options, "name");
    if (name == NULL) {
        Py_RETURN_NONE;
    }
    return Py_NewRef(name);
}

static PyMethodDef methods[] = {
    {"make", (PyCFunction)(void (*)(void))make, METH_VARARGS | METH_KEYWORDS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
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
