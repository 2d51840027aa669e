// A function is imported on first use and kept in a static.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *copy_function;

static PyObject *
duplicate(PyObject *Py_UNUSED(module), PyObject *object)
{
    if (copy_function == NULL) {
//      ^^^^^^^^^^^^^^^^^^^^^ GIL506 already-racy medium
        PyObject *copy = PyImport_ImportModule("copy");
        if (copy == NULL) {
            return NULL;
        }
        copy_function = PyObject_GetAttrString(copy, "copy");
        Py_DECREF(copy);
        if (copy_function == NULL) {
            return NULL;
        }
    }
    return PyObject_CallOneArg(copy_function, object);
}

static PyMethodDef methods[] = {
    {"duplicate", duplicate, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "import",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_import(void)
{
    return PyModuleDef_Init(&definition);
}
