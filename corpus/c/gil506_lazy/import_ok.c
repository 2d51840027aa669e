// It is imported when the module is initialised.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *copy_function;

static PyObject *
duplicate(PyObject *Py_UNUSED(module), PyObject *object)
{
    return PyObject_CallOneArg(copy_function, object);
}

static PyMethodDef methods[] = {
    {"duplicate", duplicate, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static int
exec_module(PyObject *Py_UNUSED(module))
{
    if (copy_function == NULL) {
        PyObject *copy = PyImport_ImportModule("copy");
        if (copy == NULL) {
            return -1;
        }
        copy_function = PyObject_GetAttrString(copy, "copy");
        Py_DECREF(copy);
        if (copy_function == NULL) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
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
