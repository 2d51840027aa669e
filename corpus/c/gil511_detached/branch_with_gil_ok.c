// Both builds take memory from allocators that need no thread state.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
measure(PyObject *Py_UNUSED(module), PyObject *argument)
{
    size_t size = PyLong_AsSize_t(argument);
    if (PyErr_Occurred()) {
        return NULL;
    }
    unsigned char *scratch;
    Py_BEGIN_ALLOW_THREADS
#ifdef Py_GIL_DISABLED
    scratch = malloc(size);
#else
    scratch = PyMem_RawMalloc(size);
#endif
    if (scratch != NULL) {
        memset(scratch, 1, size);
    }
    Py_END_ALLOW_THREADS
#ifdef Py_GIL_DISABLED
    free(scratch);
#else
    PyMem_RawFree(scratch);
#endif
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"measure", measure, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "branch_with_gil",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_branch_with_gil(void)
{
    return PyModuleDef_Init(&definition);
}
